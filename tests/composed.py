"""The stage of the journeys made of Docker's containers, as an operator has them.

Discord is the test's own: the composed bot is set up to play there, as it would on the real one. So
a journey sees everything on Discord's side, and of the other side what PostgreSQL, RabbitMQ, Redis
and the logs tell. What needs more, such as a process started at a fail point, is skipped.
"""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from deploy.compose.make_secrets import DATABASE, VHOST
from deploy.local.instance import PROJECT, free_ports
from deploy.rabbitmq.add_users import ADMINISTRATOR
from playground.server import MiniatureDiscord

IS_COMPOSED = os.environ.get("COMPOSE") == "1"
NAME = "doukikai-journeys"  # another project than the operator's, with volumes of its own
WAYS_IN = PROJECT / "tests" / "compose.yml"
SERVICES = ("gateway", "invitations", "tickets", "scheduler")
AWAY = ("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout=5")
KEPT = """
import json, pathlib
print(json.dumps({path.name: path.read_text() for path in pathlib.Path("/secrets/kept").iterdir()}))
"""
SEARCHED = {
    "postgresql": ("postgres", "/var/lib/postgresql/data"),
    "rabbitmq": ("rabbitmq", "/var/lib/rabbitmq"),
    "prometheus": ("prometheus", "/prometheus"),
}


def has_compose() -> bool:
    """Tell whether Docker's client is there, and its Compose with it."""
    command = ["docker", "compose", "version"]
    return shutil.which("docker") is not None and not (
        subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603 - our own words
    )


def docker(*words: str, environment: Mapping[str, str] | None = None, code: int | None = 0) -> str:
    """Run Docker's client to its end; give what it printed."""
    done = subprocess.run(  # noqa: S603 - our own words
        ["docker", *words],  # noqa: S607 - wherever it is
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert code in (None, done.returncode), f"docker {' '.join(words)}: {done.stderr[-4000:]}"
    return done.stdout


class Composition:
    """The composed system, with the addresses that a journey knows from the local servers."""

    def __init__(self) -> None:
        files = (PROJECT / "docker-compose.yml", *(PROJECT / "deploy" / "compose").glob("*.yml"))
        text = "\n".join([path.read_text() for path in files] + [WAYS_IN.read_text()])
        names = sorted(set(re.findall(r"\$\{(\w+_PORT)\b", text)))
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.parts = {
            "COMPOSE_PROFILES": f"monitoring,{os.environ.get('COMPOSE_PROFILES', '')}",
            "GATEWAY_REPLICAS": "2",
            "SCHEDULER_REPLICAS": "2",
        }
        self.environment = {**{name: str(port) for name, port in self.ports.items()}, **self.parts}
        self.kept: dict[str, str] = {}
        self.host = ""

    def compose(self, *words: str, code: int | None = 0) -> str:
        """Let Docker Compose do something, without the `.env` of the person who runs the test."""
        files = ("--env-file", os.devnull, "-f", "docker-compose.yml", "-f", str(WAYS_IN))
        return docker(
            "compose", "-p", NAME, *files, *words, environment=self.environment, code=code
        )

    def up(self, *words: str) -> None:
        """Start what does not run, and wait until all is healthy."""
        self.compose("up", "--detach", "--wait", "--wait-timeout", "600", *words)

    async def kill(self, service: str) -> None:
        """Kill every container of a service."""
        await asyncio.to_thread(self.compose, "kill", service)

    async def bring_back(self, service: str) -> None:
        """Start a killed service again."""
        await asyncio.to_thread(self.up, "--no-deps", service)

    def described(self) -> dict[str, Any]:
        """Give the services as Docker reads them."""
        services: dict[str, Any] = json.loads(self.compose("config", "--format", "json"))
        return dict(services["services"])

    def containers(self) -> list[dict[str, Any]]:
        """Give what Docker says of every container, those of the jobs too."""
        ids = self.compose("ps", "--all", "--quiet").split()
        found: list[dict[str, Any]] = json.loads(docker("inspect", *ids)) if ids else []
        return found

    async def begin_again(self) -> str:
        """Throw everything away, then start as without a `.env`; return the page's address."""
        for name in {*self.environment} - {*self.ports, *self.parts}:
            del self.environment[name]
        await asyncio.to_thread(self.compose, *AWAY)
        await asyncio.to_thread(self.up)
        return f"http://127.0.0.1:{self.ports['PAGE_PORT']}/"

    def superuser_url(self, database: str = DATABASE) -> str:
        port = self.ports["POSTGRES_PORT"]
        return f"postgresql://postgres:{self.kept['postgres']}@127.0.0.1:{port}/{database}"

    def rabbitmq_url(self, user: str, _: str = VHOST) -> str:
        port = self.ports["AMQP_PORT"]
        return f"amqp://{user}:{self.kept[f'{user}-rabbitmq']}@127.0.0.1:{port}/{VHOST}"

    def redis_url(self, user: str = "default", _: int = 0) -> str:
        password = self.kept["redis" if user == "default" else f"{user}-redis"]
        return f"redis://{user}:{password}@127.0.0.1:{self.ports['REDIS_PORT']}/0"

    @property
    def management_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['RABBITMQ_PORT']}"

    @property
    def management_credentials(self) -> tuple[str, str]:
        return ADMINISTRATOR, self.kept[f"{ADMINISTRATOR}-rabbitmq"]

    def start_replica(self, **_: bool) -> NoReturn:
        not_here("it starts a replica of its own")

    @property
    def processes(self) -> NoReturn:
        not_here("it handles a server's process")


@contextmanager
def composition() -> Iterator[Composition]:
    """Give a project without data, whose secrets are made; nothing remains of it at the end."""
    if not has_compose():
        pytest.skip("Docker Compose is absent, and COMPOSE=1 asks for the composed system.")
    if "PYTEST_XDIST_WORKER" in os.environ:
        pytest.exit("There is one composed system: run pytest with -n0, as make journeys does.")
    composed = Composition()
    docker("network", "create", NAME, code=None)
    [network] = json.loads(docker("network", "inspect", NAME))
    composed.host = network["IPAM"]["Config"][0]["Gateway"]
    try:
        make = f"python -m deploy.compose.make_secrets /secrets >&2 && python -c '{KEPT}'"
        composed.compose("--profile", "tools", "build")
        composed.kept = json.loads(
            composed.compose("run", "--rm", "-T", "secrets", "sh", "-c", make)
        )
        yield composed
    finally:
        composed.compose(*AWAY)
        docker("network", "rm", NAME, code=None)


def not_here(why: str) -> NoReturn:
    pytest.skip(f"Not against the composed system: {why}.")


class InContainers:
    """What a stage does otherwise where its processes are containers."""

    servers: Composition
    discord: MiniatureDiscord

    @property
    def vhost(self) -> str:
        return VHOST

    async def begin(self, settings: Mapping[str, str]) -> None:
        """Start everything, with the address of Discord."""
        self.servers.environment |= settings
        await asyncio.to_thread(self.servers.up)
        await self.discord.wait_for_sessions(2)

    async def stop(self) -> None:
        """Leave the containers to the class that made them."""

    def log(self) -> str:
        return self.servers.compose("logs", "--no-color", "--no-log-prefix", *SERVICES)

    async def launch(self, module: str, _: Mapping[str, str]) -> NoReturn:
        not_here(f"it starts {module} in its own way")

    async def stop_process(self, _: object) -> NoReturn:
        not_here("it stops a process of its own")

    def port(self, service: str) -> NoReturn:
        not_here(f"no port of {service} is published")

    async def search(self, text: str) -> set[str]:
        """Name the parts in whose files, or in whose memory, a text stands."""
        found = {"cache"} if text.encode() in await self.cached() else set()
        for part, (service, folder) in SEARCHED.items():
            words = ("grep", "-rqF", "-e", text, folder)
            said = self.servers.compose(
                "exec", "-T", service, "sh", "-c", '"$@"; echo $?', "sh", *words
            )
            assert said.strip() in {"0", "1", "2"}, said
            if said.strip() == "0":
                found.add(part)
        return found | ({"logs"} if text in self.servers.compose("logs", "--no-color") else set())
