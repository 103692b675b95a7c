"""How often a client may ask: at once so often, and then at a steady rate."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

# A botnet must not fill the memory. A client that is forgotten too early only gets its burst again.
MOST_CLIENTS = 20_000
# Sums of floats miss by less, and no client waits for so little.
ROUNDING_SECONDS = 1e-6


class Limiter:
    """A token bucket for each client, kept as the one moment at which it is full again (GCRA)."""

    def __init__(
        self, per_second: float, at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take the steady rate, and how many requests a client who was silent may make at once."""
        self.at_once = at_once
        self.interval = 1 / per_second
        self._slack = (at_once - 1) * self.interval
        self._clock = clock
        self._full_at = OrderedDict[str, float]()

    def __len__(self) -> int:
        """Count the clients that are remembered."""
        return len(self._full_at)

    def take(self, client: str) -> float:
        """Count a request; gives 0, or after how many seconds the next is let in."""
        now = self._clock()
        full_at = max(self._full_at.pop(client, now), now)
        wait = full_at - now - self._slack
        is_refused = wait > ROUNDING_SECONDS
        self._full_at[client] = full_at if is_refused else full_at + self.interval
        self._forget(now)
        return wait if is_refused else 0

    def left(self, client: str) -> tuple[int, float]:
        """Return how many requests are let in now, and after how many seconds it is all of them."""
        now = self._clock()
        seconds = max(self._full_at.get(client, now) - now, 0.0)
        used = math.ceil((seconds - ROUNDING_SECONDS) / self.interval)
        return max(self.at_once - used, 0), seconds

    def _forget(self, now: float) -> None:
        """Drop up to two who were silent longest, if their buckets are full or there are too many.

        A full bucket is as good as none, and two for each that comes keep up with any crowd.
        """
        for _ in range(2):
            client, full_at = next(iter(self._full_at.items()))
            if full_at > now and len(self._full_at) <= MOST_CLIENTS:
                return
            del self._full_at[client]
