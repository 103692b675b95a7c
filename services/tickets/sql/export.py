"""The SQL of a member's export: every row of tickets that is about them."""

from collections.abc import Mapping
from typing import Any

from shared.audit import actions, select_actions
from shared.database import Connection
from shared.messages.tickets.export import OwnRequest, OwnTicket, TicketAction, TicketsExport
from shared.parts import Section, read_part

# The invitations service adds its own part to the last: services/invitations/sql/export.py.
MOST_BYTES = 250_000
NO_UUID = "00000000-0000-0000-0000-000000000000"

# By idx_ticket_user_history: an order by the bare id would lead through all tickets.
SELECT_OWN = """
SELECT id AS key, id, request_id, guild_id, channel_id, user_name, category, status, subject,
       close_reason, on_hold AS is_on_hold, created_at, last_activity_at, closed_at
  FROM tickets
 WHERE user_id = $1
   AND id || '' > $2
 ORDER BY id || ''
 LIMIT $3
"""

SELECT_PENDING = """
SELECT request_id::text AS key, request_id, guild_id, channel_id, user_name, category, subject,
       details, created_at
  FROM requests
 WHERE user_id = $1
   AND ticket_id IS NULL
   AND request_id > $2::text::uuid
 ORDER BY request_id
 LIMIT $3
"""

# Once a year for a member is often: no index leads from staff, or from others in it, to tickets.
SELECT_OTHERS = """
SELECT id AS key, id, staff_id = $1 AS staff_of, closed_by = $1 AS closed_by_member,
       $1 = ANY (added_ids) AS added_to, $1 = ANY (removed_ids) AS removed_from
  FROM tickets
 WHERE user_id <> $1
   AND (staff_id = $1 OR closed_by = $1 OR $1 = ANY (added_ids) OR $1 = ANY (removed_ids))
   AND id > $2
 ORDER BY id
 LIMIT $3
"""

SELECT_ACTIONS = select_actions("ticket_id")
OTHERS = ("staff_of", "closed_by_member", "added_to", "removed_from")
LISTS = ("tickets", "requests", *OTHERS, "audit_log")


def _others(row: Mapping[str, Any]) -> Mapping[str, object]:
    return {name: row["id"] for name in OTHERS if row[name]}


SECTIONS = (
    Section("tickets", "", SELECT_OWN, lambda row: {"tickets": OwnTicket(**row)}),
    Section("requests", NO_UUID, SELECT_PENDING, lambda row: {"requests": OwnRequest(**row)}),
    Section("others", "", SELECT_OTHERS, _others),
    actions(SELECT_ACTIONS, TicketAction),
)


async def part_about(
    connection: Connection, user_id: str, after: str | None
) -> tuple[TicketsExport, str | None]:
    """Read a part of all that is stored about a member, and the place of the next, if any."""
    lists, following = await read_part(connection, user_id, SECTIONS, after, MOST_BYTES)
    return TicketsExport(**{name: lists.get(name, []) for name in LISTS}), following
