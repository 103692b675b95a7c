"""Sessions beat, resume after every kind of drop, and each of two receives every interaction."""

import asyncio

import disnake
import pytest
from disnake.ext import commands

from playground import MiniatureDiscord, demo
from tests.playground import bot as example


@pytest.mark.parametrize("code", [None, 4000, 1001])
async def test_a_dropped_client_resumes_and_gets_what_it_missed(
    discord: MiniatureDiscord, bot: commands.InteractionBot, code: int | None
) -> None:
    resumes = discord.gateway.resumes
    await discord.gateway.drop(code)
    press = await discord.slash("ping", user=demo.TARO)
    assert (await press.answer())["content"] == "pong ja"
    assert discord.gateway.resumes == resumes + 1
    assert bot.is_ready()


@pytest.mark.usefixtures("bot")
async def test_a_client_asked_to_reconnect_resumes(discord: MiniatureDiscord) -> None:
    resumes = discord.gateway.resumes
    discord.gateway.ask_to_reconnect()
    await discord.wait_until(lambda: discord.gateway.resumes > resumes, "it resumed")
    await (await discord.slash("ping", user=demo.TARO)).answer()


@pytest.mark.usefixtures("bot")
async def test_an_invalid_session_identifies_again(discord: MiniatureDiscord) -> None:
    identifies = discord.gateway.identifies
    discord.gateway.invalidate()
    await discord.wait_until(
        lambda: discord.gateway.identifies > identifies, "it identified", timeout_seconds=15
    )
    await (await discord.slash("ping", user=demo.TARO)).answer()


async def test_of_two_clients_on_one_shard_one_answers_and_the_other_reads_40060(
    discord: MiniatureDiscord, bot: commands.InteractionBot
) -> None:
    other = example.build(discord.api_url)
    refused: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    async def on_slash_command_error(_: object, error: commands.CommandError) -> None:
        refused.set_result(error)

    bot.event(on_slash_command_error)
    other.event(on_slash_command_error)
    task = asyncio.create_task(other.start(discord.token))
    await discord.wait_for_sessions(2)
    await other.wait_until_ready()
    press = await discord.slash("ping", user=demo.TARO)
    error = (await asyncio.wait_for(refused, 30)).__cause__
    assert press.interaction.delivered_to == 2
    assert (await press.answer())["content"] == "pong ja"
    assert isinstance(error, disnake.InteractionResponded | disnake.HTTPException)
    calls = [e for e in discord.exchanges if e.path.endswith("/callback") and press.id in e.path]
    assert sorted(call.status for call in calls) == [204, 400]
    assert {c.reply["code"] for c in calls if c.status == 400} == {40060}
    await other.close()
    await task


async def test_a_wrong_token_is_turned_away(discord: MiniatureDiscord) -> None:
    client = example.build(discord.api_url)
    with pytest.raises(disnake.LoginFailure):
        await client.start(demo.token_for("1400000000000000002"))
    await client.close()


async def test_a_clean_close_ends_the_session() -> None:
    discord = await MiniatureDiscord.start()
    client = example.build(discord.api_url)
    task = asyncio.create_task(client.start(discord.token))
    await discord.wait_for_sessions()
    await client.wait_until_ready()
    await client.close()
    await task
    await discord.wait_until(lambda: not discord.gateway.connected, "nobody is connected")
    press = await discord.slash("ping", user=demo.TARO)
    assert press.interaction.delivered_to == 0
    await discord.stop()
