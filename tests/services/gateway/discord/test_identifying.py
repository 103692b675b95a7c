"""Rule: no wrong setting and no restart uses up the sessions of a day. Each IDENTIFY is counted."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import pytest
from structlog.testing import capture_logs

from playground.guilds import Guild
from playground.server import MiniatureDiscord
from services.gateway.bot import Bot, starting
from services.gateway.discord.identifying import SPARE, of_limit
from shared.settings import OperatorMistake
from shared.tasks import end

A_DAY = 86_400
TOTAL = 1000


def test_a_bot_that_starts_every_second_never_uses_up_a_day() -> None:
    now, begun = 0.0, 0
    while now < A_DAY:
        hindrance = of_limit(TOTAL, TOTAL - begun, A_DAY - now)
        now += hindrance.seconds if hindrance else 0
        if hindrance is None or hindrance.ends_by_itself:
            begun += 1
        now += 1
    assert TOTAL / 2 < begun <= TOTAL - SPARE


def test_few_sessions_that_are_left_wait_for_the_next_day() -> None:
    hindrance = of_limit(TOTAL, SPARE, 500.0)
    assert hindrance is not None
    assert hindrance.seconds > 500
    assert not hindrance.ends_by_itself


def disallow_members(discord: MiniatureDiscord) -> None:
    discord.world.allows_members_intent = False


def use_up(discord: MiniatureDiscord) -> None:
    discord.world.session_limits.use_up(SPARE)


def fill(discord: MiniatureDiscord) -> None:
    """Let the bot be in more guilds than one session may have: close code 4011."""
    home = discord.world.home
    for number in range(2500):
        guild = Guild({"id": str(number << 22)}, {discord.bot_id: home.members[discord.bot_id]})
        discord.world.guilds[guild.id] = guild


@contextlib.asynccontextmanager
async def connecting(
    set_wrong: Callable[[MiniatureDiscord], None],
) -> AsyncIterator[tuple[MiniatureDiscord, Bot, asyncio.Task[None]]]:
    discord = await MiniatureDiscord.start()
    bot = Bot(discord.api_url, hears_members=True)
    await bot.login(discord.token)
    set_wrong(discord)
    listening = asyncio.create_task(bot.listen_to_discord())
    try:
        yield discord, bot, listening
    finally:
        await end(listening)
        await bot.close()
        await discord.stop()


@pytest.mark.parametrize(
    ("set_wrong", "identifies", "word"),
    [(disallow_members, 0, "MEMBERS_INTENT"), (use_up, 0, "sessions are left"), (fill, 1, "4011")],
)
async def test_a_wrong_setting_is_one_sentence_and_a_wait(
    set_wrong: Callable[[MiniatureDiscord], None], identifies: int, word: str
) -> None:
    with capture_logs() as lines:
        async with connecting(set_wrong) as (discord, bot, listening):
            async with asyncio.timeout(30):
                while not (said := [line for line in lines if line["log_level"] == "error"]):  # noqa: ASYNC110 - a log line gives no signal
                    await asyncio.sleep(0.05)
            assert word in said[0]["reason"]
            assert said[0]["seconds"] >= 15
            assert not listening.done()
            assert not bot.is_closed()
            assert not bot.is_listening
            assert discord.gateway.identifies == identifies
            await bot.http.get_guild(discord.world.guild_id)  # REST goes on
    assert len([line for line in lines if line["log_level"] == "error"]) == 1


async def test_a_switched_on_intent_is_found_without_a_restart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.gateway.discord.identifying.LOOK_SECONDS", 0.1)
    async with connecting(disallow_members) as (discord, bot, _):
        await discord.wait_until(lambda: len(discord.exchanges) > 4, "it has looked twice")
        discord.world.allows_members_intent = True
        await asyncio.wait_for(bot.wait_until_ready(), 30)
        assert discord.gateway.identifies == 1


async def test_a_token_that_was_reset_ends_the_process_without_an_identify() -> None:
    async with connecting(lambda discord: discord.world.session_limits.use_up(-1)) as (
        discord,
        _,
        listening,
    ):
        discord.world.session_limits.is_token_reset = True
        with pytest.raises(OperatorMistake, match="DISCORD_TOKEN"):
            await listening
        assert discord.gateway.identifies == 0


async def test_a_session_that_discord_ends_again_and_again_begins_every_few_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second IDENTIFY looks at the limit again, and waits when it is used up."""
    monkeypatch.setattr("services.gateway.bot.SECOND_SESSION_SECONDS", (0.1, 0.2))
    with capture_logs() as lines:
        async with connecting(lambda _: None) as (discord, bot, listening):
            await bot.wait_until_ready()
            use_up(discord)
            discord.gateway.invalidate()
            async with asyncio.timeout(30):
                while not any("sessions are left" in str(line) for line in lines):  # noqa: ASYNC110 - a log line gives no signal
                    await asyncio.sleep(0.05)
            assert not listening.done()
            assert not bot.is_listening
            assert discord.gateway.identifies == 1


async def test_discords_error_tree_is_in_the_sentence() -> None:
    async with connecting(lambda _: None) as (_, bot, _):
        wrong = [{"name": "test", "description": "x", "options": [{"name": "A", "type": 3}]}]
        with pytest.raises(OperatorMistake) as refused, starting():
            await bot.http.bulk_upsert_global_commands(bot.user.id, wrong)  # type: ignore[arg-type]
        sentence = str(refused.value)
        assert sentence.startswith(
            "Discord at DISCORD_API_URL refuses (400): Invalid Form Body; In 0."
        )
        assert "Command name is invalid" in sentence
        assert "\n" not in sentence
