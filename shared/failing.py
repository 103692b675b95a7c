"""How long publishes have been failing, and when another connection is worth a try."""

import time
from dataclasses import dataclass

# So long nothing was confirmed: not ready; so long: perhaps another connection is answered.
FAILING_SECONDS = 10.0
RENEWAL_SECONDS = 20.0
RENEWAL_SECONDS_AT_MOST = 600.0


@dataclass(slots=True)
class FailedRun:
    """Publishes that failed one soon after the other, with none between that was answered."""

    _began_at: float | None = None
    _failed_at: float = 0.0
    _renewed_at: float = 0.0
    _renewals: int = 0

    @property
    def seconds(self) -> float:
        """Tell how long they have been failing; nobody knows once nobody tries any more."""
        if self._began_at is None or self._is_old:
            return 0.0
        return self._failed_at - self._began_at

    @property
    def is_long(self) -> bool:
        """Return whether publishes have been failing for so long that nobody is served."""
        return self.seconds >= FAILING_SECONDS

    def grow(self) -> None:
        """Note one more failure."""
        now = time.monotonic()
        if self._began_at is None or self._is_old:
            self._began_at = self._renewed_at = now
            self._renewals = 0
        self._failed_at = now

    def end(self) -> None:
        """Note that the broker has answered."""
        self._began_at = None

    def is_renewal_due(self) -> bool:
        """Tell, ever more seldom, that the same connection was tried for long enough.

        A broker that is short of memory keeps what we leave behind.
        """
        patience = min(RENEWAL_SECONDS * 2**self._renewals, RENEWAL_SECONDS_AT_MOST)
        if self._began_at is None or self._failed_at - self._renewed_at < patience:
            return False
        self._renewed_at = self._failed_at
        self._renewals += 1
        return True

    @property
    def _is_old(self) -> bool:
        return time.monotonic() - self._failed_at > FAILING_SECONDS
