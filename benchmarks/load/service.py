"""A process of the invitations service to be measured, on servers of its own and many rows."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

from deploy.local.instance import free_ports
from deploy.local.server import Server, responds
from deploy.local.servers import Servers, passing_servers
from deploy.local.steps import step
from tests.conftest import Site
from tests.seeding import seed

INVITATIONS = 30_000


@dataclass(frozen=True)
class Served:
    """The service, where it is, and what it stands on."""

    site: Site
    base_url: str
    """Of the API."""
    metrics_url: str
    process: Server

    def lookups(self) -> Mapping[str, float]:
        """Read how often the cache had what was asked for, by outcome."""
        with urlopen(self.metrics_url) as answer:  # noqa: S310 - loopback only
            families = text_string_to_metric_families(answer.read().decode())
        return {
            sample.labels["outcome"]: sample.value
            for family in families
            if family.name == "query_cache_lookups"
            for sample in family.samples
            if sample.name.endswith("_total")
        }


@contextmanager
def seeded(invitations: int = INVITATIONS) -> Iterator[Site]:
    """Start every server, and fill a database."""
    with passing_servers("load") as servers:
        site = Site(servers, "load")
        servers.create_database(site.name)
        servers.create_vhost(site.name)
        with step(f"{invitations:,} invitations"):
            asyncio.run(seed(site.superuser_url, invitations))
        yield site


@contextmanager
def serving(site: Site, before: Sequence[str] = (), **changes: str) -> Iterator[Served]:
    """Run the service; `before` are words before its command, `changes` are settings."""
    port, api_port = free_ports(2)
    base_url = f"http://127.0.0.1:{port}"
    settings = {"HTTP_PORT": str(port), "API_PORT": str(api_port)}
    process = Server(
        site.servers.instance,
        "invitations",
        [*before, sys.executable, "-m", "services.invitations"],
        ready=lambda: responds(f"{base_url}/readyz"),
        environment={**site.environment("invitations"), **settings, **changes},
        is_ours=True,
    )
    process.launch()
    try:
        process.await_ready()
        yield Served(site, f"http://127.0.0.1:{api_port}", f"{base_url}/metrics", process)
    finally:
        process.end()


def named(servers: Servers, name: str) -> Server:
    """Find a server's process."""
    return next(server for server in servers.processes if server.name == name)
