"""RabbitMQ and its port mapper epmd, and vhosts made from definitions.json through its HTTP API."""

import base64
import json
import os
import signal
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deploy.local.instance import PROJECT, Instance
from deploy.local.programs import program, rabbitmq_program
from deploy.local.server import Server, accepts, responds
from deploy.rabbitmq.add_consumers import add_consumers, queue_of
from deploy.rabbitmq.add_users import ADMINISTRATOR, add_users, services, user

VHOST = "doukikai"
_DEFINITIONS = PROJECT / "deploy" / "rabbitmq" / "definitions.json"


@dataclass(frozen=True)
class RabbitmqPorts:
    """Where RabbitMQ and epmd listen."""

    amqp: int
    management: int
    metrics: int
    distribution: int
    epmd: int


def epmd(instance: Instance, ports: RabbitmqPorts) -> Server:
    """Describe a private epmd: the one Erlang starts by itself would outlive everything."""
    return Server(
        instance,
        "epmd",
        [program("epmd", "erlang-base"), "-port", str(ports.epmd), "-address", "127.0.0.1"],
        ready=lambda: accepts(ports.epmd),
    )


def rabbitmq(instance: Instance, ports: RabbitmqPorts, *, forgetful: bool) -> Server:
    """Describe RabbitMQ with production's configuration and definitions, completed by users."""
    check = f"/api/health/checks/port-listener/{ports.amqp}"
    request = _request(instance, ports, "GET", check)
    return Server(
        instance,
        "rabbitmq",
        [rabbitmq_program()],
        ready=lambda: accepts(ports.amqp) and responds(request),
        stop_signal=signal.SIGKILL if forgetful else signal.SIGTERM,
        environment=_environment(instance, ports),
    )


def definitions() -> dict[str, Any]:
    """Return definitions.json."""
    found: dict[str, Any] = json.loads(_DEFINITIONS.read_text())
    return found


def make_vhost(
    instance: Instance, ports: RabbitmqPorts, name: str, consumers: Sequence[str] = ()
) -> None:
    """Make a vhost that holds all that definitions.json gives to the product's, and consumers."""
    moved = {
        kind: [
            {**each, "name": name} if kind == "vhosts" else {**each, "vhost": name}
            for each in entries
        ]
        for kind, entries in add_consumers(definitions(), consumers).items()
    }
    names = [queue_of(consumer) for consumer in consumers]
    moved["users"] = [user(each, password(instance, each)) for each in names]
    _send(_request(instance, ports, "POST", "/api/definitions", moved))


def bring_up_to_date(instance: Instance, ports: RabbitmqPorts) -> None:
    """Give kept data what definitions.json has now, and nothing else, as `make up` does.

    A first start that was killed leaves the feature flag of quorum queues off. With it off, every
    later import skips the queues without a word.
    """
    evaluate(instance, ports, "rabbit_feature_flags:enable_all().")
    make_vhost(instance, ports, VHOST)
    unbind(instance, ports)


def unbind(instance: Instance, ports: RabbitmqPorts, name: str = VHOST) -> None:
    """Remove the bindings of a vhost that definitions.json no longer has, as `make up` does."""
    known = json.dumps({**definitions(), "vhosts": [{"name": name}]})
    evaluate(instance, ports, (PROJECT / "deploy" / "rabbitmq" / "unbind.erl").read_text(), known)


def evaluate(instance: Instance, ports: RabbitmqPorts, expression: str, *arguments: str) -> str:
    """Return the value of an Erlang expression inside the running RabbitMQ."""
    return subprocess.run(  # noqa: S603 - our own words
        [*instance.as_user(), rabbitmq_program("rabbitmqctl"), "eval", expression, *arguments],
        env={**os.environ, **_environment(instance, ports), "HOME": str(instance.data)},
        cwd=instance.data,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.strip()


def drop_vhost(instance: Instance, ports: RabbitmqPorts, name: str) -> None:
    """Delete a vhost with everything in it."""
    _send(_request(instance, ports, "DELETE", f"/api/vhosts/{urllib.parse.quote(name, safe='')}"))


def password(instance: Instance, user: str) -> str:
    """Return a RabbitMQ user's password."""
    return instance.secret(f"{user}-rabbitmq")


def _environment(instance: Instance, ports: RabbitmqPorts) -> dict[str, str]:
    known = definitions()
    passwords = {name: password(instance, name) for name in (*services(known), ADMINISTRATOR)}
    completed = instance.write("rabbitmq/definitions.json", json.dumps(add_users(known, passwords)))
    local = instance.write("rabbitmq/local.d/90-local.conf", _local_settings(ports, str(completed)))
    instance.write("rabbitmq/rabbitmq-env.conf", "")  # the distribution's own must not speak here
    cookie = instance.data / ".erlang.cookie"
    if not cookie.exists():
        cookie.write_text(instance.secret("erlang-cookie"))
        cookie.chmod(0o400)
        instance.give(cookie)
    folder = instance.make_folder(instance.data / "rabbitmq")
    loopback = "{127,0,0,1}"
    return {
        "ERL_EPMD_PORT": str(ports.epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_ALLOW_INPUT": "true",  # no shell in between, so that signals reach Erlang
        "RABBITMQ_SERVER_START_ARGS": "-noinput",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"-kernel inet_dist_use_interface {loopback}",
        "RABBITMQ_NODENAME": "doukikai@localhost",
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_CONF_ENV_FILE": str(local.parents[1] / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(instance.copy("rabbitmq/rabbitmq.conf")),
        "RABBITMQ_CONFIG_FILES": str(local.parent),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(instance.copy("rabbitmq/advanced.config")),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(instance.copy("rabbitmq/enabled_plugins")),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_LOGS": "-",
    }


def _local_settings(ports: RabbitmqPorts, definitions_path: str) -> str:
    return "\n".join(
        [
            f"listeners.tcp.default = 127.0.0.1:{ports.amqp}",
            f"management.tcp.port = {ports.management}",
            "management.tcp.ip = 127.0.0.1",
            f"prometheus.tcp.port = {ports.metrics}",
            "prometheus.tcp.ip = 127.0.0.1",
            f"load_definitions = {definitions_path}",
            "disk_free_limit.absolute = 50MB",  # a laptop may be nearly full
            "",
        ]
    )


def _request(
    instance: Instance,
    ports: RabbitmqPorts,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
) -> urllib.request.Request:
    credentials = f"{ADMINISTRATOR}:{password(instance, ADMINISTRATOR)}".encode()
    return urllib.request.Request(
        f"http://127.0.0.1:{ports.management}{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={
            "Authorization": "Basic " + base64.b64encode(credentials).decode(),
            "Content-Type": "application/json",
        },
    )


def _send(request: urllib.request.Request) -> None:
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - loopback only
        response.read()
