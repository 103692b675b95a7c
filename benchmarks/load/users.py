"""Virtual users: each reads the list over a connection of its own, thinks, and reads again."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import NamedTuple

import aiohttp

from benchmarks.load.stages import Stage, most, shift

THINK_SECONDS = 1.0
PATIENCE_SECONDS = 5.0
TAG = "観光"
PATH = "/api/invitations?tag=観光&status=recruiting"


class Sample(NamedTuple):
    """One answer: how many seconds from the start it came, how long it took, if it is right."""

    at: float
    milliseconds: float
    is_right: bool


class Crowd:
    """Everybody who reads, and what they have met so far."""

    def __init__(
        self, base_url: str, stages: Sequence[Stage], think_seconds: float = THINK_SECONDS
    ) -> None:
        """Take the address of the service, how many come when, and how long each thinks."""
        self._url = f"{base_url}{PATH}"
        self._stages = stages
        self._think_seconds = think_seconds
        self._began_at = time.perf_counter()
        self._grown = asyncio.Event()
        self.samples: list[Sample] = []

    @property
    def now(self) -> float:
        """Count the seconds since the start."""
        return time.perf_counter() - self._began_at

    async def run(self) -> None:
        """Let them come and go."""
        self._began_at = time.perf_counter()
        connections = aiohttp.TCPConnector(limit=0)
        patience = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        async with aiohttp.ClientSession(connector=connections, timeout=patience) as http:
            users = range(most(self._stages))
            await asyncio.gather(*(self._user(http, number) for number in users))

    async def more(self, reads: int) -> None:
        """Wait until so many more answers have come."""
        wanted = len(self.samples) + reads
        while len(self.samples) < wanted:
            self._grown.clear()
            await self._grown.wait()

    async def _user(self, http: aiohttp.ClientSession, number: int) -> None:
        begins_at, ends_at = shift(self._stages, number)
        await asyncio.sleep(begins_at - self.now)
        while self.now < ends_at:
            asked_at = self.now
            is_right = await self._read(http)
            answered_at = self.now
            self.samples.append(Sample(answered_at, (answered_at - asked_at) * 1000, is_right))
            self._grown.set()
            await asyncio.sleep(self._think_seconds)

    async def _read(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(self._url) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError):
            return False
        return answer.status == 200 and _is_the_list(body)


def _is_the_list(body: bytes) -> bool:
    found = json.loads(body)["invitations"]
    return bool(found) and {(each["tag"], each["status"]) for each in found} == {
        (TAG, "recruiting")
    }
