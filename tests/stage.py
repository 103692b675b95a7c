"""A guild to play in: a miniature Discord, and services as processes on real servers."""

import asyncio
import itertools
import os
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import aiohttp

from deploy.local.instance import PROJECT, free_ports
from deploy.local.servers import Servers
from playground import demo
from playground.press import Press
from playground.refusals import Payload
from playground.server import MiniatureDiscord
from playground.world import World
from tests import guilds, processes
from tests.caches import own_cache_url
from tests.keys import SEALING_KEYS, command_keys
from tests.lifted import LIFTED
from tests.processes import Process
from tests.readers import Reader

StageT = TypeVar("StageT", bound="Stage")
RateLimit: TypeAlias = tuple[int | None, float]
PROFILE = "https://vrchat.com/home/user/usr_c1644b5b-3ca4-45b4-97c6-a2a0de70d469"
INSTANCE_LINK = (
    "https://vrchat.com/home/launch?worldId=wrld_4cf554b4-430c-4f8f-b53e-1f294eed230b"
    "&instanceId=71337~hidden(usr_1)~region(jp)"
)
SETTINGS = {**demo.SETTINGS, "mirrors_scheduled_events": False}
# What a test may choose of an event besides the texts of its form.
OPTIONS: Mapping[str, Any] = {"start": "明日 21:00", "end": "2h", "capacity": 2}
CHOSEN = {"tag": "tag", "instance": "instance_type"}  # on the card, where they differ from these
DEFAULTS = {"tag": "その他", "instance": "friendplus"}
FORM: Mapping[str, str] = {
    "event_name": "夜の同期会",
    "when": "明日 21:00〜2h",
    "world": "Japan Street https://vrchat.com/home/world/wrld_1",
    "max_participants": "2",
    "description": "のんびり話しましょう。",
}


class Posting(Press):
    """The press of 投稿する, whose answer takes the place of the card."""

    def __init__(self, world: World, press: Press, card: Payload) -> None:
        super().__init__(world, press.interaction)
        self.card = card

    async def answer(self, timeout_seconds: float = 20.0) -> Payload:
        return await changed(self, self.card, timeout_seconds)


class Stage:
    """Everything that a journey from Discord to Discord needs, and its processes by name."""

    folder = PROJECT  # where the services stand
    is_like_production = False  # whether each process imports its code instead of being forked
    sealing_keys = SEALING_KEYS
    is_piped = False  # whether standard output is a pipe, whose reader can fail

    def __init__(self, servers: Servers, discord: MiniatureDiscord, logs: Path) -> None:
        self.servers = servers
        self.discord = discord
        self.logs = logs
        self.spool = logs / "spool"
        self.name = f"gateway_test_{secrets.token_hex(4)}"
        self.redis_url = own_cache_url(servers)
        self.api_port, self.invitations_port, *self.gateway_ports = free_ports(5)
        self.processes: list[Process] = []
        self.outputs: dict[Process, Path] = {}
        self.readers: dict[Process, Reader] = {}
        self.gateways: dict[int, Process] = {}
        self.launches = itertools.count()

    def log(self) -> str:
        return "".join(path.read_text() for path in self.logs.glob("*.log"))

    def gateway_environment(self, port: int) -> dict[str, str]:
        return {
            "RABBITMQ_URL": self.servers.rabbitmq_url("gateway", self.name),
            "HTTP_PORT": str(port),
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "MEMBERS_INTENT": "true",
            "INVITATIONS_API_URL": f"http://127.0.0.1:{self.api_port}",
            "SEALING_KEYS": SEALING_KEYS,
            "SPOOL_FOLDER": str(self.spool),
            **LIFTED,
        }

    def invitations_environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.servers.database_url("invitations", self.name),
            "RABBITMQ_URL": self.servers.rabbitmq_url("invitations", self.name),
            "REDIS_URL": self.redis_url,
            "HTTP_PORT": str(self.invitations_port),
            "API_PORT": str(self.api_port),
            **LIFTED,
            **command_keys("invitations"),
        }

    async def set_up(self, guild_id: str = demo.GUILD_ID, **settings: Any) -> None:
        """Store settings of a guild; a gateway uses them three seconds later at most."""
        await guilds.set_up(self.servers.superuser_url(self.name), guild_id, **settings)

    async def launch(self, module: str, environment: Mapping[str, str]) -> Process:
        """Start a process whose output is kept, so that a test can look for secrets in it."""
        path = self.logs / f"{module}-{next(self.launches)}.log"
        reader = Reader(path.with_suffix(".stdout.log")) if self.is_piped else None
        with path.open("wb") as log:
            output = reader.writing if reader else log.fileno()
            process = await processes.start(
                module,
                environment=environment,
                folder=self.folder,
                streams=(output, log.fileno()),
                imports=self.is_like_production
                or self.folder != PROJECT
                or "LD_PRELOAD" in environment,
            )
        if reader:
            os.close(reader.writing)
            self.readers[process] = reader
        self.processes.append(process)
        self.outputs[process] = path
        return process

    async def start_gateway(self, number: int, **changes: str) -> Process:
        port = self.gateway_ports[number]
        process = await self.launch("services.gateway", self.gateway_environment(port) | changes)
        self.gateways[number] = process
        await ready(port, process)
        self.gateways[number] = process
        return process

    async def stop(self) -> None:
        for process in self.processes:
            if process.returncode is None:
                process.terminate()
        assert {await process.wait() for process in self.processes} <= {0, -9}, self.log()

    async def draft(
        self,
        *,
        user: str = demo.SAKURA,
        channel: str = demo.CHAT_CHANNEL_ID,
        options: Mapping[str, Any] | None = None,
        **form: str,
    ) -> Payload:
        """Run `/invite create` and submit its form; give the card."""
        chosen = {**OPTIONS, **(options or {})}
        slash = await self.discord.slash("invite create", user=user, channel=channel)
        await slash.modal(15)
        asked = {
            "when": f"{chosen['start']}〜{chosen['end']}",
            "max_participants": str(chosen["capacity"]),
        }
        submit = await self.discord.submit(slash, {**FORM, **asked, **form})
        return await submit.answer(15)

    async def fill_in(
        self,
        *,
        user: str = demo.SAKURA,
        channel: str = demo.CHAT_CHANNEL_ID,
        options: Mapping[str, Any] | None = None,
        vrchat_profile: str = "",
        **form: str,
    ) -> Posting:
        """Make a draft, choose on its card what is asked for, and press 投稿する."""
        card = await self.draft(user=user, channel=channel, options=options, **form)
        for name, field in CHOSEN.items():
            if (options or {}).get(name, DEFAULTS[name]) != DEFAULTS[name]:
                card = await self.choose(card, field, [(options or {})[name]], user=user)
        if vrchat_profile:
            more = await self.discord.click(card["id"], button_of(card, "draft_more"), user=user)
            await more.modal(15)
            submit = await self.discord.submit(more, {"vrchat_profile": vrchat_profile})
            card = await changed(submit, card)
        post = button_of(card, "draft_post")
        press = await self.discord.click(card["id"], post, user=user)
        return Posting(self.discord.world, press, card)

    async def choose(
        self, card: Payload, field: str, values: list[str], user: str = demo.SAKURA
    ) -> Payload:
        """Choose in a select of a card; give the card as it is then."""
        select = button_of(card, "draft_choose", field)
        press = await self.discord.click(card["id"], select, user=user, values=values)
        return await changed(press, card)

    async def create(self, **what: Any) -> str:
        """Create an invitation and give its id."""
        answer = await (await self.fill_in(**what)).answer(15)
        found = re.search(r"/(\d+)$", answer["content"])
        assert found, answer["content"]
        await self.shows(found[1], "募集中")
        return found[1]

    async def shows(self, invitation_id: str, *words: str, seconds: float = 15) -> Payload:
        """Wait until an announcement shows some words; give it."""
        return await self.discord.wait_for_message(
            lambda m: m["id"] == invitation_id and all(word in shown(m) for word in words),
            channel=demo.ANNOUNCEMENT_CHANNEL_ID,
            timeout_seconds=seconds,
        )

    def announcements(self) -> list[Payload]:
        return self.discord.messages_in(demo.ANNOUNCEMENT_CHANNEL_ID)


async def confirmed(discord: MiniatureDiscord, answer: Payload, user: str) -> Payload:
    """Press the button that confirms, if an answer asks; give the last answer."""
    sure = confirming_button(answer)
    if sure is None:
        return answer
    press = await discord.click(answer["id"], sure, user=user)
    return await press.answer(15)


def confirming_button(answer: Payload) -> str | None:
    """Give the custom id of the button that confirms, if an answer asks."""
    found = re.search(r"'custom_id': '(\w+_sure:[^']+)'", str(answer["components"]))
    return found[1] if found else None


def button_of(message: Payload, name: str, field: str = "") -> str:
    """Give the custom id of a button, by its name and its last field; raises IndexError."""
    ids = (each["custom_id"] for row in message["components"] for each in row["components"])
    return [str(i) for i in ids if i.startswith(f"{name}:") and i.endswith(field)][0]  # noqa: RUF015 - no StopIteration


async def changed(press: Press, before: Payload, seconds: float = 15) -> Payload:
    """Wait until a press has changed the message whose button it was."""
    return await press.wait_for(lambda message: shown(message) != shown(before), seconds)


def shown(message: Payload) -> str:
    """Give everything that can be read in a message, one text."""
    return f"{message['content']} {message['embeds']} {message['components']}"


async def ready(port: int, process: Process, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds), aiohttp.ClientSession() as http:
        while process.returncode is None:
            try:
                async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)  # no signal comes from outside; the caller has a deadline
    raise AssertionError("the process has ended")


async def run_once(module: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run a process to its end; give exit code and error output."""
    ended = await processes.run(module, environment=environment)
    return ended.code, ended.errors


@asynccontextmanager
async def opened(
    kind: type[StageT],
    servers: Servers,
    logs: Path,
    rate: RateLimit = (50, 1.0),
    skew_seconds: float = 0.0,
) -> AsyncIterator[StageT]:
    """Give an empty stage on a database and a vhost of its own, its commands synchronised."""
    discord = await MiniatureDiscord.start(rate_limit=rate, skew_seconds=skew_seconds)
    discord.world.session_limits.identify_seconds = 0  # both gateways start at once
    discord.limits.global_limit = rate  # none, or Discord's
    stage = kind(servers, discord, logs)
    servers.create_database(stage.name)
    servers.create_vhost(stage.name)
    try:
        await stage.set_up(**SETTINGS)
        code, errors = await run_once(
            "services.gateway.sync_commands", stage.gateway_environment(0)
        )
        assert code == 0, errors
        yield stage
        await stage.stop()
    finally:
        for process in stage.processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
        await discord.stop()
        servers.drop_vhost(stage.name)
        servers.drop_database(stage.name)
