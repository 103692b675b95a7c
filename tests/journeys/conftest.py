"""The whole product, every service a process of its own, as `make demo` runs it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import aiohttp
import asyncpg
import pytest
import redis.asyncio as redis

from deploy.compose.make_secrets import DATABASE
from deploy.local.demo import running_demo
from deploy.local.instance import PROJECT, free_ports
from deploy.local.servers import Servers
from playground import demo
from playground.interactions import Interaction
from playground.refusals import Payload
from playground.server import MiniatureDiscord
from shared.exchanges import COMMANDS
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.details import Details
from tests import builders
from tests.composed import IS_COMPOSED, Composition, InContainers
from tests.conformance import judge
from tests.keys import command_keys, publisher
from tests.processes import Process
from tests.stage import SETTINGS, Stage, confirmed, opened, ready


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the page come last where there is one system for all: it begins with an empty one."""
    if IS_COMPOSED:
        items.sort(key=lambda item: "page_url" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session" if IS_COMPOSED else "module")
async def page_url(servers: Servers | Composition) -> AsyncIterator[str]:
    """Give the address of the page, with everything running behind it."""
    if isinstance(servers, Composition):
        yield await servers.begin_again()
        return
    [port] = free_ports(1)
    with running_demo(servers, port):
        yield f"http://127.0.0.1:{port}/"


# Releases before 0.1.0 serve one guild, and read its ids from the environment. Drop this once
# 0.1.0 is tagged.
NAMED_BEFORE = {
    "ANNOUNCEMENT_CHANNEL_ID": demo.ANNOUNCEMENT_CHANNEL_ID,
    "STAFF_ROLE_ID": demo.STAFF_ROLE_ID,
    "STAFF_CHANNEL_ID": demo.STAFF_CHANNEL_ID,
}


OUTBOXES = """
SELECT (SELECT count(*) FROM invitations.outbox) + (SELECT count(*) FROM tickets.outbox)
"""


class Whole(Stage):
    """A stage with every service on it."""

    invitations: Process
    tickets: Process
    scheduler: Process
    scheduler_port: int
    tickets_port: int
    unread: frozenset[str] = frozenset()  # queues that no process reads in a test

    @property
    def vhost(self) -> str:
        """Name the vhost."""
        return self.name

    def gateway_environment(self, port: int) -> dict[str, str]:
        """Offer calendars too, and name the channels to a release that asks for them here."""
        calendars = {"CALENDAR_URL": f"http://127.0.0.1:{self.api_port}"}
        named = {} if self.folder == PROJECT else NAMED_BEFORE
        return super().gateway_environment(port) | calendars | named

    async def start_invitations(self, **changes: str) -> Process:
        """Start the invitations service, in place of the one that ended."""
        environment = self.invitations_environment() | changes
        self.invitations = await self.launch("services.invitations", environment)
        await ready(self.invitations_port, self.invitations)
        return self.invitations

    async def start_scheduler(self, **changes: str) -> None:
        """Start one scheduler."""
        [self.scheduler_port] = free_ports(1)
        environment = {
            **self.invitations_environment(),
            "DATABASE_URL": self.servers.database_url("scheduler", self.name),
            "RABBITMQ_URL": self.servers.rabbitmq_url("scheduler", self.name),
            "HTTP_PORT": str(self.scheduler_port),
            **command_keys("scheduler"),
            **changes,
        }
        self.scheduler = await self.launch("services.scheduler", environment)
        await ready(self.scheduler_port, self.scheduler)

    async def start_tickets(self, **changes: str) -> Process:
        """Start a tickets service."""
        [port] = free_ports(1)
        self.tickets_port = port
        environment = {
            **self.invitations_environment(),
            "DATABASE_URL": self.servers.database_url("tickets", self.name),
            "RABBITMQ_URL": self.servers.rabbitmq_url("tickets", self.name),
            "HTTP_PORT": str(port),
            **command_keys("tickets"),
            **changes,
        }
        self.tickets = await self.launch("services.tickets", environment)
        await ready(port, self.tickets)
        return self.tickets

    async def stop_process(self, process: Process) -> None:
        """Let a process end cleanly."""
        process.terminate()
        assert await process.wait() == 0

    def port(self, service: str) -> int:
        """Give the HTTP port of a service."""
        ports = {
            "invitations": self.invitations_port,
            "scheduler": self.scheduler_port,
            "gateway": self.gateway_ports[0],
        }
        return ports[service]

    async def member(self, name: str) -> str:
        """Let a new member come into the guild."""
        return str(self.discord.add_member(name))

    async def press(self, action: str, invitation_id: str, user: str) -> Payload:
        """Press a button of an announcement, and confirm what it asks; give the answer."""
        press = await self.discord.click(invitation_id, f"{action}:{invitation_id}", user=user)
        return await confirmed(self.discord, await press.answer(15), user)

    async def set_link(self, invitation_id: str, link: str) -> str:
        """Set the instance link as さくら, by the button of the details; give the answer's text."""
        return await self.fill_in_form("link", invitation_id, instance_link=link)

    async def fill_in_form(self, action: str, invitation_id: str, **typed: str) -> str:
        """Press a button of the details as さくら, fill in its form; give the answer's text."""
        details = await self.press("detail", invitation_id, demo.SAKURA)
        button = f"{action}:{invitation_id}"
        form = await self.discord.click(details["id"], button, user=demo.SAKURA)
        await form.modal(15)
        submit = await self.discord.submit(form, typed)
        return str((await submit.answer(15))["content"])

    async def row(self, invitation_id: str) -> asyncpg.Record:
        """Read an invitation from the database."""
        connection = await asyncpg.connect(self.servers.superuser_url(self.name))
        row = await connection.fetchrow(
            "SELECT * FROM invitations.invitations WHERE id = $1", invitation_id
        )
        await connection.close()
        assert row is not None
        return row

    async def cut_connections(self) -> None:
        """Let the broker close every connection of every service."""
        login = aiohttp.encode_basic_auth(*self.servers.management_credentials)
        api = f"{self.servers.management_url}/api"
        async with (
            asyncio.timeout(30),
            aiohttp.ClientSession(headers={"Authorization": login}) as http,
        ):
            names: list[str] = []
            while not names:
                await asyncio.sleep(0.2)  # the broker's figures come every five seconds
                known = await (await http.get(f"{api}/connections")).json()
                names = [each["name"] for each in known if each.get("vhost") == self.name]
            for name in names:
                await http.delete(f"{api}/connections/{quote(name)}")

    async def settled(self) -> None:
        """Wait until no queue of ours holds a message and no outbox a row."""
        login = aiohttp.encode_basic_auth(*self.servers.management_credentials)
        url = f"{self.servers.management_url}/api/queues/{self.vhost}"
        connection = await asyncpg.connect(self.servers.superuser_url(self.name))
        async with (
            asyncio.timeout(30),
            aiohttp.ClientSession(headers={"Authorization": login}) as http,
        ):
            while True:
                queues = [
                    q for q in await (await http.get(url)).json() if q["name"] not in self.unread
                ]
                waiting = sum(queue.get("messages", 0) for queue in queues)
                waiting += await connection.fetchval(OUTBOXES)
                if not waiting:
                    break
                await asyncio.sleep(0.2)  # the broker's figures come every five seconds
        await connection.close()

    async def cached(self) -> bytes:
        """Give everything that the cache holds, names and values."""
        database = int(self.redis_url.rpartition("/")[2])
        async with redis.Redis.from_url(self.servers.redis_url(database=database)) as cache:
            keys = [key async for key in cache.scan_iter()]
            return b"".join([*keys, *[await cache.dump(key) or b"" for key in keys]])

    async def checkpoint(self) -> None:
        """Let PostgreSQL write what it holds in memory."""
        connection = await asyncpg.connect(self.servers.superuser_url(self.name))
        await connection.execute("CHECKPOINT")
        await connection.close()

    def parts(self) -> dict[str, list[Path]]:
        """Give every file of every server and service, by the part it belongs to."""
        folder = self.servers.instance.data.resolve()
        parts = {each.name: [each, *each.rglob("*")] for each in folder.iterdir()}
        return {**parts, "logs": [*self.logs.rglob("*"), *self.servers.instance.logs.rglob("*")]}

    async def search(self, text: str) -> set[str]:
        """Name the parts in whose files, or in whose memory, a text stands."""
        wanted = text.encode()
        found = {"cache"} if wanted in await self.cached() else set()
        for part, paths in self.parts().items():
            if any(path.is_file() and wanted in path.read_bytes() for path in paths):
                found.add(part)
        return found


class Composed(InContainers, Whole):
    """A stage with every service on it, in containers."""


@asynccontextmanager
async def composed(servers: Composition, logs: Path) -> AsyncIterator[Composed]:
    """Give the composed system, playing on a miniature Discord that its containers reach."""
    discord = await MiniatureDiscord.start(host=servers.host, rate_limit=(None, 1.0))
    discord.world.session_limits.identify_seconds = 0  # all gateways start at once
    stage = Composed(servers, discord, logs)
    stage.sealing_keys = f"first:{servers.kept['sealing-key']}"
    stage.name, stage.api_port = DATABASE, servers.ports["API_PORT"]
    stage.invitations_port = servers.ports["INVITATIONS_PORT"]
    stage.gateways = dict.fromkeys(range(2))  # a test that wants to stop one learns that it cannot
    stage.invitations = stage.tickets = None
    try:
        await stage.begin(stage.gateway_environment(0))
        await stage.set_up(**SETTINGS)
        yield stage
    finally:
        await discord.stop()


@asynccontextmanager
async def local(servers: Servers, logs: Path, folder: Path = PROJECT) -> AsyncIterator[Whole]:
    """Run every service on a miniature Discord, a database and a vhost of the caller's own."""
    async with opened(Whole, servers, logs, rate=(None, 1.0)) as whole:
        whole.folder = folder
        await asyncio.gather(
            whole.start_invitations(),
            whole.start_scheduler(),
            whole.start_tickets(),
            whole.start_gateway(0),
            whole.start_gateway(1),
        )
        await whole.discord.wait_for_sessions(2)
        yield whole


@pytest.fixture(scope="session" if IS_COMPOSED else "module")
async def whole(
    servers: Servers | Composition, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Whole]:
    """Give the whole product: processes of its own, or with COMPOSE=1 Docker's containers."""
    stage = composed if IS_COMPOSED else local
    with pytest.MonkeyPatch.context() as patched:
        # Two hundred presses at once on a busy machine: how fast is the benchmark's affair.
        patched.setattr(Interaction, "ACKNOWLEDGE_SECONDS", 60.0)
        async with stage(servers, tmp_path_factory.mktemp("logs")) as whole:
            yield whole
            judge(whole.discord.exchanges)


async def reschedule(whole: Whole, invitation_id: str, **times: datetime) -> None:
    """Move an event to the second, which no form allows: so the command comes over the broker."""
    command = builders.edit(
        Details(**dict(await whole.row(invitation_id))),
        "schedule",
        actor=Actor(user_id=demo.SAKURA, name="さくら", guild_id=demo.GUILD_ID),
        invitation_id=invitation_id,
        **times,
    )
    broker = await publisher(whole.servers.rabbitmq_url("gateway", whole.name), whole.sealing_keys)
    envelope = Envelope.first(command)
    await broker.publish(COMMANDS, envelope.name, envelope)
    await broker.close()
