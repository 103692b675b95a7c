"""The whole product on one machine: servers, the miniature Discord, and every service."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from deploy.compose.demo_guild import set_up
from deploy.local import operations
from deploy.local.instance import PROJECT, free_ports
from deploy.local.mistakes import OperatorMistake
from deploy.local.rabbitmq import VHOST
from deploy.local.server import Server, accepts, responds
from deploy.local.servers import Servers
from deploy.local.steps import step
from deploy.rabbitmq.add_consumers import queue_of
from playground import demo as guild
from shared.proofs import GATEWAY, CommandKeys

_REPLICAS = (("invitations", 1), ("tickets", 1), ("scheduler", 2), ("gateway", 2))
_LOOK_EVERY_SECONDS = 0.3


@contextmanager
def running_demo(servers: Servers, page_port: int) -> Iterator[list[Server]]:
    """Migrate, open the miniature Discord and run every service on top of the servers."""
    with step("migrations"):
        try:
            servers.migrate()
        except OperatorMistake as mistake:
            hint = f"To begin again, delete the demo's data: rm -r {servers.instance.folder}"
            raise OperatorMistake(f"{mistake} {hint}") from None
    set_up(servers.database_url("invitations"))
    set_up(servers.database_url("tickets"), "tickets", guild.TICKET_SETTINGS)
    services: list[Server] = []
    try:
        discord = _discord(servers, page_port)
        _start([discord], services)
        with step("slash commands"):
            _sync_commands(servers, page_port)
        ports = _ports()
        _start(_services(servers, page_port, ports), services)
        servers.scrape(ports)  # not before they listen: Prometheus would call them down
        yield services
    finally:
        servers.scrape({})
        with step("stopping the services"):
            for service in reversed(services):
                service.ask_to_stop()
            for service in reversed(services):
                service.end()


def programs(
    servers: Servers, services: Sequence[Server], consumers: Sequence[str]
) -> Sequence[str]:
    """Make accounts for programs outside, and return the settings of each as lines for a shell."""
    if not consumers:
        return []
    servers.create_vhost(VHOST, consumers)
    [port] = {each.environment["API_PORT"] for each in services if "API_PORT" in each.environment}
    token = CommandKeys.derived(_sealing_keys(servers), GATEWAY).reading_token("invitations")
    return [
        "  プログラムのために · for programs, see docs/consuming-events.md",
        f"  export API_URL=http://127.0.0.1:{port}",
        f"  export API_TOKEN={token}",
        *(f"  export RABBITMQ_URL={servers.rabbitmq_url(queue_of(name))}" for name in consumers),
    ]


def keep_running(processes: Sequence[Server]) -> None:
    """Restart every process that dies, until this one is stopped."""
    while True:
        for process in processes:
            if not process.running():
                process.launch_again()
                with suppress(OSError):  # nobody may be reading any more
                    print(f"  ! {process.name} ended and was started again", flush=True)
        time.sleep(_LOOK_EVERY_SECONDS)


def refuse_taken_port(port: int) -> None:
    """Say so, before anything starts, when the page's port is not free."""
    if accepts(port):
        message = f"Port {port} is taken; choose another: DEMO_PORT=8081 make demo"
        raise OperatorMistake(message)


def _start(described: Sequence[Server], running: list[Server]) -> None:
    for process in described:
        running.append(process)
        process.launch()
    for process in described:
        with step(process.name):
            process.await_ready()


def _discord(servers: Servers, port: int) -> Server:
    return Server(
        servers.instance,
        "playground",
        [sys.executable, "-m", "playground", "--port", str(port)],
        ready=lambda: responds(f"http://127.0.0.1:{port}/"),
        environment={"DISCORD_TOKEN": guild.TOKEN},
        is_ours=True,
    )


def _ports() -> dict[str, list[int]]:
    """Choose an HTTP port for every replica of every service."""
    free = iter(free_ports(sum(replicas for _, replicas in _REPLICAS)))
    return {name: [next(free) for _ in range(replicas)] for name, replicas in _REPLICAS}


def _services(servers: Servers, page_port: int, ports: Mapping[str, Sequence[int]]) -> list[Server]:
    """Describe every replica of every service."""
    [api_port] = free_ports(1)
    api_url = f"http://127.0.0.1:{api_port}"
    replicas = [(name, port) for name, each in ports.items() for port in each]
    with_tables = _with_tables(servers)
    with_tables["invitations"] |= {
        "REDIS_URL": servers.redis_url("invitations"),
        "API_PORT": str(api_port),
    }
    if servers.has_replica:
        with_tables["invitations"]["REPLICA_DATABASE_URL"] = servers.replica_url("invitations")
    gateway = _of_gateway(servers, page_port) | {
        "INVITATIONS_API_URL": api_url,
        "CALENDAR_URL": api_url,
    }
    operations.leave(servers, replicas, gateway)
    return [
        _service(
            servers,
            f"{name}-{number}",
            port,
            gateway if name == "gateway" else with_tables[name],
        )
        for name, each in ports.items()
        for number, port in enumerate(each, start=1)
    ]


def _service(servers: Servers, replica: str, port: int, settings: Mapping[str, str]) -> Server:
    name = replica.rpartition("-")[0]
    own = {"HTTP_PORT": str(port), "RABBITMQ_URL": servers.rabbitmq_url(name)}
    return Server(
        servers.instance,
        replica,
        [sys.executable, "-m", f"services.{name}"],
        ready=lambda: responds(f"http://127.0.0.1:{port}/readyz"),
        environment={**settings, **own},
        is_ours=True,
    )


def _with_tables(servers: Servers) -> dict[str, dict[str, str]]:
    """Return the settings of each service with tables."""
    return {
        name: {
            "DATABASE_URL": servers.database_url(name),
            "COMMAND_KEYS": str(CommandKeys.derived(_sealing_keys(servers), name)),
        }
        for name in ("invitations", "tickets", "scheduler")
    }


def _sealing_keys(servers: Servers) -> str:
    return f"demo:{servers.instance.secret('sealing-key')}"


def _of_gateway(servers: Servers, page_port: int) -> dict[str, str]:
    """Return the settings of the gateway: only it has the token and the keys."""
    return {
        "DISCORD_TOKEN": guild.TOKEN,
        "DISCORD_API_URL": f"http://127.0.0.1:{page_port}/api/v10",
        "MEMBERS_INTENT": "true",
        "SEALING_KEYS": _sealing_keys(servers),
        "SPOOL_FOLDER": str(servers.instance.folder / "spool"),
    }


def _sync_commands(servers: Servers, page_port: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "services.gateway.sync_commands"],
        cwd=PROJECT,
        env={**os.environ, **_of_gateway(servers, page_port)},
        capture_output=True,
        text=True,
        check=False,
    )
    (servers.instance.logs / "sync_commands.log").write_text(done.stdout + done.stderr)
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason"]
        message = f"The slash commands could not be registered: {words[-1]}"
        raise OperatorMistake(message)
