"""What was said, heard by a queue of our own, and what is stored at the end."""

import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

import aio_pika
import asyncpg

from deploy.local.rabbitmq import definitions
from shared.messages.envelope import Answer, Command, Envelope
from shared.messages.invitations.events import InvitationEvent
from shared.messages.registry import read
from tests.conftest import Site

WITNESS = "witness"
WITNESSED = [
    each["name"]
    for each in definitions()["exchanges"]
    if each["name"].startswith(("doukikai.commands.", "doukikai.events.", "doukikai.replies."))
]
SCHEMAS = ("invitations", "tickets", "scheduler")


@dataclass
class History:
    """Every message once, as it was first heard, and what is stored at the end."""

    messages: dict[UUID, Envelope] = field(default_factory=dict)
    written: dict[UUID, int] = field(default_factory=dict)
    """The place of each message in the outbox of invitations: the order of the transactions."""
    invitations: dict[str, asyncpg.Record] = field(default_factory=dict)
    parts: dict[tuple[str, str], str] = field(default_factory=dict)
    receipts: set[UUID] = field(default_factory=set)
    waiting: Counter[str] = field(default_factory=Counter)
    deaths: list[str] = field(default_factory=list)
    without_claim: set[str] = field(default_factory=set)
    """Interactions that read as failed, or that not every gateway received."""

    @property
    def answers(self) -> dict[str, list[Answer]]:
        """Give the answers to each interaction."""
        found = defaultdict(list)
        for envelope in self.messages.values():
            if isinstance(envelope.body, Answer):
                found[envelope.body.reply_to.interaction_id].append(envelope.body)
        return found

    @property
    def presses(self) -> dict[str, Envelope]:
        """Give the command that each interaction first became."""
        found: dict[str, Envelope] = {}
        for envelope in self.messages.values():
            body = envelope.body
            if isinstance(body, Command) and body.reply_to is not None:
                found.setdefault(body.reply_to.interaction_id, envelope)
        return found

    @property
    def events(self) -> dict[str, list[Envelope]]:
        """Give the events of each invitation, in the order they were first heard."""
        found = defaultdict(list)
        for envelope in self.messages.values():
            if isinstance(envelope.body, InvitationEvent):
                found[envelope.body.invitation.id].append(envelope)
        return found

    @property
    def overtaken(self) -> int:
        """Count events that were first heard after a newer one of their invitation."""
        return sum(
            versions(before)[0] > versions(after)[0]
            for events in self.events.values()
            for before, after in itertools.pairwise(events)
        )


def versions(*events: Envelope) -> list[int]:
    """Give the versions that events carry."""
    return [e.body.invitation.version for e in events if isinstance(e.body, InvitationEvent)]


# An outbox is empty again when its messages are published, and a relay that is cut off may publish
# a message after a later one.
KEEP_ORDER = """
CREATE SCHEMA chaos;
CREATE TABLE chaos.written (message_id uuid PRIMARY KEY, id bigint NOT NULL);
CREATE FUNCTION chaos.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO chaos.written VALUES (NEW.message_id, NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER chaos AFTER INSERT ON invitations.outbox
  FOR EACH ROW EXECUTE FUNCTION chaos.keep();
"""


async def call_witness(site: Site) -> None:
    """Let a queue of its own hear everything, and a table keep the order, from now on."""
    database = await asyncpg.connect(site.superuser_url)
    await database.execute(KEEP_ORDER)
    await database.close()
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(
            WITNESS, durable=True, arguments={"x-queue-type": "quorum"}
        )
        for exchange in WITNESSED:
            await queue.bind(exchange, "#")


async def dismiss_witness(site: Site) -> None:
    """Remove the table and its trigger from a database that other tests use afterwards."""
    database = await asyncpg.connect(site.superuser_url)
    await database.execute("DROP SCHEMA chaos CASCADE")
    await database.close()


async def hear(site: Site, history: History) -> None:
    """Take what the witness has heard since it was last asked; first of each id counts."""
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=200)
        queue = await channel.get_queue(WITNESS)
        count = queue.declaration_result.message_count or 0
        async with queue.iterator(timeout=20) as messages:
            while count:
                message = await anext(messages)
                envelope = read(message.body)
                history.messages.setdefault(envelope.id, envelope)
                await message.ack()
                count -= 1


async def look(site: Site, history: History) -> None:
    """Read what is stored, what waits, and what has died."""
    connection = await asyncpg.connect(site.superuser_url)
    rows = await connection.fetch("SELECT * FROM invitations.invitations")
    history.invitations = {row["id"]: row for row in rows}
    rows = await connection.fetch("SELECT * FROM invitations.participants")
    history.parts = {(row["invitation_id"], row["user_id"]): row["status"] for row in rows}
    rows = await connection.fetch("SELECT message_id FROM invitations.inbox")
    history.receipts = {row["message_id"] for row in rows}
    rows = await connection.fetch("SELECT message_id, id FROM chaos.written")
    history.written = {row["message_id"]: row["id"] for row in rows}
    for schema in SCHEMAS:
        count = await connection.fetchval(f"SELECT count(*) FROM {schema}.outbox")  # noqa: S608 - our own names
        history.waiting[f"{schema}.outbox"] = count
    await connection.close()
    history.deaths = [name async for name in _deaths(site)]


async def _deaths(site: Site) -> AsyncIterator[str]:
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        queue = await (await connection.channel()).get_queue("doukikai.dead", ensure=False)
        while message := await queue.get(fail=False, no_ack=True):
            yield f"{message.type} {message.headers.get('x-error')!s}"
