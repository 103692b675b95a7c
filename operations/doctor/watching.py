"""Looks at the services themselves, at who watches them, at the cache, backups and the disk."""

import asyncio
import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import redis.asyncio as redis
from redis.exceptions import AuthenticationError, RedisError

from operations.doctor.asking import ask
from operations.doctor.check import Absent, Broken
from operations.doctor.versions import recent
from operations.settings import Settings
from shared.settings import OperatorMistake

READY = 200
BACKUP_HOURS = 26
FREE_GIGABYTES = 1.0
BACKUPS = "backup_last_success_timestamp_seconds"


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
        raise Broken(f"Redis cannot be reached ({type(error).__name__}).") from None
    return f"{recent('Redis', info['redis_version'])} answers."


async def prometheus(settings: Settings) -> str:
    """See that every target is up."""
    if settings.prometheus_url is None:
        raise Absent("PROMETHEUS_URL is not set.")
    status, said = await ask(
        f"{settings.prometheus_url}/api/v1/targets?state=active", named="Prometheus"
    )
    if status != READY:
        raise Broken(f"Prometheus answers {status}.")
    targets = said["data"]["activeTargets"]
    named: dict[str, list[str]] = {"up": [], "down": [], "unknown": []}
    for each in targets:
        named[each["health"]].append(f"{each['labels']['job']} {each['labels']['instance']}")
    if named["down"]:
        raise Broken(f"Down: {', '.join(sorted(named['down']))}.")
    if named["unknown"]:
        return f"{len(named['up'])} targets are up; not looked at yet: {len(named['unknown'])}."
    return f"All {len(targets)} targets are up."


def services(settings: Settings) -> Iterator[tuple[str, str]]:
    """Give each service's name and address, as SERVICE_URLS writes them."""
    for part in settings.needed("service_urls").split(","):
        name, _, url = part.strip().partition("=")
        if not url.startswith("http://"):
            raise OperatorMistake(
                "SERVICE_URLS is wrong: <name>=http://host:port, comma separated."
            )
        yield name, url.rstrip("/")


async def service(url: str) -> str:
    """See that every replica behind an address is ready."""
    found = await replicas(url)
    for replica in found:
        status, said = await ask(f"{replica}/readyz", named=replica)
        if status != READY:
            unready = [part for part, is_well in said.items() if is_well is False]
            raise Broken(f"{replica} is not ready: {', '.join(unready)}.")
    return "Ready." if len(found) == 1 else f"All {len(found)} replicas are ready."


async def replicas(url: str) -> list[str]:
    """Give the address of each process behind an address; raises Broken if there is none."""
    parts = urlsplit(url)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            parts.hostname, parts.port, family=socket.AF_INET, type=socket.SOCK_STREAM
        )
    except OSError:
        raise Broken(f"{parts.hostname} has no address: no replica runs.") from None
    return sorted({f"http://{address[0]!s}:{parts.port}" for *_, address in found})


async def backups(settings: Settings) -> str:
    """See that each kind of backup has succeeded within a day."""
    if settings.prometheus_url is None:
        raise Absent("PROMETHEUS_URL is not set; Prometheus keeps the times of the backups.")
    _, said = await ask(
        f"{settings.prometheus_url}/api/v1/query?query={quote(f'max by (kind) ({BACKUPS})')}",
        named="Prometheus",
    )
    found = {
        each["metric"].get("kind", "?"): (time.time() - float(each["value"][1])) / 3600
        for each in said.get("data", {}).get("result", [])
    }
    if not found:
        raise Absent("Prometheus has no time of any backup.")
    old = [
        f"the last {kind} one is {age:.0f} h old"
        for kind, age in found.items()
        if age > BACKUP_HOURS
    ]
    if old:
        raise Broken(f"Backups: {', '.join(sorted(old))}.")
    return f"The oldest of each kind is {max(found.values()):.0f} h old."


async def disk() -> str:
    """See that there is room where the command runs: the same disk on one machine."""
    usage = shutil.disk_usage(Path(os.sep))
    free = usage.free / 1e9
    if free < FREE_GIGABYTES:
        raise Broken(f"Only {free:.1f} GB of {usage.total / 1e9:.0f} GB are free.")
    return f"{free:.0f} GB of {usage.total / 1e9:.0f} GB are free."
