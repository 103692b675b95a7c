"""Looks at the services themselves, at who watches them, at the cache, backups and the disk."""

import asyncio
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import redis.asyncio as redis
from redis.exceptions import AuthenticationError, RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from operations.doctor.asking import ask
from operations.doctor.check import Absent, Away, Broken, Explained
from operations.doctor.versions import recent
from operations.settings import Settings
from shared.settings import OperatorMistake
from shared.shards import further_shards

READY = 200
FREE_GIGABYTES = 1.0
# The parts behind what /readyz calls by these names.
CAUSES = {
    "database": ("PostgreSQL", "PgBouncer"),
    "broker": ("RabbitMQ",),
    "discord": ("Discord",),
}
# The jobs of Prometheus whose parts the doctor looks at itself.
LOOKED_AT = {"services", "rabbitmq", "rabbitmq-queues", "backup"}


async def cache(settings: Settings) -> str:
    """Write nothing; only see that Redis answers who knows its password."""
    try:
        async with redis.Redis.from_url(
            settings.needed("redis_url"), socket_timeout=2, socket_connect_timeout=2
        ) as client:
            info = await client.info("server")
    except AuthenticationError:
        raise Broken("REDIS_URL is wrong: the password is refused.") from None
    except (RedisError, OSError, ValueError) as error:
        hung = TimeoutError() if isinstance(error, RedisTimeout) else error
        raise Away(f"Redis cannot be reached ({type(error).__name__}).", hung) from None
    return f"{recent('Redis', info['redis_version'])} answers."


async def prometheus(settings: Settings) -> str:
    """See that every target is up that no other line tells of."""
    if settings.prometheus_url is None:
        is_docker = settings.runs_in == "docker"
        how = "It is switched off; COMPOSE_PROFILES=monitoring in .env switches it on."
        raise Absent(how if is_docker else "PROMETHEUS_URL is not set.")
    status, said = await ask(
        f"{settings.prometheus_url}/api/v1/targets?state=active", named="Prometheus"
    )
    if status != READY:
        raise Broken(f"Prometheus answers {status}.")
    targets = said["data"]["activeTargets"]
    named: dict[str, list[str]] = {"up": [], "down": [], "unknown": []}
    for each in targets:
        if each["health"] == "down" and each["labels"]["job"] in LOOKED_AT:
            continue
        named[each["health"]].append(f"{each['labels']['job']} {each['labels']['instance']}")
    if named["down"]:
        raise Broken(f"Down: {', '.join(sorted(named['down']))}.")
    if named["unknown"]:
        return f"{len(named['up'])} targets are up; not looked at yet: {len(named['unknown'])}."
    return f"All {len(targets)} targets are up."


def services(settings: Settings) -> Iterator[tuple[str, str]]:
    """Give each service's name and address, as SERVICE_URLS writes them, and further shards'."""
    for part in settings.needed("service_urls").split(","):
        name, _, url = part.strip().partition("=")
        if not url.startswith("http://"):
            raise OperatorMistake(
                "SERVICE_URLS is wrong: <name>=http://host:port, comma separated."
            )
        yield name, url.rstrip("/")
        if urlsplit(url).hostname == "gateway":
            for shard in further_shards(settings.shard):
                yield shard, url.rstrip("/").replace("//gateway", f"//{shard}")


async def service(url: str, is_away: Callable[[str], bool]) -> str:
    """See that every replica is ready; raises Explained if only a broken part keeps one from it."""
    found = await replicas(url)
    for replica in found:
        try:
            status, said = await ask(f"{replica}/readyz", named=replica)
        except Away as away:
            # A database that hangs lets the answer hang that would say so.
            if away.hangs and is_away("PostgreSQL"):
                raise Explained from None
            raise
        if status != READY:
            unready = [part for part, is_well in said.items() if is_well is False]
            if all(any(map(is_away, _causes(part))) for part in unready):
                raise Explained
            raise Broken(f"{replica} is not ready: {', '.join(unready)}.")
    return "Ready." if len(found) == 1 else f"All {len(found)} replicas are ready."


def _causes(part: str) -> tuple[str, ...]:
    """Name the parts behind what /readyz names; a queue is read only while the broker is there."""
    return ("RabbitMQ",) if "." in part else CAUSES.get(part, ())


async def replicas(url: str) -> list[str]:
    """Give the address of each process behind an address; raises Broken if there is none."""
    parts = urlsplit(url)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            parts.hostname, parts.port, family=socket.AF_INET, type=socket.SOCK_STREAM
        )
    except OSError:
        raise Away(f"No process runs at {parts.hostname}.") from None
    return sorted({f"http://{address[0]!s}:{parts.port}" for *_, address in found})


async def alerts(settings: Settings) -> str:
    """See that alerts reach a person."""
    if settings.prometheus_url is None:
        raise Absent("There are none: the monitoring is switched off.")
    if not settings.alerts_are_sent and settings.runs_in == "docker":
        raise Absent("They reach nobody: set ALERT_WEBHOOK_URL in .env, then make up")
    if not settings.alerts_are_sent:
        raise Absent("Whether they reach a person is not known here.")
    return "They are posted to ALERT_WEBHOOK_URL."


async def disk() -> str:
    """See that there is room where the command runs: the same disk on one machine."""
    usage = shutil.disk_usage(Path(os.sep))
    free = usage.free / 1e9
    if free < FREE_GIGABYTES:
        raise Broken(f"Only {free:.1f} GB of {usage.total / 1e9:.0f} GB are free.")
    return f"{free:.0f} GB of {usage.total / 1e9:.0f} GB are free."
