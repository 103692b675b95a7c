"""Keeps all requests of this process within Discord's limits, whichever part makes them.

Discord counts by bot and by address, disnake by route. So all sessions share one pause, one pace
and one budget. Each process counts for itself; the numbers leave room for five at one address.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import NamedTuple

import aiohttp
import structlog
from prometheus_client import Counter, Gauge

from services.gateway.discord.rest import TOO_MANY_REQUESTS, DiscordBusy
from shared.rate_limiter import Limiter

# https://discord.com/developers/docs/topics/rate-limits
INVALID_STATUSES = {401, 403, TOO_MANY_REQUESTS}
INVALID_WINDOW_SECONDS = 600.0
INVALID_BUDGET = 2_000  # Discord bans an address after 10,000 in ten minutes
# What the work for one guild may spend of it, and that for the messages of one service. When a
# service has spent its share, each guild still has a few: no service and no few guilds stop others.
GUILD_SHARE, SERVICE_SHARE, FEW = 100, 600, 5
# Discord takes 50 a second from a bot; callbacks and answers, which carry no token, do not count.
PER_SECOND = 40
AT_ONCE = 5
# A longer wait is the caller's: its message goes back to the queue, and no slot is held.
PATIENCE_SECONDS = 5.0
UNSAID_SECONDS = 60.0  # a ban that does not say how long it lasts
PROBE_SECONDS = 10.0

INVALID_REQUESTS = Counter(
    "discord_invalid_requests_total",
    "Requests that Discord counts towards a ban of the address, by status.",
    ["status"],
)
for invalid in INVALID_STATUSES:  # from 0 on, or the rule would miss the first ones
    INVALID_REQUESTS.labels(status=invalid)
BAN_SECONDS = Gauge(
    "discord_ban_seconds",
    "For how long Discord takes no request from this address; 0 while it does.",
)

SPENDER: ContextVar["Spender | None"] = ContextVar("spender", default=None)

log = structlog.get_logger()


class Spender(NamedTuple):
    """The service whose message is handled, and the guild that it is about, as far as it says."""

    service: str
    guild_id: str | None


@contextmanager
def spending_for(spender: Spender) -> Iterator[None]:
    """Count what is refused inside against the shares of a service and of a guild."""
    before = SPENDER.set(spender)
    try:
        yield
    finally:
        SPENDER.reset(before)


class RequestLimits:
    """Lets a request go, makes it wait for a moment, or refuses it with DiscordBusy.

    After a ban one request goes first; the others follow if Discord takes it.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        knows: Callable[[str], bool] = lambda _guild_id: True,
    ) -> None:
        """Take the clock, and what says whether the bot is in a guild."""
        self._knows = knows
        self._clock = clock
        self._sleep = sleep
        self._ban_ends_at = 0.0
        self._is_banned = False
        self._is_probing = False
        self._bot_pause_ends_at = 0.0
        self._invalid_at = deque[tuple[float, Spender | None]](maxlen=INVALID_BUDGET)
        self._pace = Limiter(PER_SECOND, AT_ONCE, clock)
        self._turn = asyncio.Lock()
        self._waiting = 0

    @property
    def ban_seconds(self) -> float:
        """For how long Discord takes no request at all."""
        return max(0.0, self._ban_ends_at - self._clock())

    async def admit(self, *, is_by_bot: bool) -> None:
        """Wait until a request may go; raises DiscordBusy if that takes more than a moment."""
        _check(self.ban_seconds)
        if is_by_bot:
            self._check_shares()
            _check(self._bot_pause() + self._waiting / PER_SECOND)
            self._waiting += 1
            try:
                await self._take_turn()
            finally:
                self._waiting -= 1
        while (wait := self.ban_seconds) > 0:
            _check(wait)
            await self._sleep(wait)
        if self._is_banned:
            self._is_probing = True
            self._ban_ends_at = self._clock() + PROBE_SECONDS

    async def _take_turn(self) -> None:
        async with self._turn:  # first come, first served
            while wait := self._bot_pause() or self._pace.take("bot"):
                _check(wait)
                await self._sleep(wait)

    def _bot_pause(self) -> float:
        """Return for how long Discord takes no request that carries the bot's token."""
        is_spent = len(self._invalid_at) == INVALID_BUDGET
        affordable_at = self._invalid_at[0][0] + INVALID_WINDOW_SECONDS if is_spent else 0.0
        return max(0.0, max(self._bot_pause_ends_at, affordable_at) - self._clock())

    def _check_shares(self) -> None:
        """Refuse what a guild or a service would take from the others."""
        spender, since = SPENDER.get(), self._clock() - INVALID_WINDOW_SECONDS
        if spender is None:
            return
        spent = [(at, each) for at, each in self._invalid_at if each and at > since]
        of_service = [at for at, each in spent if each.service == spender.service]
        of_guild = [at for at, each in spent if each.guild_id == spender.guild_id]
        share = GUILD_SHARE
        if len(of_service) >= SERVICE_SHARE:
            share = FEW if spender.guild_id and self._knows(spender.guild_id) else 0
        if len(of_guild) >= share:
            _check((of_guild[-share] if share else of_service[0]) - since)

    def hear(self, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer."""
        scope = headers.get("X-RateLimit-Scope")
        if status in INVALID_STATUSES and scope != "shared":
            INVALID_REQUESTS.labels(status=status).inc()
            self._invalid_at.append((self._clock(), SPENDER.get()))
        if status != TOO_MANY_REQUESTS:
            if self._is_probing:
                self._is_banned = self._is_probing = False
                self._ban_ends_at = 0.0
                log.info("discord_ban.ended")
            return
        seconds = _retry_after(headers)
        if "Via" not in headers:  # from Cloudflare, which stands before Discord
            if not self._is_banned:
                log.error("discord_ban.started", seconds=seconds)
            self._is_banned, self._is_probing = True, False
            self._ban_ends_at = self._clock() + seconds
        elif scope == "global" or "X-RateLimit-Global" in headers:
            log.warning("discord_global_limit.reached", seconds=seconds)
            self._bot_pause_ends_at = max(self._bot_pause_ends_at, self._clock() + seconds)

    def listen_to(self, session: aiohttp.ClientSession) -> None:
        """Watch every HTTP request of a session."""

        async def start(
            _session: aiohttp.ClientSession,
            _context: SimpleNamespace,
            request: aiohttp.TraceRequestStartParams,
        ) -> None:
            if request.url.scheme in ("http", "https"):  # limits of the gateway are others
                await self.admit(is_by_bot="Authorization" in request.headers)

        async def end(
            _session: aiohttp.ClientSession,
            _context: SimpleNamespace,
            answer: aiohttp.TraceRequestEndParams,
        ) -> None:
            self.hear(answer.response.status, answer.response.headers)

        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(start)
        trace.on_request_end.append(end)
        trace.freeze()
        session.trace_configs.append(trace)


def _check(seconds: float) -> None:
    if seconds > PATIENCE_SECONDS:
        raise DiscordBusy(f"for {seconds:.0f} s")


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return float(headers["Retry-After"])
    except (KeyError, ValueError):
        return UNSAID_SECONDS
