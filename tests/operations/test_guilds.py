"""Guilds are listed, shown and erased; one guild's erasure leaves another's rows alone."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from playground import MiniatureDiscord, demo
from tests.conftest import Site
from tests.operations.command import Ended, doukikai
from tests.operations.filling import fill, rows

HERE, OTHER = demo.GUILD_ID, "1099511627776000001"
TRACE = "SELECT guild_id, member_key, interaction_id, audit_entries FROM invitations.erasure_log"


@pytest.fixture
async def discord() -> AsyncIterator[MiniatureDiscord]:
    server = await MiniatureDiscord.start()
    yield server
    await server.stop()


@pytest.fixture
async def superuser(site: Site) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(site.superuser_url)
    yield connection
    await connection.close()


def settings(site: Site, discord: MiniatureDiscord) -> dict[str, str]:
    return {
        **{
            f"{role.upper()}_DATABASE_URL": site.pooled_url(role)
            for role in ("invitations", "tickets", "scheduler")
        },
        "MIGRATION_DATABASE_URL": site.superuser_url,
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
    }


async def guilds(
    site: Site, discord: MiniatureDiscord, *words: str, typed: str = "", **changes: str
) -> Ended:
    return await doukikai("guilds", *words, typed=typed, **settings(site, discord) | changes)


async def test_every_guild_is_listed_with_its_name_and_what_is_open(
    site: Site, superuser: asyncpg.Connection, discord: MiniatureDiscord
) -> None:
    await fill(superuser, HERE)
    await fill(superuser, OTHER, days_ago=40)
    new = discord.add_guild("新しい会", owner=demo.OWNER)
    listed = {each["id"]: each for each in (await guilds(site, discord, "list", "--json")).data}
    assert set(listed) == {HERE, OTHER, new}
    name = discord.world.guild(HERE).payload["name"]
    assert {key: listed[HERE][key] for key in listed[HERE] if key != "last_change"} == {
        "id": HERE,
        "name": name,
        "bot": "there",
        "language": "en",
        "set_up": True,
        "open_events": 1,
        "open_tickets": 1,
    }
    assert (listed[OTHER]["name"], listed[OTHER]["bot"]) == (None, "removed")
    assert (listed[new]["name"], listed[new]["set_up"]) == ("新しい会", False)
    assert (listed[new]["language"], listed[new]["last_change"]) == ("ja", None)
    table = (await guilds(site, discord, "list")).output
    assert name in table
    assert ", 40 d ago" in table
    assert "When the bot was removed from a server is not recorded" in table


async def test_without_discord_the_list_says_that_names_are_not_known(
    site: Site, superuser: asyncpg.Connection, discord: MiniatureDiscord
) -> None:
    await fill(superuser, HERE)
    ended = await guilds(site, discord, "list", "--json", DISCORD_TOKEN="stolen")
    assert ended.errors == "Names are not known: Discord refuses DISCORD_TOKEN.\n"
    assert [(each["id"], each["bot"]) for each in ended.data] == [(HERE, "unknown")]


async def test_a_guild_is_shown_with_all_settings_and_counts(
    site: Site, superuser: asyncpg.Connection, discord: MiniatureDiscord
) -> None:
    await fill(superuser, HERE)
    await fill(superuser, OTHER)
    shown = (await guilds(site, discord, "show", HERE, "--json")).data
    assert shown["settings"]["announcement_channel_id"] == "5"
    assert shown["settings"]["time_zone"] == "Asia/Tokyo"
    assert shown["settings_of_tickets"]["per_category"] == 2
    assert shown["stored"] == {
        "events": 2,
        "open_events": 1,
        "participants": 2,
        "drafts": 1,
        "calendars": 1,
        "audit_entries_of_events": 3,
        "tickets": 1,
        "open_tickets": 1,
        "ticket_requests": 1,
        "audit_entries_of_tickets": 1,
        "deadlines": 2,
    }
    unknown = await guilds(site, discord, "show", "404")
    assert (unknown.code, unknown.errors) == (
        1,
        "The bot is not in the server 404, and nothing is stored.\n",
    )


async def test_an_erased_guild_leaves_nothing_and_takes_nothing_of_another(
    site: Site, superuser: asyncpg.Connection, discord: MiniatureDiscord
) -> None:
    await fill(superuser, HERE)
    before = await rows(superuser)
    assert all(
        before[f"{schema}.{table}"]
        for schema, tables in {
            "invitations": "audit_log calendars drafts feed guilds image_parts images invitations"
            " participants repetitions templates",
            "tickets": "audit_log guilds requests tickets",
            "scheduler": "deadlines",
        }.items()
        for table in tables.split()
    )
    await fill(superuser, OTHER, days_ago=31)
    erased = await guilds(site, discord, "erase", OTHER, "--yes")
    assert (erased.code, erased.output) == (0, f"Erased {OTHER}.\n")
    assert await rows(superuser) == before
    for schema, entries in (("invitations", 3), ("tickets", 1)):
        [trace] = await superuser.fetch(TRACE.replace("invitations", schema))
        assert tuple(trace) == (OTHER, None, 0, entries)
    again = await guilds(site, discord, "erase", OTHER, "--yes")
    assert (again.code, again.errors) == (1, f"Nothing is stored about the server {OTHER}.\n")


REASONS = {
    "there": "The bot is still in",
    "recent": "It was used 3 d ago; what is stored stays for 30 days after that.",
    "unknown": "Discord does not say whether the bot is still in this server.",
}


@pytest.mark.parametrize("reason", REASONS)
async def test_a_guild_that_may_still_be_in_use_is_erased_only_by_force(
    site: Site, superuser: asyncpg.Connection, discord: MiniatureDiscord, reason: str
) -> None:
    guild = HERE if reason == "there" else OTHER
    await fill(superuser, guild, days_ago=3 if reason == "recent" else 31)
    changes: dict[str, Any] = {"DISCORD_TOKEN": "stolen"} if reason == "unknown" else {}
    before = await rows(superuser)
    refused = await guilds(site, discord, "erase", guild, "--yes", **changes)
    assert refused.code == 1
    assert refused.errors.startswith(REASONS[reason])
    assert await rows(superuser) == before
    forced = await guilds(site, discord, "erase", guild, "--yes", "--force", **changes)
    assert forced.code == 0
    assert not any((await rows(superuser)).values())


async def test_a_guild_is_erased_only_after_its_id_is_typed_again(
    site: Site, superuser: asyncpg.Connection, discord: MiniatureDiscord
) -> None:
    await fill(superuser, OTHER, days_ago=31)
    other = await guilds(site, discord, "erase", OTHER, typed=f"{HERE}\n")
    assert other.code == 1
    assert "Nothing was erased." in other.errors
    assert any((await rows(superuser)).values())
    same = await guilds(site, discord, "erase", OTHER, typed=f"{OTHER}\n")
    assert "tickets: 1" in same.errors
    assert not any((await rows(superuser)).values())


async def test_an_interrupted_erasure_is_finished_by_the_next(
    site: Site, superuser: asyncpg.Connection, discord: MiniatureDiscord
) -> None:
    """The tickets are gone; the events and the settings, which go last, still name the guild."""
    await fill(superuser, OTHER, days_ago=31)
    await superuser.execute("SELECT tickets.erase_guild($1)", OTHER)
    assert (await guilds(site, discord, "erase", OTHER, "--yes")).code == 0
    assert (await rows(superuser))["invitations.guilds"] == set()


async def test_without_the_superuser_nothing_is_erased(
    site: Site, superuser: asyncpg.Connection, discord: MiniatureDiscord
) -> None:
    await fill(superuser, OTHER, days_ago=31)
    address = site.url("invitations")
    ended = await guilds(site, discord, "erase", OTHER, "--yes", MIGRATION_DATABASE_URL=address)
    assert ended.code == 1
    assert ended.errors.startswith("MIGRATION_DATABASE_URL is no superuser's address: permission")
    assert (await rows(superuser))["invitations.guilds"]
