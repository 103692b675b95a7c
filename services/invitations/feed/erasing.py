"""Takes erased members out of the events that were numbered before their erasure."""

import json

import structlog
from pydantic_core import from_json

from services.invitations.feed.persons import without
from services.invitations.sql import feed
from services.invitations.sql.feed import Erasure, Stale
from shared.database import Pool
from shared.tasks import forever

LOOK_SECONDS = 10.0

log = structlog.get_logger()


class FeedEraser:
    """Rewrites the events from before each MemberErased.

    MemberErased is behind every event that names the member, so what is found is all of them, and
    each erasure is looked at once by a process.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._done = 0

    async def run(self) -> None:
        """Rewrite until cancelled."""
        await forever("feed_erasure", self.look, every_seconds=LOOK_SECONDS)

    async def look(self) -> None:
        """Rewrite what erasures have come for."""
        for erasure in await feed.erasures(self._pool, self._done):
            while found := await self._rewrite_some(erasure):
                log.info("feed.rewritten", events=found, sequence=erasure.sequence)
            self._done = erasure.sequence

    async def _rewrite_some(self, erasure: Erasure) -> int:
        """Rewrite some events in one short transaction; return how many."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await feed.stale(connection, erasure)
            rewritten = [_rewritten(each, erasure.member) for each in found]
            await feed.replace(connection, erasure, rewritten)
        return len(found)


def _rewritten(event: Stale, member: str) -> Stale:
    envelope = from_json(event.body)
    envelope["body"] = without(envelope["body"], member)
    return event._replace(body=json.dumps(envelope, ensure_ascii=False, separators=(",", ":")))
