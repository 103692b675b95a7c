"""The tickets service's database, and its handlers on it."""

import json
from collections.abc import AsyncIterator
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.tickets.handlers import handlers
from shared.database import Pool
from shared.dispatch import Handled, handle_once
from shared.messages.envelope import Envelope, Message
from shared.messages.tickets.commands import OpenTicket, RequestTicket
from shared.messages.tickets.guilds import ChangeTicketSettings, TicketChanges, TicketSettings
from tests.builders import MANAGER, MEMBER, SEALED, in_guild
from tests.conftest import Site

Messages: TypeAlias = list[tuple[str, dict[str, Any]]]


class Desk:
    """A tickets service without its broker: it takes commands and fills the outbox."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.rules = TicketSettings()

    async def say(self, command: Message) -> Handled:
        """Handle a command as the service does."""
        return await handle_once(Envelope.first(command), handlers(), self.pool)

    async def choose(self, **changes: Any) -> None:
        """Let a guild choose other settings, and empty the outbox."""
        command = ChangeTicketSettings(
            actor=MANAGER, guild_id="1", changes=TicketChanges(**changes)
        )
        assert await self.say(command) == "done"
        await self.drain()

    async def drain(self) -> Messages:
        """Return name and body of every message in the outbox, and empty it."""
        rows = await self.pool.fetch("DELETE FROM outbox RETURNING id, routing_key, body")
        return [
            (row["routing_key"].partition(".")[2], json.loads(row["body"])["body"])
            for row in sorted(rows, key=lambda row: int(row["id"]))
        ]

    async def code(self, command: Message) -> str:
        """Give the code that a command is refused with."""
        assert await self.say(command) == "refused"
        [(_, answer)] = await self.drain()
        return str(answer["code"])

    async def code_after_drain(self, command: Message) -> str:
        """Empty the outbox, and return the code that a command is refused with."""
        await self.drain()
        return await self.code(command)

    async def row(self, ticket_id: str = "5001") -> asyncpg.Record:
        row = await self.pool.fetchrow("SELECT * FROM tickets WHERE id = $1", ticket_id)
        assert row is not None
        return row

    async def opened(self, ticket_id: str = "5001", **changes: Any) -> None:
        """Have a ticket open, and empty the outbox."""
        command = request(**changes)
        await self.say(command)
        await self.say(open_(command.request_id, ticket_id, command.guild_id))
        await self.drain()


def request(request_id: UUID | None = None, **changes: Any) -> RequestTicket:
    """Ask for a ticket."""
    fields: dict[str, Any] = {
        "actor": MEMBER,
        "request_id": request_id or uuid4(),
        "guild_id": "1",
        "channel_id": "2",
        "category": "question",
        "subject": SEALED,
        "details": SEALED,
    }
    fields |= changes
    return RequestTicket(**fields | {"actor": in_guild(fields["actor"], fields["guild_id"])})


def open_(request_id: UUID, ticket_id: str = "5001", guild_id: str = "1") -> OpenTicket:
    """Say that the thread stands."""
    who = in_guild(MEMBER, guild_id)
    return OpenTicket(actor=who, request_id=request_id, ticket_id=ticket_id, message_id="6001")


@pytest.fixture
async def desk(tables: Site) -> AsyncIterator[Desk]:
    """Give the service on empty tables."""
    await tables.empty()
    pool = await tables.pool("tickets", connections=20)
    yield Desk(pool)
    await pool.close()
