"""Which presses of the last seconds have their callback, as far as this replica knows."""

import asyncio
import contextlib

# A press is known from before its reply until Discord takes no callback any more.
KNOWN_SECONDS = 6.0


class Callbacks:
    """Lets a press wait for the reply that answers it, and a reply know that there is "thinking".

    Both also work without: Discord takes one callback, and refuses a second one with 40060.
    """

    def __init__(self) -> None:
        self._presses: dict[str, asyncio.Event] = {}

    def take(self, interaction_id: str) -> None:
        """Note that Discord has taken a callback, from this replica or another."""
        self._press(interaction_id).set()

    def is_taken(self, interaction_id: str) -> bool:
        """Return whether a callback was noted here."""
        press = self._presses.get(interaction_id)
        return press is not None and press.is_set()

    async def wait_until_taken(self, interaction_id: str, seconds: float) -> bool:
        """Wait for a callback that this replica hears of; returns whether there is one."""
        press = self._press(interaction_id)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await press.wait()
        return press.is_set()

    def _press(self, interaction_id: str) -> asyncio.Event:
        if interaction_id not in self._presses:
            self._presses[interaction_id] = asyncio.Event()
            loop = asyncio.get_running_loop()
            loop.call_later(KNOWN_SECONDS, self._presses.pop, interaction_id)
        return self._presses[interaction_id]
