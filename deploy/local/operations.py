"""The command `doukikai` beside a running demo: `python -m deploy.local doukikai doctor`."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.local.instance import LOCAL, PROJECT
from deploy.local.mistakes import OperatorMistake
from deploy.local.postgresql import ROLES
from deploy.local.server import accepts
from deploy.local.servers import Servers

_FILE = Path("secrets") / "operations.json"


def settings(servers: Servers, name: str = "", vhost: str = "") -> dict[str, str]:
    """Return the command's settings for servers, or for a private database and vhost on them."""
    database = (name,) if name else ()
    urls = {f"{role.upper()}_DATABASE_URL": servers.database_url(role, *database) for role in ROLES}
    return {
        **urls,
        "MIGRATION_DATABASE_URL": servers.superuser_url(*database),
        "RABBITMQ_URL": servers.rabbitmq_url("operations", *((vhost,) if vhost else ())),
        "RABBITMQ_MANAGEMENT_URL": servers.management_url,
        "REDIS_URL": servers.redis_url("monitoring"),
        "PROMETHEUS_URL": servers.prometheus_url,
    }


def leave(
    servers: Servers, services: Sequence[tuple[str, int]], gateway: Mapping[str, str]
) -> None:
    """Leave what the command needs where `run` finds it; only its owner may read it."""
    known = ("SEALING_KEYS", "DISCORD_TOKEN", "DISCORD_API_URL", "MEMBERS_INTENT")
    variables = settings(servers)
    variables |= {name: gateway[name] for name in known}
    variables["SERVICE_URLS"] = ",".join(
        f"{name}=http://127.0.0.1:{port}" for name, port in services
    )
    path = servers.instance.folder / _FILE
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(variables, file)


def run(name: str, words: Sequence[str]) -> None:
    """Become the command, with the settings of the running demo."""
    path = LOCAL / name / _FILE
    variables = json.loads(path.read_text()) if path.exists() else {}
    url = variables.get("RABBITMQ_MANAGEMENT_URL", "")
    if not url or not accepts(int(url.rpartition(":")[2])):
        raise OperatorMistake("The demo does not run; start it with make demo in another window.")
    os.chdir(PROJECT)
    command = [sys.executable, "-m", "operations", *words]
    os.execve(sys.executable, command, {**os.environ, **variables})  # noqa: S606 - our own words
