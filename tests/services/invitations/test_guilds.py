"""A guild's settings: who may change them, what is kept, and what is published."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from services.invitations.sql import guilds
from shared.database import Pool
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.guilds import (
    ChangeGuildSettings,
    GuildChanges,
    GuildSettings,
    GuildView,
)
from shared.messages.invitations.staffing import ReadAuditLog
from shared.messages.registry import Unreadable, read
from tests import builders
from tests.keys import KEYS
from tests.services.invitations.telling import drain, say

MANAGER = Actor(user_id="901", name="みどり", is_staff=True, may_manage=True, guild_id="1")
EVERY: dict[str, Any] = {
    "language": "en",
    "time_zone": "America/New_York",
    "announcement_channel_id": "31",
    "staff_channel_id": "33",
    "staff_role_ids": ("20", "21"),
    "host_role_ids": ("22",),
    "reminder_minutes": 30,
    "mirrors_scheduled_events": True,
    "is_listed": True,
    "mention_role_ids": ("23", "24"),
    "mentions_everyone": True,
    "tags": ("ダンス", "その他"),
}


def change(actor: Actor = MANAGER, guild_id: str = "1", **values: Any) -> ChangeGuildSettings:
    return ChangeGuildSettings(
        actor=actor,
        reply_to=builders.reply_to(),
        guild_id=guild_id,
        changes=GuildChanges(**values),
    )


async def test_a_guild_has_the_defaults_until_its_first_change(pool: Pool) -> None:
    assert await guilds.view(pool, "1") == GuildView(guild_id="1")
    await pool.execute("INSERT INTO guilds (guild_id) VALUES ('1')")
    assert await guilds.view(pool, "1") == GuildView(guild_id="1"), "the table's defaults differ"


async def test_every_setting_can_be_changed_and_is_published_as_a_whole(pool: Pool) -> None:
    assert set(EVERY) == set(GuildSettings.model_fields)
    assert await say(pool, change(**EVERY)) == "done"
    changed = GuildView(guild_id="1", version=1, **EVERY)
    [(name, event), (_, answer)] = await drain(pool)
    assert (name, GuildView(**event["guild"])) == ("GuildSettingsChanged", changed)
    assert answer["details"] == {"choice": "changed"}
    assert await guilds.view(pool, "1") == changed
    assert await guilds.view(pool, "2") == GuildView(guild_id="2")


async def test_a_change_leaves_the_other_settings_on_the_wire_too(pool: Pool) -> None:
    await say(pool, change(**EVERY))
    sent = Envelope.first(change(announcement_channel_id=None)).to_json()
    assert await say(pool, read(sent).body) == "done"  # type: ignore[arg-type]
    expected = {**EVERY, "announcement_channel_id": None}
    assert await guilds.view(pool, "1") == GuildView(guild_id="1", version=2, **expected)


async def test_the_audit_log_says_what_each_setting_was_and_is(pool: Pool) -> None:
    await say(pool, change(staff_role_ids=("20",), reminder_minutes=15))
    await say(pool, change(staff_role_ids=("20", "21"), staff_channel_id="33"))
    await say(pool, change(staff_role_ids=(), staff_channel_id="33"))
    rows = await pool.fetch("SELECT actor_id, details::jsonb AS d FROM audit_log ORDER BY id")
    assert {row["actor_id"] for row in rows} == {"901"}
    await drain(pool)
    await say(pool, ReadAuditLog(actor=MANAGER, reply_to=builders.reply_to()))
    [(_, page)] = await drain(pool)
    assert [entry["details"] for entry in page["entries"]] == [
        {"setting": "staff_role_ids", "before": "20, 21"},
        {"setting": "staff_role_ids", "before": "20", "after": "20, 21"},
        {"setting": "staff_channel_id", "after": "33"},
        {"setting": "staff_role_ids", "after": "20"},
    ]


async def test_what_is_the_same_is_accepted_and_changes_nothing(pool: Pool) -> None:
    await say(pool, change(language="en"))
    await drain(pool)
    assert await say(pool, change(language="en")) == "done"
    [(name, answer)] = await drain(pool)
    assert (name, answer["details"]) == ("CommandAccepted", {"choice": "same"})
    assert (await guilds.view(pool, "1")).version == 1
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 1


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        ({"may_manage": False}, "not_allowed"),
        ({"guild_id": "2"}, "not_found"),
        ({"guild_id": "2", "may_manage": False}, "not_found"),
        ({"guild_id": None}, "not_found"),
    ],
)
async def test_only_who_manages_this_guild_changes_its_settings(
    pool: Pool, actor: dict[str, Any], code: str
) -> None:
    assert await say(pool, change(MANAGER.model_copy(update=actor), language="en")) == "refused"
    [(name, answer)] = await drain(pool)
    assert (name, answer["code"]) == ("CommandRefused", code)
    assert await pool.fetchval("SELECT count(*) FROM guilds") == 0


async def test_everyone_is_allowed_by_a_switch_and_not_as_a_role(pool: Pool) -> None:
    """Discord's select offers @everyone as the role with the guild's id, which notifies nobody."""
    assert await say(pool, change(mention_role_ids=("24", "1"))) == "refused"
    [(name, answer)] = await drain(pool)
    assert (name, answer["code"]) == ("CommandRefused", "everyone_is_no_role")
    assert await say(pool, change(host_role_ids=("1",))) == "done", "everyone may be a host"


async def test_changes_at_the_same_time_are_all_kept_and_counted(pool: Pool) -> None:
    changes = [{name: value} for name, value in EVERY.items()]
    assert {*await asyncio.gather(*(say(pool, change(**each)) for each in changes))} == {"done"}
    kept = await guilds.view(pool, "1")
    assert kept == GuildView(guild_id="1", version=len(EVERY), **EVERY)
    versions = [body["guild"]["version"] for name, body in await drain(pool) if "guild" in body]
    assert sorted(versions) == list(range(1, len(EVERY) + 1))


@pytest.mark.parametrize(
    "zone", ["", "Tokyo", "Asia", "asia/tokyo", "posix/Asia/Tokyo", "../etc/passwd", "Asia/Tokyo "]
)
async def test_a_time_zone_that_is_none_is_refused_before_it_is_stored(zone: str) -> None:
    command = change(time_zone="Asia/Tokyo")
    sent = Envelope.first(command).to_json().replace('"Asia/Tokyo"', f'"{zone}"')
    with pytest.raises(Unreadable):
        read(sent)
    with pytest.raises(ValueError, match="time_zone"):
        change(time_zone=zone)


async def test_the_api_shows_the_settings_to_the_gateway_at_once(
    pool: Pool, public: TestClient[web.Request, web.Application]
) -> None:
    own = {"Authorization": f"Bearer {KEYS['gateway'].reading_token('invitations')}"}
    address = "/api/guilds/1/settings"
    for version, values in ((0, {}), (1, EVERY), (2, {**EVERY, "language": "ja"})):
        if version:
            await say(pool, change(**values))
        answer = await public.get(address, headers=own)
        shown = GuildView.model_validate_json(await answer.text())
        assert shown == GuildView(guild_id="1", version=version, **values)
    assert (await public.get("/api/guilds/x/settings", headers=own)).status == 400
    refused = await public.get(address)
    assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "31" not in await refused.text()
