"""`python -m benchmarks.load.cursors`: whatever is asked of the HTTP API, it never answers 500.

Asks for pages, events, histories and calendars by values that are right, nearly right, and wrong to
the byte, and counts the answers. The same seed asks the same.
"""

import argparse
import asyncio
import contextlib
import hashlib
import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar, get_args
from urllib.parse import quote, urlsplit

import asyncpg
import uvloop

from benchmarks.load.service import seeded, serving
from deploy.local.mistakes import OperatorMistake
from shared.log import configure
from shared.messages.invitations.details import Status, Tag
from shared.paging import Cursor
from tests.tables import table

ChoiceT = TypeVar("ChoiceT")

AT = datetime(2030, 1, 1, tzinfo=UTC)
EDGES = [0, 1, 99, 100, 101, 10**14, 10**15 - 1, 10**15, 2**31, 2**63, 2**64, 10**20 - 1, 10**20]
ODD = [*"-+.% &;=#?/\\'\"\0\n\r\tab0９é長\u0301\u202e\ud800\U0001f600", "null", "NaN", "1e9", "0x1"]
VALUES: Mapping[str, Sequence[str]] = {
    "tag": get_args(Tag),
    "status": get_args(Status),
    "lang": ("ja", "en"),
}
PATHS = ("/api/invitations",) * 7 + (
    "/api/invitations/{number}",
    "/api/members/{word}/history",
    "/calendars/{word}.ics",
)
HALF, SELDOM, RARELY = 0.5, 0.1, 0.002
FAILED = 500
TELL_EVERY_SECONDS = 20
# Those that would end the request's line are left out.
BYTES = bytes(each for each in range(256) if each not in b"\r\n ")


class Asker:
    """Makes up what is asked."""

    def __init__(self, seed: int, token: str) -> None:
        """Take where the numbers start, and the secret of a member's calendar."""
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._token = token

    def targets(self) -> Iterator[bytes]:
        """Yield the targets of GET requests, without end."""
        while True:
            path = self._choose(PATHS)
            words = {"number": self._encoded(self._number()), "word": self._encoded(self._word())}
            query = "&".join(self._pair() for _ in range(self._random.randrange(5)))
            target = (path.format(**words) + ("?" + query if query else "")).encode()
            yield self._spoiled(target) if self._random.random() < SELDOM else target

    def _pair(self) -> str:
        name = self._choose(("cursor", "cursor", "limit", "tag", "status", "host", "lang", "x"))
        if name == "cursor":
            value = self._cursor()
        elif name in ("limit", "host"):
            value = self._number()
        else:
            value = str(self._choose(VALUES.get(name, ODD)))
        if self._random.random() < HALF:
            value = self._mutated(value)
        return f"{name}={self._encoded(value)}"

    def _cursor(self) -> str:
        if self._random.random() < HALF:
            at = AT + timedelta(hours=self._random.randrange(-99999, 99999))
            is_before = self._random.random() < HALF
            return str(Cursor(at, str(self._random.randrange(10**18)), is_before=is_before))
        sign = self._choose(("", "-"))
        return f"{self._choose('ab')}{sign}{self._choose(EDGES)}.{self._choose(EDGES)}"

    def _number(self) -> str:
        is_edge = self._random.random() < HALF
        return str(self._choose(EDGES) if is_edge else self._random.randrange(-5, 120))

    def _word(self) -> str:
        if self._random.random() < HALF:
            return self._token
        return "".join(self._choose(ODD) for _ in range(self._random.randrange(1, 9)))

    def _mutated(self, text: str) -> str:
        """Leave out, put in or replace a sign or a few."""
        signs = list(text)
        for _ in range(self._random.randrange(1, 4)):
            place = self._random.randrange(len(signs) + 1)
            new = self._choose(([], [self._choose(ODD)]))
            signs[place : place + self._random.randrange(2)] = new
        return "".join(signs) * (300 if self._random.random() < RARELY else 1)

    def _encoded(self, text: str) -> str:
        return quote(text.encode(errors="surrogatepass"), safe="")

    def _spoiled(self, target: bytes) -> bytes:
        """Replace bytes by any other that leave it one line of a request."""
        spoiled = bytearray(target)
        for _ in range(self._random.randrange(1, 3)):
            place = self._random.randrange(1, len(spoiled))
            spoiled[place] = self._choose(BYTES)
        return bytes(spoiled)

    def _choose(self, among: Sequence[ChoiceT]) -> ChoiceT:
        return self._random.choice(among)


class Connection:
    """Asks raw bytes, one request after another."""

    def __init__(self, address: str) -> None:
        """Take where the service is; opens a connection with the first request."""
        self._place = urlsplit(address)
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, target: bytes) -> int:
        """Return the status; a connection that was closed after the last answer is opened again."""
        if self._writer is not None:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                return await self._answered(target)
        await self._open()
        return await self._answered(target)

    async def _open(self) -> None:
        self.close()
        opened = await asyncio.open_connection(self._place.hostname, self._place.port)
        self._reader, self._writer = opened

    async def _answered(self, target: bytes) -> int:
        assert self._writer is not None
        self._writer.write(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].split(maxsplit=1)[0]
        await self._reader.readexactly(int(length))
        return int(head.split(maxsplit=2)[1])

    def close(self) -> None:
        """Close what is open."""
        if self._writer is not None:
            self._writer.close()


async def ask(address: str, targets: Iterator[bytes], statuses: Counter[int]) -> None:
    """Ask over one connection, and count the answers."""
    connection = Connection(address)
    for target in targets:
        status = await connection.ask(target)
        statuses[status] += 1
        if status >= FAILED:
            sys.stderr.write(f"{status} {target!r}\n")
    connection.close()


async def ask_at_once(address: str, targets: Iterator[bytes], connections: int) -> Counter[int]:
    """Ask over so many connections, tell now and then how far it is, and count the answers."""
    statuses = Counter[int]()
    telling = asyncio.create_task(_tell(statuses))
    try:
        await asyncio.gather(*(ask(address, targets, statuses) for _ in range(connections)))
    finally:
        telling.cancel()
    return statuses


async def _tell(statuses: Counter[int]) -> None:
    while True:
        await asyncio.sleep(TELL_EVERY_SECONDS)
        answers = ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
        print(f"  {statuses.total():,} requests ({answers})", flush=True)


INSERT_ADDRESS = """
INSERT INTO invitations.calendars (owner_kind, owner_id, token, token_sha256)
SELECT 'member', user_id, 'v1.k1.c2VhbGVk', $1
  FROM invitations.participants
 LIMIT 1
"""


async def plant(superuser_url: str, token: str) -> None:
    """Give some member a calendar."""
    connection = await asyncpg.connect(superuser_url)
    await connection.execute(INSERT_ADDRESS, hashlib.sha256(token.encode()).digest())
    await connection.close()


def main() -> None:
    """Ask, print how often each answer came, and fail if one was 500 or above."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load.cursors", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000, help="how many")
    parser.add_argument("--connections", type=int, default=16, help="how many at once")
    parser.add_argument("--seed", type=int, default=1, help="what is asked")
    arguments = parser.parse_args()
    configure("load", "ERROR")
    try:
        with seeded() as site, serving(site) as served:
            uvloop.run(plant(site.superuser_url, "own"))
            targets = itertools.islice(Asker(arguments.seed, "own").targets(), arguments.requests)
            started_at = time.perf_counter()
            asked = ask_at_once(served.base_url, targets, arguments.connections)
            statuses = uvloop.run(asked)
            seconds = time.perf_counter() - started_at
    except OperatorMistake as mistake:
        sys.exit(str(mistake))
    except KeyboardInterrupt:
        sys.exit("  Stopped; nothing is left running.")
    rows = [(str(status), f"{count:,}") for status, count in sorted(statuses.items())]
    print(table(("answer", "times"), rows))
    print(f"  {arguments.requests:,} requests in {seconds:,.0f} s")
    if max(statuses) >= FAILED:
        sys.exit(1)


if __name__ == "__main__":
    main()
