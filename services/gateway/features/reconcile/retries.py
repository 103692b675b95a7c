"""Repairs that Discord has refused are tried again, ever more rarely."""

import asyncio
from typing import NamedTuple

import structlog

from shared.broker import Broker
from shared.errors import Kind, classify
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.gateway.events import InvitationDoubted
from shared.messages.views import InvitationView

FIRST_SECONDS, LAST_SECONDS = 10.0, 3600.0
LOOK_SECONDS = 1.0

log = structlog.get_logger()


class _Retry(NamedTuple):
    guild_id: str
    after_seconds: float
    due_at: float


class Retries:
    """Remembers what is owed while this process acts; the database does for all others.

    Each refused request counts towards Discord's limit of invalid ones, so the pauses grow. When a
    permission changes Discord says so, and nothing waits for a pause.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._waiting: dict[str, _Retry] = {}
        self._pauses: dict[str, float] = {}

    def plan(self, view: InvitationView, *, is_owed: bool) -> None:
        """Try an invitation again later if something is owed; forget it otherwise."""
        if not is_owed:
            self._pauses.pop(view.id, None)
            self._waiting.pop(view.id, None)
            return
        pause = self._pauses.get(view.id, FIRST_SECONDS)
        self._pauses[view.id] = min(2 * pause, LAST_SECONDS)
        self._waiting[view.id] = _Retry(view.guild_id, pause, _now() + pause)

    async def run(self) -> None:
        """Publish what is due: the process that acts by then looks at it."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            due = [key for key, retry in self._waiting.items() if retry.due_at <= _now()]
            for invitation_id in due:
                await self._publish(invitation_id, self._waiting.pop(invitation_id))

    async def _publish(self, invitation_id: str, retry: _Retry) -> None:
        doubted = InvitationDoubted(guild_id=retry.guild_id, invitation_id=invitation_id)
        try:
            await self._broker.publish(EVENTS, doubted.wire_name(), Envelope.first(doubted))
        except Exception as error:
            if classify(error) is Kind.PERMANENT:
                raise
            log.warning("repair.retry_failed", reason=type(error).__name__)
            self._waiting[invitation_id] = retry._replace(due_at=_now() + retry.after_seconds)


def _now() -> float:
    return asyncio.get_running_loop().time()
