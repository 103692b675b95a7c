"""What a member may do how often, counted in PostgreSQL: all replicas share one count.

A count is one moment, `used_until`: by then nothing counts as used any more (GCRA). So a member may
do `most` at once, and then as many again evenly over the period. It is written in the transaction
of what it counts, so what is undone does not count, and what comes twice counts once. Only a press
that fails is counted in a transaction of its own, each time that it is tried.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.database import Connection, Pool
from shared.member_hashes import hash_of
from shared.messages.envelope import Command
from shared.metrics import LIMITS_REACHED
from shared.refusal import Refused

DAY = timedelta(days=1)
OutcomeT = TypeVar("OutcomeT")
Handle: TypeAlias = Callable[[Any, Connection], Awaitable[OutcomeT]]

# A sum of intervals may miss by microseconds.
ROUNDING = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So much of something in a period."""

    name: str
    most: int
    period: timedelta

    @property
    def interval(self) -> timedelta:
        """Return after how long one more is free."""
        return self.period / self.most

    def check(self, used_before: timedelta, nth: int, now: datetime) -> None:
        """Refuse the nth of several at once; `used_before` is how much of the period was used."""
        missing = used_before + nth * self.interval - self.period
        if missing > ROUNDING:
            raise self.refused(now + missing)

    def refused(self, again_at: datetime) -> Refused:
        """Return the refusal with what its sentence needs; it counts in the metric."""
        LIMITS_REACHED.labels(limit=self.name).inc()
        # The next whole second, so that who comes back then is let in.
        return Refused(f"limit_{self.name}", most=self.most, again_at=int(again_at.timestamp()) + 1)


class LimitSettings(BaseSettings):
    """How much a member may do in a service with tables; staff are exempt from all but presses."""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    presses_per_minute: int = Field(
        60, ge=1, description="how often a member may press in a minute, in each service"
    )
    changes_per_day: int = Field(
        300, ge=1, description="how many entries of the audit log a member may cause in a day"
    )

    @property
    def presses_limit(self) -> Limit:
        """Return the limit of presses, of staff too."""
        return Limit("presses", self.presses_per_minute, timedelta(minutes=1))

    @property
    def changes_limit(self) -> Limit:
        """Return the limit of what is kept for good."""
        return Limit("changes", self.changes_per_day, DAY)


def too_many(name: str, most: int) -> Refused:
    """Return the refusal of one more of something that is there at once, such as open events."""
    LIMITS_REACHED.labels(limit=name).inc()
    return Refused(f"limit_{name}", most=most)


# Also beyond the limit, like the presses that inbox.sign counts: by one more at most.
COUNT_FAILED = """
INSERT INTO limits (name, member_key, used_until)
VALUES ($1, $2, CURRENT_TIMESTAMP + $3::interval)
ON CONFLICT (name, member_key) DO UPDATE
   SET used_until = LEAST(
         GREATEST(limits.used_until, CURRENT_TIMESTAMP), CURRENT_TIMESTAMP + $4::interval
       ) + $3::interval
"""


async def count_failed(pool: Pool, limit: Limit, member: str) -> None:
    """Count one whose own transaction was undone, and its count with it."""
    await pool.execute(COUNT_FAILED, limit.name, hash_of(member), limit.interval, limit.period)


# Nothing is written when the limit is reached: RETURNING gives no row then.
COUNT = """
INSERT INTO limits (name, member_key, used_until)
VALUES ($1, $2, CURRENT_TIMESTAMP + $3::interval)
ON CONFLICT (name, member_key) DO UPDATE
   SET used_until = GREATEST(limits.used_until, CURRENT_TIMESTAMP) + $3::interval
 WHERE limits.used_until <= CURRENT_TIMESTAMP + $4::interval
RETURNING used_until
"""
SELECT_USED = """
SELECT used_until
  FROM limits
 WHERE name = $1
   AND member_key = $2
"""


async def count(connection: Connection, limit: Limit, member: str) -> None:
    """Count one; raises Refused when the limit is reached.

    Until the transaction ends, nobody else counts or checks this limit of the member.
    """
    key, room = hash_of(member), limit.period - limit.interval + ROUNDING
    if await connection.fetchval(COUNT, limit.name, key, limit.interval, room) is None:
        used_until = await connection.fetchval(SELECT_USED, limit.name, key)
        raise limit.refused(used_until - room)


def counted(
    handler: Handle[OutcomeT],
    limit: Limit | None,
    *,
    has_exempt: bool = True,
    is_counted: Callable[[Any], bool] = lambda _command: True,
) -> Handle[OutcomeT]:
    """Let a handler count what members press; staff are exempt where others' events need it."""
    if limit is None:
        return handler

    async def handle(command: Command, connection: Connection) -> OutcomeT:
        is_exempt = command.reply_to is None or (has_exempt and command.actor.is_staff)
        if not is_exempt and is_counted(command):
            await count(connection, limit, command.actor.user_id)
        return await handler(command, connection)

    return handle


def counted_all(
    handlers: Mapping[type, Handle[OutcomeT]], limit: Limit | None
) -> Mapping[type, Handle[OutcomeT]]:
    """Let several handlers share one count."""
    return {kind: counted(handler, limit) for kind, handler in handlers.items()}


# What a clock that was ahead has written would refuse a member for as long.
DELETE_OLD_LIMITS = """
DELETE FROM limits
 WHERE used_until < CURRENT_TIMESTAMP
    OR used_until > CURRENT_TIMESTAMP + INTERVAL '2 days'
"""


async def forget_old(connection: Connection) -> None:
    """Forget counts that say nothing any more."""
    await connection.execute(DELETE_OLD_LIMITS)
