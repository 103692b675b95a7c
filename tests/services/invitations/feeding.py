"""Events for the feed, numbered as the relay does it."""

from uuid import uuid4

from services.invitations.feed.numbering import number
from shared import outbox
from shared.database import Pool
from shared.exchanges import SEQUENCE
from shared.messages.envelope import Envelope, Event
from shared.messages.invitations.events import ParticipantJoined
from tests.services.scheduler.stories import from_now, state


def joined(version: int = 1, guild_id: str = "1", user_id: str = "42", **changes: str) -> Event:
    invitation = state(1001, version, from_now(3600)).model_copy(
        update={"guild_id": guild_id, **changes}
    )
    return ParticipantJoined(invitation=invitation, user_id=user_id, user_name="たろう")


async def fill(pool: Pool, *events: Event) -> list[int]:
    """Number events as the relay does, and give their numbers."""
    async with pool.acquire() as relay, relay.transaction():
        await outbox.append(relay, [Envelope.first(event, id=uuid4()) for event in events])
    numbers: list[int] = []
    while True:
        async with pool.acquire() as relay, relay.transaction():
            rows = await outbox.take_oldest(relay)
            if not rows:
                return sorted(numbers)
            numbered = await number(pool, rows)
            numbers += [int(headers[SEQUENCE]) for headers in numbered.values()]


async def newest(pool: Pool) -> int:
    found: int = await pool.fetchval("SELECT last_sequence FROM feed_head")
    return found
