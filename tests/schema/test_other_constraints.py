"""Tickets, deadlines and guilds refuse wrong rows by the constraint's name."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from tests.schema.rows import insert, ticket

CLOSED = datetime(2030, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("chk_ticket_ids", {"id": "x"}),
        ("chk_ticket_ids", {"closed_by": "x"}),
        ("chk_ticket_category", {"category": "praise"}),
        ("chk_ticket_status", {"status": "lost", "closed_at": None}),
        ("chk_ticket_closed", {"status": "closed"}),
        ("chk_ticket_closed", {"closed_at": CLOSED}),
        ("chk_ticket_place", {"request_id": None}),
        ("chk_ticket_sealed", {"subject": "読める件名"}),
        ("chk_ticket_sealed", {"close_reason": "読める理由"}),
        ("chk_ticket_silence", {"on_hold": True, "warns_at": CLOSED}),
        (
            "chk_ticket_closed_at",
            {"status": "closed", "closed_at": datetime(2001, 1, 1, tzinfo=UTC)},
        ),
    ],
)
async def test_a_ticket_breaking_a_rule_is_refused_by_name(
    tickets: asyncpg.Connection, constraint: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await insert(tickets, "tickets", ticket(**changes))
    assert refusal.value.constraint_name == constraint


async def test_a_ticket_is_accepted_open_and_closed(tickets: asyncpg.Connection) -> None:
    await insert(tickets, "tickets", ticket())
    await insert(tickets, "tickets", ticket(status="closed", closed_at=CLOSED))


async def test_a_deadline_does_not_repeat_at_once(scheduler: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="chk_deadline_repeat_every"):
        await scheduler.execute(
            "INSERT INTO deadlines (kind, subject_id, due_at, version, repeat_every)"
            " VALUES ('sweep', 'all', now(), 1, '0')"
        )


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("chk_guild_ids", {"guild_id": "x"}),
        ("chk_guild_ids", {"announcement_channel_id": "x"}),
        ("chk_guild_ids", {"staff_channel_id": ""}),
        ("chk_guild_version", {"version": -1}),
        ("chk_guild_language", {"language": "JA"}),
        ("chk_guild_time_zone", {"time_zone": "../etc"}),
        ("chk_guild_staff_roles", {"staff_role_ids": ["1", "x"]}),
        ("chk_guild_staff_roles", {"staff_role_ids": ["1", None]}),
        ("chk_guild_staff_roles", {"staff_role_ids": ["1"] * 11}),
        ("chk_guild_host_roles", {"host_role_ids": ["1,2"]}),
        ("chk_guild_host_roles", {"host_role_ids": [""]}),
        ("chk_guild_reminder_minutes", {"reminder_minutes": 1441}),
    ],
)
async def test_settings_of_a_guild_breaking_a_rule_are_refused_by_name(
    invitations: asyncpg.Connection, constraint: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await insert(invitations, "guilds", {"guild_id": "1", **changes})
    assert refusal.value.constraint_name == constraint
