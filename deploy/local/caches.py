"""Redis, the cache, and Prometheus, the watcher."""

import json
from collections.abc import Mapping, Sequence
from functools import partial

from deploy.local.instance import PROJECT, Instance
from deploy.local.programs import program
from deploy.local.server import Server, accepts, responds
from deploy.redis.users import users


def redis_password(instance: Instance, user: str) -> str:
    """Return the password of a user of Redis."""
    return instance.secret(f"redis-{user}")


def redis(instance: Instance, port: int) -> Server:
    """Describe Redis with production's users: any user of this machine can reach the loopback."""
    path = instance.write(
        "redis/local.conf",
        f"include {instance.copy('redis/redis.conf')}\n"
        f"port {port}\nrequirepass {redis_password(instance, 'default')}\ndir {instance.data}\n"
        "databases 1024\n"  # one for each test
        f"{users(partial(redis_password, instance))}",
    )
    return Server(
        instance,
        "redis",
        [program("redis-server"), str(path)],
        ready=lambda: accepts(port),
    )


def prometheus(instance: Instance, port: int) -> Server:
    """Describe Prometheus with production's jobs; their targets are files of their own."""
    configuration = instance.copy("prometheus/prometheus.yml")
    for rules in sorted((PROJECT / "deploy" / "prometheus" / "rules").glob("*.yml")):
        instance.copy(f"prometheus/rules/{rules.name}")
    scrape(instance, "prometheus", {}, [port])
    return Server(
        instance,
        "prometheus",
        [
            program("prometheus"),
            f"--config.file={configuration}",
            f"--storage.tsdb.path={instance.make_folder(instance.data / 'prometheus')}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--web.cors.origin=none",  # unless set, any web page may read it
        ],
        ready=lambda: responds(f"http://127.0.0.1:{port}/-/ready"),
    )


def scrape(
    instance: Instance, job: str, services: Mapping[str, Sequence[int]], ports: Sequence[int] = ()
) -> None:
    """Tell Prometheus which loopback ports a job consists of; it notices by itself."""
    groups = [
        {"labels": {"service": service}, "targets": _addresses(found)}
        for service, found in services.items()
    ]
    if ports:
        groups.append({"targets": _addresses(ports)})
    instance.write(f"prometheus/targets/{job}.json", json.dumps(groups, indent=2))


def _addresses(ports: Sequence[int]) -> list[str]:
    return [f"127.0.0.1:{port}" for port in ports]
