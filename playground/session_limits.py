"""How many sessions a bot may begin: so many a day, and one at a time for each kind of shard."""

from dataclasses import dataclass, field

from playground.refusals import Payload
from playground.snowflakes import Clock

TOTAL, A_DAY_SECONDS = 1000, 86_400.0
MAX_CONCURRENCY = 1


@dataclass
class SessionLimits:
    """Counts the IDENTIFYs of a bot; one more than a day allows resets its token."""

    clock: Clock
    identify_seconds: float = 5.0
    is_token_reset: bool = False
    identifies: int = 0
    _used: int = 0
    _resets_at: float = 0.0
    _next_at: dict[int, float] = field(default_factory=dict)

    @property
    def remaining(self) -> int:
        """Say how many sessions may begin until the count starts from zero."""
        if self.clock.now() >= self._resets_at:
            self._used = 0
        return TOTAL - self._used

    def use_up(self, remaining: int) -> None:
        """Leave so many sessions for the next 24 hours."""
        self._resets_at = self.clock.now() + A_DAY_SECONDS
        self._used = TOTAL - remaining

    def described(self) -> Payload:
        """Describe the limit as `GET /gateway/bot` does."""
        remaining = max(self.remaining, 0)
        left = self._resets_at - self.clock.now() if self._used else 0
        return {
            "total": TOTAL,
            "remaining": remaining,
            "reset_after": int(left * 1000),
            "max_concurrency": MAX_CONCURRENCY,
        }

    def count(self) -> None:
        """Count an IDENTIFY, also one that is refused."""
        if self.remaining == TOTAL:
            self._resets_at = self.clock.now() + A_DAY_SECONDS
        self._used += 1
        self.identifies += 1
        self.is_token_reset = self.is_token_reset or self.remaining < 0

    def is_too_soon(self, shard: int) -> bool:
        """Say whether a session comes too soon after the one before."""
        key, now = shard % MAX_CONCURRENCY, self.clock.now()
        if now < self._next_at.get(key, 0.0):
            return True
        self._next_at[key] = now + self.identify_seconds
        return False
