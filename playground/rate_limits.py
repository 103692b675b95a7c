"""Count calls per bucket as Discord does, and say so in its headers."""

import zlib
from dataclasses import dataclass, field

from playground.exchange import Exchange
from playground.snowflakes import Clock

MAJOR = ("channel_id", "guild_id", "application_id", "token", "interaction_id")


@dataclass
class RateLimits:
    """Allow a number of calls per bucket in a window of seconds; None allows everything."""

    clock: Clock
    calls: int | None = 50
    window_seconds: float = 1.0
    _buckets: dict[str, tuple[int, float]] = field(default_factory=dict)

    def take(self, exchange: Exchange) -> float | None:
        """Spend one call and put the headers; give the seconds to wait when there is none left."""
        if self.calls is None:
            return None
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
        return None if left > 0 else max(reset_at - now, 0.001)


def limited(exchange: Exchange, wait_seconds: float, scope: str = "user") -> None:
    """Answer 429; disnake believes only one that came through a proxy (Via)."""
    exchange.status = 429
    exchange.reply = {
        "message": "You are being rate limited.",
        "retry_after": round(wait_seconds, 3),
        "global": False,
        "code": 0,
    }
    exchange.reply_headers |= {
        "Via": "1.1 google",
        "Retry-After": str(int(wait_seconds) + 1),
        "X-RateLimit-Scope": scope,
    }
