"""disnake as we set it up."""

# ruff: noqa: SLF001 - caches have no public name
import asyncio

import disnake
import pytest
from disnake.interactions import MessageInteraction

from playground import demo
from playground.server import MiniatureDiscord
from services.gateway.bot import Bot
from services.gateway.commands.invite import Invitations
from services.gateway.discord.interactions import actor_of
from shared.messages.envelope import Actor
from shared.refusal import Refused
from tests.stage import Stage

PRESSABLE = {"type": 2, "style": 1, "label": "x", "custom_id": "x:1"}
SUBCOMMANDS = {"create", "duplicate", "list", "mine", "history", "show", "add", "remove"}
SUBCOMMANDS |= {"reminders", "repeat", "drafts", "templates"}


async def test_every_command_is_named_in_both_languages() -> None:
    command = Invitations.invite.body.to_dict()
    named = [command, *command["options"]]
    named += [option for sub in command["options"] for option in sub.get("options", [])]
    assert {sub["name"] for sub in command["options"]} == SUBCOMMANDS
    for part in named:
        assert set(part["name_localizations"]) == {"ja"}
        assert set(part["description_localizations"]) == {"ja"}


async def test_the_bot_hears_interactions_and_caches_no_one(stage: Stage) -> None:
    bot = Bot(stage.discord.api_url)
    heard = {"guilds": True, "guild_messages": True, "guild_scheduled_events": True}
    assert bot.intents.value == disnake.Intents(**heard).value
    assert bot._connection.member_cache_flags.value == 0
    assert not bot.command_sync_flags.sync_commands
    await bot.close()
    of_members = Bot(stage.discord.api_url, hears_members=True)
    assert of_members.intents.value == disnake.Intents(**heard, members=True).value
    await of_members.close()


@pytest.mark.parametrize("is_cached", [True, False])
async def test_staff_are_known_by_role_or_permission_even_without_the_guild(
    is_cached: bool,  # noqa: FBT001 - a column of the table
) -> None:
    discord = await MiniatureDiscord.start()
    bot = Bot(discord.api_url)
    heard: asyncio.Queue[Actor] = asyncio.Queue()

    async def on_button_click(interaction: MessageInteraction) -> None:
        await heard.put(actor_of(interaction, [demo.STAFF_ROLE_ID]))

    bot.add_listener(on_button_click)
    connected = asyncio.create_task(bot.start(discord.token))
    try:
        await bot.wait_until_ready()
        assert bot.get_guild(int(demo.GUILD_ID))
        if not is_cached:
            bot._connection._guilds.clear()
        rows = [{"type": 1, "components": [PRESSABLE]}]
        channel = int(demo.ANNOUNCEMENT_CHANNEL_ID)
        posted = await bot.http.send_message(channel, "x", components=rows)
        actors = {}
        for user in (demo.MIDORI, demo.TARO):
            await discord.click(str(posted["id"]), "x:1", user=user)
            actors[user] = await asyncio.wait_for(heard.get(), 30)
        assert actors[demo.MIDORI] == Actor(
            user_id=demo.MIDORI,
            name="みどり",
            is_staff=True,
            may_manage=True,
            guild_id=demo.GUILD_ID,
        )
        assert not actors[demo.TARO].is_staff
        assert not actors[demo.TARO].may_manage
    finally:
        await bot.close()
        await connected
        await discord.stop()


async def test_a_press_that_fails_or_is_refused_is_answered() -> None:
    discord = await MiniatureDiscord.start()
    bot = Bot(discord.api_url)

    async def on_button_click(interaction: MessageInteraction) -> None:
        raise Refused("not_found") if interaction.author.id == int(demo.ALEX) else ValueError

    bot.add_listener(on_button_click)
    connected = asyncio.create_task(bot.start(discord.token))
    try:
        await bot.wait_until_ready()
        rows = [{"type": 1, "components": [PRESSABLE]}]
        channel = int(demo.ANNOUNCEMENT_CHANNEL_ID)
        posted = str((await bot.http.send_message(channel, "x", components=rows))["id"])
        failed = await discord.click(posted, "x:1", user=demo.TARO)
        refused = await discord.click(posted, "x:1", user=demo.ALEX)
        assert "問題が起きた" in (await failed.answer())["content"]
        assert (await refused.answer())["content"] == "This event could not be found."
    finally:
        await bot.close()
        await connected
        await discord.stop()
