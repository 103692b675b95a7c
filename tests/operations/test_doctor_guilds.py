"""The doctor says of each guild, in one line, what is missing in it on Discord."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from operations.doctor.check import Absent, Broken
from operations.doctor.guilds import guild
from operations.guilds import StoredGuild
from operations.settings import Settings
from playground import MiniatureDiscord, demo, payloads, permissions
from playground.permissions import Permission
from shared.messages.invitations.guilds import GuildView
from shared.messages.tickets.guilds import TicketSettingsView

P = Permission
EVENTS, STAFF = demo.ANNOUNCEMENT_CHANNEL_ID, demo.STAFF_CHANNEL_ID


@pytest.fixture
async def discord() -> AsyncIterator[MiniatureDiscord]:
    server = await MiniatureDiscord.start()
    yield server
    await server.stop()


async def look(discord: MiniatureDiscord, log_channel_id: str | None = None, **changes: Any) -> str:
    view = GuildView.model_validate(
        {
            "guild_id": demo.GUILD_ID,
            "announcement_channel_id": EVENTS,
            "staff_channel_id": STAFF,
            "staff_role_ids": (demo.STAFF_ROLE_ID,),
            **changes,
        }
    )
    settings = Settings(discord_token=discord.token, discord_api_url=discord.api_url)
    tickets = TicketSettingsView(guild_id=demo.GUILD_ID, log_channel_id=log_channel_id)
    return await guild(settings, StoredGuild(view, tickets))


async def complaint(discord: MiniatureDiscord, **changes: Any) -> str:
    with pytest.raises(Broken) as broken:
        await look(discord, **changes)
    name = discord.world.guild(demo.GUILD_ID).payload["name"]
    return str(broken.value).removeprefix(f"{name}: ")


async def test_a_guild_that_lacks_nothing_is_well(discord: MiniatureDiscord) -> None:
    assert "as they should be" in await look(discord, mirrors_scheduled_events=True)


async def test_each_missing_permission_is_named_with_its_channel(discord: MiniatureDiscord) -> None:
    lost = P.EMBED_LINKS | P.MANAGE_THREADS | P.CREATE_PUBLIC_THREADS
    discord.overwrite(EVENTS, discord.bot_role(), deny=lost)
    discord.overwrite(STAFF, discord.bot_id, deny=P.SEND_MESSAGES)
    events, staff = (discord.world.channel(each)["name"] for each in (EVENTS, STAFF))
    assert await complaint(discord) == (
        f"In #{events} the bot lacks Embed Links, Create Public Threads, Manage Threads."
        f" In #{staff} the bot lacks Send Messages."
    )


async def test_overwrites_count_in_discords_order(discord: MiniatureDiscord) -> None:
    """What @everyone is denied, a role may be given, and what a role is given the bot denied."""
    discord.overwrite(EVENTS, demo.GUILD_ID, deny=P.EMBED_LINKS)
    assert "Embed Links" in await complaint(discord)
    discord.overwrite(EVENTS, discord.bot_role(), allow=P.EMBED_LINKS)
    assert await look(discord)
    discord.overwrite(EVENTS, discord.bot_id, deny=P.EMBED_LINKS)
    assert "Embed Links" in await complaint(discord)
    discord.set_role(discord.bot_role(), P.ADMINISTRATOR)
    assert await look(discord)


async def test_the_mirror_needs_its_permission_only_where_it_is_used(
    discord: MiniatureDiscord,
) -> None:
    discord.set_role(discord.bot_role(), permissions.BOT & ~P.CREATE_EVENTS)
    assert await look(discord)
    said = await complaint(discord, mirrors_scheduled_events=True)
    assert said == "In the server the bot lacks Create Events."


async def test_the_records_of_tickets_need_a_file(discord: MiniatureDiscord) -> None:
    discord.overwrite(STAFF, discord.bot_id, deny=P.ATTACH_FILES)
    assert await look(discord)
    said = await complaint(discord, log_channel_id=STAFF)
    assert said.endswith("the bot lacks Attach Files.")


async def test_what_was_deleted_is_named(discord: MiniatureDiscord) -> None:
    said = await complaint(
        discord,
        announcement_channel_id="404",
        staff_channel_id=discord.add_channel("声", kind=payloads.VOICE_CHANNEL),
        staff_role_ids=("404", demo.STAFF_ROLE_ID, "405"),
        host_role_ids=("404",),
        mention_role_ids=("404",),
    )
    assert said == (
        "The channel for events was deleted. The staff channel #声 is no text channel."
        " Of the roles of staff, 2 were deleted. Of the roles of hosts, 1 was deleted."
        " Of the roles of mentions, 1 was deleted."
    )


async def test_a_role_that_a_mention_would_not_notify_is_named(discord: MiniatureDiscord) -> None:
    silent, heard = discord.add_role("静かな人"), discord.add_role("呼べる人")
    discord.world.guild(demo.GUILD_ID).roles[silent]["mentionable"] = False
    chosen = {"mention_role_ids": (silent, heard)}
    assert await look(discord, **chosen, mentions_everyone=True)
    discord.overwrite(EVENTS, discord.bot_role(), deny=P.MENTION_EVERYONE)
    assert await look(discord, mention_role_ids=(heard,))
    events = discord.world.channel(EVENTS)["name"]
    lacks = f"In #{events} the bot lacks Mention @everyone, @here and All Roles, so mentions of"
    assert await complaint(discord, **chosen) == f"{lacks} @静かな人 notify nobody."
    said = await complaint(discord, **chosen, mentions_everyone=True)
    assert said == f"{lacks} @everyone, @静かな人 notify nobody."


async def test_a_guild_without_the_bot_or_a_channel_is_no_fault(discord: MiniatureDiscord) -> None:
    with pytest.raises(Absent, match="no channel for events yet"):
        await look(discord, announcement_channel_id=None)
    discord.remove_bot(demo.GUILD_ID)
    with pytest.raises(Absent, match=f"removed from it.*guilds erase {demo.GUILD_ID}"):
        await look(discord)
