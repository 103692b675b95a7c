"""The settings of a guild: who may change them, what is written down, and what follows them."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from pydantic import ValidationError

from services.tickets.sql import guilds
from shared.messages.envelope import Actor, Envelope
from shared.messages.registry import read
from shared.messages.tickets.commands import (
    CleanInbox,
    CloseTicket,
    RecordActivity,
    ShowTicketPanel,
    WarnTicket,
)
from shared.messages.tickets.guilds import (
    ChangeTicketSettings,
    ReadTicketSettings,
    TicketChanges,
    TicketSettings,
    TicketSettingsView,
)
from tests import builders
from tests.builders import MANAGER, MEMBER, STAFF, in_guild
from tests.services.tickets.conftest import Desk, request

SCHEDULER = Actor(user_id="0", name="scheduler")
STAFF_HERE = STAFF.model_copy(update={"guild_id": "1"})
HALF_AN_HOUR = 30
IN_HALF_AN_HOUR = timedelta(minutes=HALF_AN_HOUR)


def change(actor: Actor = MANAGER, guild_id: str = "1", **changes: Any) -> ChangeTicketSettings:
    own = TicketChanges(**changes)
    reply_to = builders.reply_to()
    return ChangeTicketSettings(actor=actor, guild_id=guild_id, changes=own, reply_to=reply_to)


def look(actor: Actor = MANAGER, guild_id: str = "1") -> ReadTicketSettings:
    return ReadTicketSettings(actor=actor, guild_id=guild_id, reply_to=builders.reply_to())


async def test_a_guild_has_the_defaults_until_its_first_change(desk: Desk) -> None:
    assert await desk.say(look()) == "done"
    [(name, shown)] = await desk.drain()
    assert name == "TicketSettingsShown"
    defaults = TicketSettingsView(guild_id="1")
    assert TicketSettingsView.model_validate(shown["guild"]) == defaults

    await desk.say(change(per_category=2))

    (name, changed), (_, answer) = await desk.drain()
    expected = defaults.model_copy(update={"per_category": 2, "version": 1})
    assert name == "TicketSettingsChanged"
    for guild in (changed["guild"], answer["guild"]):
        assert TicketSettingsView.model_validate(guild) == expected
    assert await guilds.view(desk.pool, "1") == expected
    assert await guilds.view(desk.pool, "2") == TicketSettingsView(guild_id="2")


async def test_the_defaults_of_the_table_are_those_of_the_contract(desk: Desk) -> None:
    await desk.pool.execute("INSERT INTO guilds (guild_id) VALUES ('7')")
    assert await guilds.view(desk.pool, "7") == TicketSettingsView(guild_id="7")


async def test_only_what_is_chosen_changes_and_is_written_down(desk: Desk) -> None:
    await desk.say(change(log_channel_id="55", categories=["other", "question", "other"]))
    await desk.say(change(log_channel_id=None, per_category=1))
    await desk.say(change(log_channel_id=None))

    guild = await guilds.view(desk.pool, "1")
    assert (guild.version, guild.log_channel_id) == (2, None)
    assert guild.categories == ("question", "other")
    rows = await desk.pool.fetch("SELECT actor_id, action, details FROM audit_log ORDER BY id")
    assert {(row["actor_id"], row["action"]) for row in rows} == {
        (MANAGER.user_id, "tickets.ChangeTicketSettings")
    }
    assert [json.loads(row["details"]) for row in rows] == [
        {
            "guild_id": "1",
            "setting": "categories",
            "before": "question, trouble, other",
            "after": "question, other",
        },
        {"guild_id": "1", "setting": "log_channel_id", "after": "55"},
        {"guild_id": "1", "setting": "log_channel_id", "before": "55"},
    ]


async def test_two_first_changes_at_once_both_come_true(desk: Desk) -> None:
    await asyncio.gather(
        desk.say(change(per_category=3)),
        desk.say(change(log_channel_id="55")),
        desk.say(change(warn_after_minutes=HALF_AN_HOUR)),
    )
    guild = await guilds.view(desk.pool, "1")
    assert (guild.version, guild.per_category, guild.log_channel_id) == (3, 3, "55")
    assert guild.warn_after == IN_HALF_AN_HOUR


def test_a_change_crosses_the_wire_with_only_what_is_set() -> None:
    sent = Envelope.first(change(log_channel_id=None, warn_after_minutes=5))
    received = read(sent.to_json()).body
    assert isinstance(received, ChangeTicketSettings)
    assert received.changes.values == {"log_channel_id": None, "warn_after_minutes": 5}


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (MEMBER.model_copy(update={"guild_id": "1"}), "not_allowed"),
        (STAFF_HERE, "not_allowed"),
        (MANAGER.model_copy(update={"guild_id": "9"}), "not_found"),
        (MANAGER.model_copy(update={"guild_id": None}), "not_found"),
    ],
)
async def test_only_managers_of_the_guild_see_and_change_its_settings(
    desk: Desk, actor: Actor, code: str
) -> None:
    assert await desk.code(change(actor, per_category=2)) == code
    assert await desk.code(look(actor)) == code
    assert await desk.pool.fetchval("SELECT count(*) FROM guilds") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"per_category": 0},
        {"per_category": 11},
        {"warn_after_minutes": 0},
        {"close_after_minutes": 10_081},
        {"categories": ["refund"]},
        {"log_channel_id": "a channel"},
    ],
)
async def test_the_contract_and_the_table_refuse_the_same_settings(
    desk: Desk, changes: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        TicketChanges(**changes)
    [(name, value)] = changes.items()
    await desk.pool.execute("INSERT INTO guilds (guild_id) VALUES ('1')")
    with pytest.raises(asyncpg.CheckViolationError):
        await desk.pool.execute(f"UPDATE guilds SET {name} = $1", value)  # noqa: S608 - names of our own


async def test_a_panel_offers_what_the_guild_offers_and_the_rest_is_refused(desk: Desk) -> None:
    panel = ShowTicketPanel(actor=STAFF_HERE, guild_id="1", reply_to=builders.reply_to())
    await desk.say(panel)
    [(name, shown)] = await desk.drain()
    assert (name, shown["categories"]) == ("TicketPanelShown", ["question", "trouble", "other"])

    await desk.choose(categories=["trouble"])

    await desk.say(panel)
    [(_, shown)] = await desk.drain()
    assert shown["categories"] == ["trouble"]
    asked = request(category="question", reply_to=builders.reply_to())
    assert await desk.code(asked) == "ticket_category_off"
    assert await desk.say(request(category="trouble")) == "done"
    await desk.drain()
    await desk.choose(categories=[])
    assert await desk.code(panel) == "no_ticket_categories"
    assert await desk.code(panel.model_copy(update={"actor": MEMBER})) == "not_staff"


async def test_a_lower_limit_counts_tickets_of_before(desk: Desk) -> None:
    await desk.choose(per_category=3)
    for number in (1, 2, 3):
        await desk.opened(f"500{number}")
    await desk.choose(per_category=2)
    for ticket_id in ("5001", "5002"):
        assert await desk.code(request(reply_to=builders.reply_to())) == "ticket_limit"
        await desk.say(CloseTicket(actor=MEMBER, ticket_id=ticket_id))
        await desk.drain()
    assert await desk.say(request()) == "done"


async def test_the_end_of_a_ticket_names_the_log_channel_of_its_guild(desk: Desk) -> None:
    await desk.choose(log_channel_id="55")
    await desk.opened("5001")
    await desk.opened("5002", guild_id="9")
    for ticket_id, guild_id in (("5001", "1"), ("5002", "9")):
        await desk.say(CloseTicket(actor=in_guild(MEMBER, guild_id), ticket_id=ticket_id))
    closed = {event["ticket"]["id"]: event["log_channel_id"] for _, event in await desk.drain()}
    assert closed == {"5001": "55", "5002": None}


async def past(desk: Desk, column: str) -> None:
    """Let a moment have come."""
    await desk.pool.execute(f"UPDATE tickets SET {column} = clock_timestamp()")  # noqa: S608 - columns of our own


async def test_longer_times_leave_the_deadline_and_count_from_the_next_step_on(desk: Desk) -> None:
    """The scheduler keeps the old deadline: the warning comes then, the end by the new time."""
    await desk.opened()
    deadline = (await desk.row())["warns_at"]
    await desk.choose(warn_after_minutes=10_080, close_after_minutes=10_080)
    await desk.say(CleanInbox(actor=SCHEDULER))
    assert (await desk.row())["warns_at"] == deadline
    await past(desk, "warns_at")

    await desk.say(WarnTicket(actor=SCHEDULER, ticket_id="5001"))

    [(_, warned)] = await desk.drain()
    row = await desk.row()
    week = timedelta(days=7)
    assert row["closes_at"] - row["last_activity_at"] > week
    assert warned["ticket"]["closes_at"] is not None
    assert await desk.say(RecordActivity(actor=MEMBER, ticket_id="5001")) == "done"
    row = await desk.row()
    assert row["warns_at"] - row["last_activity_at"] == week


async def test_shorter_times_leave_the_deadline_until_the_daily_cleaning_counts_it_again(
    desk: Desk,
) -> None:
    """The scheduler follows the event; tickets of other guilds keep their deadlines."""
    await desk.opened("5001")
    await desk.opened("5002", guild_id="9")
    before = (await desk.row("5001"))["warns_at"], (await desk.row("5002"))["warns_at"]
    await desk.choose(warn_after_minutes=HALF_AN_HOUR)
    assert (await desk.row("5001"))["warns_at"] == before[0]

    await desk.say(CleanInbox(actor=SCHEDULER))

    [(name, continued)] = await desk.drain()
    assert (name, continued["ticket"]["id"]) == ("TicketContinued", "5001")
    row = await desk.row("5001")
    assert row["warns_at"] - row["last_activity_at"] == IN_HALF_AN_HOUR
    assert (await desk.row("5002"))["warns_at"] == before[1]


async def test_a_message_counts_the_silence_by_the_times_of_now(desk: Desk) -> None:
    await desk.opened()
    await desk.choose(warn_after_minutes=HALF_AN_HOUR)
    await desk.pool.execute("UPDATE tickets SET last_activity_at = now() - INTERVAL '10 minutes'")
    await desk.say(RecordActivity(actor=MEMBER, ticket_id="5001"))
    assert [name for name, _ in await desk.drain()] == ["TicketContinued"]
    row = await desk.row()
    assert row["warns_at"] - row["last_activity_at"] == IN_HALF_AN_HOUR
    assert TicketSettings().warn_after > IN_HALF_AN_HOUR
