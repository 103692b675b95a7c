"""Compares the histories until there is nothing to complain of."""

import asyncio
import itertools
import time

from tests.chaos.arena import REPLICAS, Arena
from tests.chaos.complaints import complaints
from tests.chaos.discord_side import Seen, see
from tests.chaos.history import History, hear, look
from tests.chaos.management import left_in_queues

GATEWAYS = dict(REPLICAS)["gateway"]
SETTLE_SECONDS = 150.0  # a message on its way through every delay needs 71
LOOKS_BETWEEN_SIGNS = 20
BREATHS = 4


class Judge:
    """What was heard and stored in one run, beside what members see."""

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self.history = History()
        self.seen = Seen()

    async def settled(self) -> list[str]:
        """Wait until there is nothing to complain of; return what is left when patience ends."""
        began_at = time.monotonic()
        for looked in itertools.count(1):
            looked_at = time.monotonic()
            wrong = await self._complaints()
            if not wrong or time.monotonic() > began_at + SETTLE_SECONDS:
                break
            if looked % LOOKS_BETWEEN_SIGNS == 0:
                seconds = time.monotonic() - began_at
                print(
                    f"  {len(wrong)} complaints after {seconds:.0f} s, one: {wrong[0]}", flush=True
                )
            # The other side is processes and servers. A look at a whole run takes seconds in the
            # process of the miniature Discord, which answers nothing in that time.
            took_seconds = time.monotonic() - looked_at
            await asyncio.sleep(max(1.0, BREATHS * took_seconds))
        return wrong

    async def _complaints(self) -> list[str]:
        arena, history = self._arena, self.history
        await hear(arena.site, history)
        await look(arena.site, history)
        for queue, count in (await left_in_queues(arena.site)).items():
            history.waiting[queue] = count
        history.without_claim = {
            each.id
            for each in arena.discord.interactions
            if each.callback is None or each.delivered_to < GATEWAYS
        }
        self.seen = see(arena, history)
        judged = await asyncio.to_thread(complaints, history)
        return [*judged, *self.seen.complaints]
