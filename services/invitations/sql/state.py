"""How an invitation stands, as rows say it: what events tell, and what the rules need."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from pydantic import TypeAdapter

from services.invitations.domain import Invitation
from shared.database import Connection
from shared.messages.envelope import Actor
from shared.messages.invitations.details import Details, InvitationState
from shared.messages.invitations.reminding import MoreReminders, Reminder

_MORE_REMINDERS = TypeAdapter[list[Reminder]](MoreReminders)
# The columns of a host's own words, in the order of the model's fields.
DETAILS = ", ".join(Details.model_fields)


def values_from(first: int) -> str:
    """Return the places of a host's own words among a statement's values."""
    return ", ".join(f"${first + place}" for place in range(len(Details.model_fields)))


def values_of(said: Mapping[str, Any]) -> list[Any]:
    """Return a host's own words as values of a statement, in the order of DETAILS."""
    reminders: Sequence[Reminder] = said["more_reminders"] or ()
    stored = json.dumps([each.model_dump() for each in reminders], ensure_ascii=False)
    return [*{**said, "more_reminders": stored}.values()]


STATE = f"""id, version, guild_id, channel_id, thread_id, host_id, host_name, {DETAILS},
          joined_count, waitlisted_count, status, cancel_reason,
          COALESCE(announcement_id, id) AS announcement_id, sign_up_announced"""
# has_ended and read_at may be as old as the wait for the lock, at most lock_timeout.
RULED = """id, guild_id, status, host_id, start_time, end_time, max_participants, joined_count,
       waitlisted_count, reminder_minutes, reminded_for, reminded_until,
       more_reminders, co_host_ids, staff_id, staff_name,
       opening_time, cutoff_time, sign_up_announced, start_announced,
       end_time <= clock_timestamp() AS has_ended, clock_timestamp() AS read_at"""


def under_way(table: str = "") -> str:
    """Return the condition for an event that takes place now, by the clock of the database.

    A replica's clock may be behind; a start that was announced has come.
    """
    return f"""({table}status IN ('recruiting', 'full')
        AND {table}start_time <= GREATEST(statement_timestamp(), {table}start_announced)
        AND {table}end_time > statement_timestamp())"""


async def fetch_state(connection: Connection, statement: str, *values: object) -> InvitationState:
    """Run a statement that returns STATE of one row, which the caller has locked."""
    row = await connection.fetchrow(statement, *values)
    assert row is not None  # noqa: S101 - the caller holds the row's lock
    return InvitationState(**row)


def invitation(row: asyncpg.Record) -> Invitation:
    """Return a row of RULED as the rules know it."""
    fields = dict(row)
    staff_id, staff_name = fields.pop("staff_id"), fields.pop("staff_name")
    staff = Actor(user_id=staff_id, name=staff_name, is_staff=True) if staff_id else None
    more = _MORE_REMINDERS.validate_python(fields.pop("more_reminders"))
    return Invitation(**fields, staff=staff, more_reminders=more)
