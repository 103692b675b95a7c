"""Rule: while Discord takes nothing, nothing is sent; and never is more sent than it takes."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

import disnake
import pytest

from playground import demo, payloads
from playground.permissions import Permission
from playground.server import MiniatureDiscord
from playground.writing import open_thread
from services.gateway.bot import Bot
from services.gateway.discord.refusals import REFUSALS
from services.gateway.discord.request_limits import (
    GUILD_SHARE,
    INVALID_BUDGET,
    RequestLimits,
    Spender,
    spending_for,
)
from services.gateway.discord.rest import CHANNEL, MESSAGE, DiscordBusy, call
from services.gateway.discord.threads import Threads

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


async def refuse_all(limits: RequestLimits, service: str, guild_id: str) -> int:
    """Have Discord refuse what is asked for a guild until it is asked no more; count it."""
    count = 0
    with spending_for(Spender(service, guild_id)):
        while await is_let_go(limits, is_by_bot=True):
            limits.hear(403, {})
            count += 1
    return count


async def test_a_guild_spends_its_share_of_the_budget_and_no_more(
    limits: RequestLimits, clock: Clock
) -> None:
    assert await refuse_all(limits, "invitations", "1") == GUILD_SHARE
    assert await refuse_all(limits, "gateway", "1") == 0
    with spending_for(Spender("invitations", "2")):
        assert await is_let_go(limits, is_by_bot=True)
    clock.seconds += TEN_MINUTES
    assert await refuse_all(limits, "gateway", "1") == GUILD_SHARE


async def test_twenty_guilds_that_spend_their_shares_stop_no_other(limits: RequestLimits) -> None:
    for guild in range(20):
        for service in ("invitations", "gateway"):
            await refuse_all(limits, service, str(guild))
    with spending_for(Spender("invitations", "99")):
        assert await is_let_go(limits, is_by_bot=True)


async def test_a_service_that_names_ever_other_guilds_leaves_the_budget_to_others(
    clock: Clock,
) -> None:
    """The gateway itself doubts what it could not show."""
    limits = RequestLimits(clock, clock.sleep, knows=lambda guild: int(guild) < 100)
    spent = 0
    for guild in range(INVALID_BUDGET):
        for service in ("invitations", "gateway"):
            spent += await refuse_all(limits, service, str(guild))
    assert spent < INVALID_BUDGET
    with spending_for(Spender("tickets", "99999")):
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


def refused(discord: MiniatureDiscord) -> int:
    return sum(exchange.status == 403 for exchange in discord.exchanges)


async def test_a_channel_that_the_bot_may_not_see_is_asked_once_until_something_changes() -> None:
    channel = demo.CHAT_CHANNEL_ID
    async with logged_in() as (discord, bot):
        discord.overwrite(channel, discord.bot_role(), deny=Permission.VIEW_CHANNEL)
        REFUSALS.forget([int(channel)])
        for number in range(50):
            with pytest.raises(disnake.Forbidden):
                await call(bot.http, "GET", MESSAGE, channel_id=channel, message_id=number)
        assert refused(discord) == 1
        discord.overwrite(channel, discord.bot_role())
        REFUSALS.forget([int(channel)])
        with pytest.raises(disnake.NotFound):
            await call(bot.http, "GET", MESSAGE, channel_id=channel, message_id=1)


async def test_without_the_members_intent_discord_refuses_the_list_of_a_thread_once() -> None:
    """It was asked for at each look at each event."""
    async with logged_in() as (discord, bot):
        discord.world.allows_members_intent = False
        threads = Threads(bot.http)
        for number in range(5):
            thread_id = discord.world.ids.next()
            name = {"name": f"{number}"}
            open_thread(
                discord.world, demo.CHAT_CHANNEL_ID, name, payloads.PUBLIC_THREAD, thread_id
            )
            assert await threads.lacking(thread_id, [demo.TARO]) == [demo.TARO]
        assert refused(discord) == 1
