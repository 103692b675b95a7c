"""How a ticket stands, as rows say it: what events and lists tell, and what the rules need."""

from dataclasses import fields

from services.tickets.domain import Ticket
from shared.database import Connection
from shared.messages.tickets.details import TicketState

_PUBLIC = """id, version, guild_id, channel_id, message_id, user_id, user_name, category, status,
       staff_id, staff_name, on_hold AS is_on_hold, created_at, last_activity_at, warns_at,
       closes_at, closed_at, closed_by"""
STATE = f"{_PUBLIC}, added_ids, removed_ids"
LINE = f"{_PUBLIC}, request_id, subject"
RULED = ", ".join(field.name for field in fields(Ticket))


async def fetch_state(connection: Connection, statement: str, *values: object) -> TicketState:
    """Run a statement that returns STATE of one row, which the caller has locked."""
    row = await connection.fetchrow(statement, *values)
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return TicketState(**row)
