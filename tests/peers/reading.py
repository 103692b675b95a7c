"""Peers that read a running API or a queue."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from deploy.local.instance import free_ports
from deploy.local.programs import program
from shared import outbox
from shared.broker import Broker
from shared.database import Pool
from shared.exchanges import EVENTS, SEQUENCE
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import MemberErased
from tests import builders
from tests.conftest import Site
from tests.deploy.test_consumer_programs import (
    PAGE,
    UNREADABLE,
    cut,
    heal,
    hosted,
    lose,
    published,
    tell,
)
from tests.deploy.test_consumers import joined
from tests.house import api_page
from tests.keys import KEYS
from tests.operations.processes import service
from tests.peers.workshop import HERE, Failed, Workshop
from tests.services.invitations.telling import say
from tests.shared.wire import wire

OPENAPI = str(api_page.PAGE)
EVENT_NAME = "読まれる会"
WRONG_VALUE = "urn:doukikai:problem:wrong-value"
SECONDS = 60
MOST_LINES = 60


@asynccontextmanager
async def api(site: Site) -> AsyncIterator[tuple[Pool, dict[str, str]]]:
    """Run the service that answers the API; give its database, and what a program must know."""
    pool = await site.pool()
    port, api_port = free_ports(2)
    own = {"HTTP_PORT": str(port), "API_PORT": str(api_port)}
    known = {
        "API_URL": f"http://127.0.0.1:{api_port}",
        "API_TOKEN": KEYS["gateway"].reading_token("invitations"),
    }
    async with service("invitations", port, site.environment("invitations") | own):
        yield pool, known
    await pool.close()


async def with_typescript(workshop: Workshop) -> str:
    await workshop.node("openapi-typescript", OPENAPI, "--output", "api.ts")
    words = ("--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck")
    await workshop.node("tsc", *words, "client.ts")
    return await _read(workshop, program("node", "nodejs"), "client.js")


async def with_python(workshop: Workshop) -> str:
    command = str(workshop.python.with_name("openapi-python-client"))
    words = ("--path", OPENAPI, "--output-path", "client", "--meta", "none", "--fail-on-warning")
    path = f"{workshop.python.parent}:/usr/bin:/bin"  # it formats by a ruff that stands there
    await workshop.call(command, "generate", *words, PATH=path)
    return await _read(workshop, str(workshop.python), str(HERE / "read_api.py"))


async def _read(workshop: Workshop, *command: str) -> str:
    """Let a client read an event, a list and a refusal of the running API."""
    async with api(workshop.site()) as (pool, known):
        request_id = uuid4()
        await say(pool, builders.draft(request_id, event_name=EVENT_NAME))
        await say(pool, builders.publish(request_id, builders.INVITATION_ID))
        newest = await published(pool)
        found = json.loads(await workshop.call(*command, **known))
    wanted = {"sequences": [*range(1, newest + 1)], "names": [EVENT_NAME], "type": WRONG_VALUE}
    if found != wanted:
        raise Failed(f"It reads {found}, not {wanted}")
    return f"{newest} events, a list and a refusal read"


async def with_amqplib(workshop: Workshop) -> str:
    """Do to the page's program for Node what its tests do to those for Python."""
    [text] = re.findall(r"```js\n(.+?)```", PAGE.read_text(), re.DOTALL)
    if (lines := len(text.splitlines())) > MOST_LINES:
        raise Failed(f"It has {lines} lines, more than {MOST_LINES}")
    (workshop.folder / "consume.js").write_text(text)
    site = workshop.site(["node"])
    url = site.servers.rabbitmq_url("consumers.node", site.vhost)
    broker = await Broker.connect(site.servers.rabbitmq_url("invitations", site.vhost))
    again = joined("1", 3)
    async with wire(url) as cable, api(site) as (pool, known):
        environment = {**known, "RABBITMQ_URL": cable.url}
        await tell(pool, joined("1", 1), joined("2", 2), *hosted("1"))
        await lose([url])
        cut([cable])
        async with _running(workshop, **environment) as program_:
            await program_.has(seats={"1": 1, "2": 1})
            heal([cable])
            number = await tell(pool, again)
            await broker.publish(EVENTS, again.name, again, {SEQUENCE: number})
            await pool.execute(UNREADABLE, EVENTS)
            aside = await published(pool)
            await program_.has(seats={"1": 2, "2": 1}, versions=[3], aside=[aside])
            cut([cable])
            await tell(pool, joined("3", 4))
            await lose([url])
            await tell(pool, joined("2", 5), Envelope.first(MemberErased(user_id="1")))
            heal([cable])
            await program_.has(seats={"2": 2, "3": 1}, hosts=[["0", []], ["9", ["6"]]])
            with program_.away():
                await tell(pool, joined("3", 6))
                await program_.waits("ENOENT")
            await program_.has(seats={"2": 2, "3": 2})
        async with pool.acquire() as connection:
            await outbox.append(connection, [joined("3", 7)])
        async with _running(workshop, **environment) as program_:
            await program_.has(seats={"2": 2, "3": 3}, versions=[7])
    await broker.close()
    return f"{lines} lines, right after a loss, a repetition, a crash and an absence of its store"


class NodeProgram:
    """The running program of the page, and the file it keeps."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process, self._folder = process, folder

    async def has(self, **wanted: Any) -> None:
        """Wait until its file says this; raises Failed if that never comes."""
        found: Mapping[str, Any] = {}
        for _ in range(SECONDS * 20):
            if (path := self._folder / "events.json").exists():
                state = json.loads(path.read_text())
                known = state["invitations"]
                found = {
                    "seats": state["seats"],
                    "versions": [known["1001"]["version"]] if "1001" in known else [],
                    "hosts": [
                        [each["host_id"], each["co_host_ids"]]
                        for key, each in known.items()
                        if key != "1001"
                    ],
                    "aside": [each["sequence"] for each in state["aside"]],
                }
                if all(found[name] == value for name, value in wanted.items()):
                    return
            await asyncio.sleep(0.05)  # no signal comes out of the file
        raise Failed(f"Its file has {found}, not {wanted}")

    def away(self) -> "_Away":
        """Take the folder of its file away for a block."""
        return _Away(self._folder)

    async def waits(self, word: str) -> None:
        """Wait until it says that it waits, and why."""
        assert self._process.stdout is not None
        async with asyncio.timeout(SECONDS):
            async for line in self._process.stdout:
                if word in line.decode():
                    return
        raise Failed("It has ended")


class _Away:
    def __init__(self, folder: Path) -> None:
        self._folder, self._aside = folder, folder.with_name("aside")

    def __enter__(self) -> None:
        self._folder.rename(self._aside)

    def __exit__(self, *_: object) -> None:
        self._aside.rename(self._folder)


@asynccontextmanager
async def _running(workshop: Workshop, **environment: str) -> AsyncIterator[NodeProgram]:
    folder = workshop.folder / "store"
    folder.mkdir(exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        *(program("node", "nodejs"), "consume.js"),
        cwd=workshop.folder,
        env={"STORE": str(folder / "events.json"), "PAUSE": "0.1", **environment},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield NodeProgram(process, folder)
    finally:
        process.kill()
        await process.wait()
