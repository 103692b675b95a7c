"""Rule: while Discord takes nothing, nothing is sent; and never is more sent than it takes."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

import disnake
import pytest

from playground import demo
from playground.server import MiniatureDiscord
from services.gateway.bot import Bot
from services.gateway.discord.request_limits import INVALID_BUDGET, RequestLimits
from services.gateway.discord.rest import CHANNEL, DiscordBusy, call

TEN_MINUTES = 600
BAN = {"Retry-After": str(TEN_MINUTES), "Content-Type": "text/html; charset=UTF-8"}
VIA = {"Via": "1.1 google", "Retry-After": "30"}


class Clock:
    """Seconds that only a test moves on."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> RequestLimits:
    return RequestLimits(clock, clock.sleep)


async def is_let_go(limits: RequestLimits, *, is_by_bot: bool = False) -> bool:
    try:
        await limits.admit(is_by_bot=is_by_bot)
    except DiscordBusy:
        return False
    return True


async def test_a_ban_of_ten_minutes_costs_one_request(limits: RequestLimits, clock: Clock) -> None:
    limits.hear(429, BAN)
    over_at = clock() + TEN_MINUTES
    while clock() < over_at - 5:
        for is_by_bot in (True, False):
            assert not await is_let_go(limits, is_by_bot=is_by_bot)
        clock.seconds += 1
    assert await is_let_go(limits)
    assert clock() == over_at, "the last seconds are waited out"


async def test_after_a_ban_one_request_goes_first(limits: RequestLimits, clock: Clock) -> None:
    limits.hear(429, BAN)
    clock.seconds += TEN_MINUTES
    assert await is_let_go(limits)
    assert not await is_let_go(limits)
    limits.hear(429, BAN)  # it is not over
    clock.seconds += TEN_MINUTES - 10
    assert not await is_let_go(limits)
    clock.seconds += 10
    assert await is_let_go(limits)
    assert not await is_let_go(limits)
    limits.hear(404, {})
    assert await is_let_go(limits)
    assert limits.ban_seconds == 0


async def test_a_first_request_that_gets_no_answer_is_followed_by_another(
    limits: RequestLimits, clock: Clock
) -> None:
    limits.hear(429, BAN)
    clock.seconds += TEN_MINUTES
    assert await is_let_go(limits)
    clock.seconds += 10
    assert await is_let_go(limits)
    assert not await is_let_go(limits)


async def test_a_ban_that_does_not_say_its_length_is_taken_for_a_minute(
    limits: RequestLimits,
) -> None:
    limits.hear(429, {})
    assert limits.ban_seconds == 60


@pytest.mark.parametrize(
    "headers", [{"X-RateLimit-Scope": "global"}, {"X-RateLimit-Global": "true"}]
)
async def test_a_global_limit_pauses_the_bot_but_no_answer_to_a_press(
    limits: RequestLimits, clock: Clock, headers: dict[str, str]
) -> None:
    limits.hear(429, VIA | headers)
    assert not await is_let_go(limits, is_by_bot=True)
    assert await is_let_go(limits)
    clock.seconds += 30
    assert await is_let_go(limits, is_by_bot=True)


@pytest.mark.parametrize("scope", ["user", "shared"])
async def test_a_limit_of_one_route_is_left_to_disnake(limits: RequestLimits, scope: str) -> None:
    limits.hear(429, VIA | {"X-RateLimit-Scope": scope})
    assert await is_let_go(limits, is_by_bot=True)


@pytest.mark.parametrize(
    ("status", "headers"), [(401, {}), (403, {}), (429, VIA | {"X-RateLimit-Scope": "user"})]
)
async def test_a_spent_budget_of_invalid_requests_pauses_the_bot(
    limits: RequestLimits, clock: Clock, status: int, headers: dict[str, str]
) -> None:
    for _ in range(INVALID_BUDGET):
        assert await is_let_go(limits, is_by_bot=True)
        limits.hear(status, headers)
        clock.seconds += 0.1
    assert not await is_let_go(limits, is_by_bot=True)
    assert await is_let_go(limits), "members are answered"
    clock.seconds += TEN_MINUTES - INVALID_BUDGET * 0.1
    assert await is_let_go(limits, is_by_bot=True)


@pytest.mark.parametrize(
    ("status", "headers"), [(404, {}), (400, {}), (429, VIA | {"X-RateLimit-Scope": "shared"})]
)
async def test_what_discord_does_not_count_costs_nothing(
    limits: RequestLimits, status: int, headers: dict[str, str]
) -> None:
    for _ in range(INVALID_BUDGET):
        limits.hear(status, headers)
    assert await is_let_go(limits, is_by_bot=True)


@contextlib.asynccontextmanager
async def logged_in() -> AsyncIterator[tuple[MiniatureDiscord, Bot]]:
    discord = await MiniatureDiscord.start(rate_limit=(None, 1.0))
    bot = Bot(discord.api_url)
    await bot.login(discord.token)
    try:
        yield discord, bot
    finally:
        await bot.close()
        await discord.stop()


async def ask_for_channels(bot: Bot, count: int) -> list[BaseException]:
    """Ask for so many channels at once, none of which there is."""
    calls = (call(bot.http, "GET", CHANNEL, channel_id=number) for number in range(count))
    ended = await asyncio.gather(*calls, return_exceptions=True)
    return [each for each in ended if isinstance(each, BaseException)]


async def test_the_bot_never_sends_fifty_requests_within_a_second(
    limits: RequestLimits, clock: Clock
) -> None:
    sent: deque[float] = deque()
    for _ in range(200):
        await limits.admit(is_by_bot=True)
        sent.append(clock())
        while sent[0] <= clock() - 1:
            sent.popleft()
        assert len(sent) < 50
    assert clock() < 1000 + 200 / 30, "it is not slower than it must be"


async def test_a_crowd_of_requests_is_served() -> None:
    """Also when requests overtake each other on their way, and Discord's limit is met."""
    async with logged_in() as (discord, bot):
        discord.limits.global_limit = (20, 1.0)
        ended = await ask_for_channels(bot, 60)
        assert {type(each) for each in ended} == {disnake.NotFound}
        assert len(ended) == 60


async def test_a_crowd_that_would_wait_too_long_is_sent_back() -> None:
    async with logged_in() as (_, bot):
        ended = await ask_for_channels(bot, 400)
        assert {type(each) for each in ended} == {disnake.NotFound, DiscordBusy}


async def test_banned_calls_of_every_kind_are_not_sent() -> None:
    async with logged_in() as (discord, bot):
        discord.limits.ban(TEN_MINUTES)
        discord.exchanges.clear()
        for _ in range(20):
            with pytest.raises(DiscordBusy):
                await call(bot.http, "GET", CHANNEL, channel_id=demo.CHAT_CHANNEL_ID)
            with pytest.raises((DiscordBusy, disnake.HTTPException)):
                await bot.http.get_guild(int(demo.GUILD_ID))
        assert len(discord.exchanges) == 1
        assert TEN_MINUTES - 60 < bot.limits.ban_seconds <= TEN_MINUTES + 1


async def test_a_login_waits_for_the_end_of_a_ban() -> None:
    discord = await MiniatureDiscord.start()
    discord.limits.ban(2)
    bot = Bot(discord.api_url)
    await bot.login(discord.token)
    assert [exchange.status for exchange in discord.exchanges] == [429, 200]
    await bot.close()
    await discord.stop()
