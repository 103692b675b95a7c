"""Count calls as Discord does: by route, for the whole bot, and invalid ones by address."""

import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from playground.exchange import Exchange
from playground.snowflakes import Clock

Scope: TypeAlias = Literal["user", "global", "shared"]
MAJOR = ("channel_id", "guild_id", "application_id", "token", "interaction_id")
OF_NO_BOT = ("/interactions/", "/webhooks/")
INVALID_STATUSES = {401, 403, 429}
BAN_SECONDS = 600.0
BANNED = """<!doctype html><title>Access denied | discord.com used Cloudflare to restrict access\
</title><h1>Error 1015</h1><p>You are being rate limited.</p>"""


@dataclass
class RateLimits:
    """Allow so many calls per route, per bot and per invalid attempt; None allows everything.

    Each limit is a number of calls and a window of seconds.
    """

    clock: Clock
    calls: int | None = 50
    window_seconds: float = 1.0
    global_limit: tuple[int | None, float] = (50, 1.0)
    invalid_limit: tuple[int | None, float] = (10_000, 600.0)
    ban_ends_at: float = 0.0
    _buckets: dict[str, tuple[int, float]] = field(default_factory=dict)
    _of_bot: deque[float] = field(default_factory=deque)
    _invalid: deque[float] = field(default_factory=deque)

    def refuses(self, exchange: Exchange) -> bool:
        """Spend one call; put the headers, and a 429 when there is none left."""
        return self._is_banned(exchange) or self._is_over(exchange) or self._is_drained(exchange)

    def ban(self, seconds: float = BAN_SECONDS) -> None:
        """Let Cloudflare refuse every call from now on."""
        self.ban_ends_at = self.clock.now() + seconds

    def count(self, exchange: Exchange) -> None:
        """Count an answer that Discord takes for an invalid request; too many end in a ban."""
        most, window = self.invalid_limit
        is_shared = exchange.reply_headers.get("X-RateLimit-Scope") == "shared"
        if most is None or exchange.status not in INVALID_STATUSES or is_shared:
            return
        now = self.clock.now()
        _forget(self._invalid, now - window)
        self._invalid.append(now)
        if len(self._invalid) >= most and now >= self.ban_ends_at:
            self.ban()

    def _is_banned(self, exchange: Exchange) -> bool:
        left = self.ban_ends_at - self.clock.now()
        if left <= 0:
            return False
        exchange.status, exchange.reply = 429, BANNED
        exchange.reply_headers |= {
            "Content-Type": "text/html; charset=UTF-8",
            "Retry-After": str(int(left) + 1),
            "Server": "cloudflare",
        }
        return True

    def _is_over(self, exchange: Exchange) -> bool:
        """Count a call under the bot's token; answers to interactions are free."""
        most, window = self.global_limit
        if most is None or exchange.path.startswith(OF_NO_BOT):
            return False
        now = self.clock.now()
        _forget(self._of_bot, now - window)
        if len(self._of_bot) >= most:
            limited(exchange, self._of_bot[0] + window - now, "global")
            return True
        self._of_bot.append(now)
        return False

    def _is_drained(self, exchange: Exchange) -> bool:
        if self.calls is None:
            return False
        now = self.clock.now()
        major = [exchange.arguments.get(name, "") for name in MAJOR]
        key = ":".join((exchange.method, exchange.template, *major))
        left, reset_at = self._buckets.get(key, (self.calls, now + self.window_seconds))
        if now >= reset_at:
            left, reset_at = self.calls, now + self.window_seconds
        self._buckets[key] = (max(left - 1, 0), reset_at)
        exchange.reply_headers |= {
            "X-RateLimit-Limit": str(self.calls),
            "X-RateLimit-Remaining": str(max(left - 1, 0)),
            "X-RateLimit-Reset": f"{reset_at:.3f}",
            "X-RateLimit-Reset-After": f"{reset_at - now:.3f}",
            "X-RateLimit-Bucket": f"{zlib.crc32(exchange.template.encode()):08x}",
        }
        if left > 0:
            return False
        limited(exchange, max(reset_at - now, 0.001))
        return True


def limited(exchange: Exchange, wait_seconds: float, scope: Scope = "user") -> None:
    """Answer 429; disnake believes only one that came through a proxy (Via)."""
    who = "The resource is" if scope == "shared" else "You are"
    exchange.status = 429
    exchange.reply = {
        "message": f"{who} being rate limited.",
        "retry_after": round(wait_seconds, 3),
        "global": scope == "global",
        "code": 0,
    }
    exchange.reply_headers |= {
        "Via": "1.1 google",
        "Retry-After": str(int(wait_seconds) + 1),
        "X-RateLimit-Scope": scope,
    }
    if scope == "global":
        exchange.reply_headers["X-RateLimit-Global"] = "true"


def _forget(moments: deque[float], before: float) -> None:
    while moments and moments[0] <= before:
        moments.popleft()
