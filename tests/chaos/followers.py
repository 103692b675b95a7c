"""Programs outside that follow a run; in the end the copy of each is what the database holds."""

import asyncio
import contextlib
import json
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from aiormq.exceptions import AMQPError

from shared.messages.invitations.events import ParticipantJoined, ParticipantPromoted
from tests.chaos.arena import PAUSE_SECONDS, Arena
from tests.chaos.history import History, hear, look
from tests.deploy.test_consumer_programs import lose, write_programs
from tests.keys import KEYS

FOLLOWER = "follower"  # its name in CONSUMERS
BY_STREAM, BY_QUEUE = "follow.py", "consume.py"  # programs of docs/consuming-events.md
LIFE_SECONDS = 15.0
SETTLE_SECONDS = 90.0


class Followers:
    """Runs two programs of the page, and kills them again and again."""

    def __init__(self, arena: Arena) -> None:
        self._arena = arena
        self._folder = arena.logs / "followers"
        self._folder.mkdir()
        self._url = arena.servers.rabbitmq_url(f"consumers.{FOLLOWER}", arena.vhost)
        self.kills = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run them for a block."""
        write_programs(self._folder)
        async with asyncio.TaskGroup() as both:
            keepers = [both.create_task(self._keep(name)) for name in (BY_STREAM, BY_QUEUE)]
            try:
                yield
            finally:
                for keeper in keepers:
                    keeper.cancel()

    async def _keep(self, name: str) -> None:
        while True:
            await self._live(name)
            if name == BY_QUEUE:  # what its queue loses meanwhile, it must read from the API
                with contextlib.suppress(AMQPError, OSError, TimeoutError):
                    async with asyncio.timeout(5):
                        await lose([self._url])
            await asyncio.sleep(PAUSE_SECONDS)

    async def _live(self, name: str) -> None:
        """Run a program until it ends or has lived long enough."""
        with (self._folder / f"{name}.log").open("a") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(self._folder / name)),
                env={
                    "PATH": os.environ["PATH"],
                    "STORE": str(self._store(name)),
                    "PAUSE": "0.3",
                    "API_URL": f"http://127.0.0.1:{self._arena.api_port}",
                    "API_TOKEN": KEYS["gateway"].reading_token("invitations"),
                    "RABBITMQ_URL": self._url,
                },
                stdout=log,
                stderr=log,
            )
        try:
            await asyncio.wait_for(process.wait(), LIFE_SECONDS)
        except TimeoutError:
            self.kills += 1
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def _store(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    async def settled(self, history: History, erased: Collection[str]) -> list[str]:
        """Wait until both copies are right; return what is wrong when patience ends."""
        wrong = ["they were not compared"]
        ends_at = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while wrong and asyncio.get_running_loop().time() < ends_at:
            await asyncio.sleep(1)  # no signal comes out of a store
            wrong = await self.complaints(history, erased)
        return wrong

    async def complaints(self, history: History, erased: Collection[str]) -> list[str]:
        """Compare both copies with what is stored, and with the seats that were taken."""
        await hear(self._arena.site, history)
        await look(self._arena.site, history)
        newest = await _newest(self._arena.site.superuser_url)
        return [
            f"{name}: {complaint}"
            for name in (BY_STREAM, BY_QUEUE)
            for complaint in compared(Copy.of(self._store(name)), history, newest, erased)
        ]


class Copy:
    """What a program of the page has stored."""

    def __init__(self, rows: dict[str, list[tuple[Any, ...]]]) -> None:
        self.reached = rows["reached"][0][0] if rows["reached"] else 0
        self.aside = rows["aside"]
        self.invitations = {key: json.loads(state) for key, state in rows["invitations"]}
        self.seats = dict(rows["seats"])
        self.text = repr(rows)

    @classmethod
    def of(cls, store: Path) -> "Copy":
        """Read a store as it is."""
        tables = ("reached", "aside", "invitations", "seats")
        with contextlib.closing(sqlite3.connect(store, timeout=10)) as connection:
            rows = {each: connection.execute(f"SELECT * FROM {each}").fetchall() for each in tables}  # noqa: S608 - our own names
        return cls(rows)


def compared(copy: Copy, history: History, newest: int, erased: Collection[str]) -> Iterator[str]:
    """Tell in what a copy is not what the database holds, or what the witness heard."""
    if copy.reached != newest:
        yield f"has reached {copy.reached} of {newest}"
    if copy.aside:
        yield f"could not read {copy.aside[:3]}"
    if unlike := copy.invitations.keys() ^ history.invitations.keys():
        yield f"invitations {sorted(unlike)} are not in both"
    for key, state in copy.invitations.items():
        row = dict(history.invitations.get(key) or {})
        # Lists and times are written in other ways by PostgreSQL.
        plain = {name for name in row.keys() & state.keys() if isinstance(state[name], int | str)}
        wrong = {
            name for name in plain if isinstance(row[name], int | str) and row[name] != state[name]
        }
        if wrong:
            yield f"{key} differs in {sorted(wrong)}: {state}"
    taken = Counter(
        envelope.body.user_id
        for envelope in history.messages.values()
        if isinstance(envelope.body, ParticipantJoined | ParticipantPromoted)
        and envelope.body.user_id not in erased
    )
    if copy.seats != taken:
        yield f"seats taken differ for {sorted(copy.seats.items() ^ taken.items())[:6]}"
    for user_id in erased:
        if user_id in copy.text:
            yield f"still knows the erased member {user_id}"


async def _newest(url: str) -> int:
    connection = await asyncpg.connect(url)
    newest: int = await connection.fetchval("SELECT max(sequence) FROM invitations.feed")
    await connection.close()
    return newest
