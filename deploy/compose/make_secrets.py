"""`python -m deploy.compose.make_secrets FOLDER`: passwords at the first start, to each its own.

FOLDER/kept holds what was generated, once. Every other folder is what one container may see: a file
named in capitals becomes a variable there (entrypoint.sh). A folder whose files say the same as
before is left alone, since up.sh restarts the containers whose folder has changed.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, TypeAlias

from deploy.compose.kept import FOR_CONTAINER, Kept, write
from deploy.compose.watchers import ROLE as MONITORING
from deploy.compose.watchers import targets, watchers
from deploy.rabbitmq.add_consumers import NameRefused, add_consumers, consumer_names
from deploy.rabbitmq.add_users import ADMINISTRATOR, add_users, services
from deploy.redis.users import users
from playground import demo
from shared.proofs import CommandKeys
from shared.settings import OperatorMistake

Files: TypeAlias = dict[str, str]

DATABASE = "vrc_discord_bot"
VHOST = "doukikai"
ROLES = ("invitations", "tickets", "scheduler")
CONSOLE = "pgbouncer"  # the administrator of PgBouncer's console, and that database's name
DEFINITIONS = Path(__file__).parents[1] / "rabbitmq" / "definitions.json"


def main() -> None:
    """Write every container's folder."""
    folder = Path(sys.argv[1])
    kept = Kept(folder / "kept")
    is_on_discord = bool(os.environ.get("IS_ON_DISCORD"))
    try:
        consumers = consumer_names(os.environ.get("CONSUMERS", ""))
    except NameRefused as refused:
        sys.exit(str(refused))
    profiles = frozenset(os.environ.get("COMPOSE_PROFILES", "").split(","))
    try:
        made = shares(kept, consumers, is_on_discord=is_on_discord, profiles=profiles)
    except OperatorMistake as mistake:
        sys.exit(str(mistake))
    for name, files in made.items():
        hand_over(folder / name, files)
    where = "Discord" if is_on_discord else "the miniature Discord"
    print(f"secrets are in place; the bot plays on {where}")


def shares(
    kept: Kept,
    consumers: Sequence[str] = (),
    *,
    is_on_discord: bool,
    profiles: AbstractSet[str] = frozenset(),
) -> dict[str, Files]:
    """Give for each container the files it may see."""
    discord = {} if is_on_discord else miniature_discord()
    watched = {"PROMETHEUS_URL": "http://prometheus:9090"} if "monitoring" in profiles else {}
    replica = replica_url(kept, "invitations") if "replica" in profiles else {}
    return {
        "postgres": {"password": kept.secret("postgres")},
        "replica": {"password": kept.secret("replication")},
        "pgbouncer": {"userlist.txt": userlist(kept)},
        "rabbitmq": {
            "definitions.json": json.dumps(definitions(kept, consumers)),
            "erlang-cookie": kept.secret("erlang-cookie"),
        },
        "redis": redis(kept),
        "migrate": migration(kept),
        "backup": {"PGPASSWORD": kept.secret("postgres")},
        "invitations": {
            **database_url(kept, "invitations"),
            **replica,
            **rabbitmq_url(kept, "invitations"),
            **command_keys(kept, "invitations"),
            "REDIS_URL": redis_url(kept, "invitations"),
        },
        **{
            name: {
                **database_url(kept, name),
                **rabbitmq_url(kept, name),
                **command_keys(kept, name),
            }
            for name in ("tickets", "scheduler")
        },
        "gateway": {
            **discord,
            **rabbitmq_url(kept, "gateway"),
            "SEALING_KEYS": kept.ring(),
        },
        "sync-commands": discord,
        "operations": operations(kept) | discord_of_operations(discord) | replica | watched,
        "ring": {"sealing-keys": kept.ring()},
        **watchers(kept.secret, os.environ),
        "prometheus": targets(profiles, os.environ),
    }


def operations(kept: Kept) -> Files:
    """Give the operator's command every address: it runs only while an operator uses it."""
    urls = {
        f"{role.upper()}_DATABASE_URL": database_url(kept, role)["DATABASE_URL"] for role in ROLES
    }
    return {
        **urls,
        **rabbitmq_url(kept, "operations"),
        "MIGRATION_DATABASE_URL": migration(kept)["MIGRATION_DATABASE_URL"],
        "REDIS_URL": redis_url(kept, MONITORING),
    }


def discord_of_operations(discord: Files) -> Files:
    """Give what the operator's command asks Discord with."""
    asked = {"DISCORD_TOKEN", "DISCORD_API_URL", "MEMBERS_INTENT"}
    return {name: text for name, text in discord.items() if name in asked}


def redis_url(kept: Kept, user: str) -> str:
    """Return a user's address of the cache."""
    return f"redis://{user}:{kept.secret(f'{user}-redis')}@redis:6379/0"


def miniature_discord() -> Files:
    """Give the settings of a bot in the miniature Discord."""
    return {
        "DISCORD_TOKEN": demo.TOKEN,
        "DISCORD_API_URL": "http://playground:8000/api/v10",
        "MEMBERS_INTENT": "true",
    }


def database_url(kept: Kept, role: str) -> Files:
    """Give a role's address, through PgBouncer."""
    password = kept.secret(f"{role}-database")
    return {"DATABASE_URL": f"postgresql://{role}:{password}@pgbouncer:6432/{DATABASE}"}


def replica_url(kept: Kept, role: str) -> Files:
    """Give a role's address of the replica, through PgBouncer."""
    password = kept.secret(f"{role}-database")
    url = f"postgresql://{role}:{password}@pgbouncer:6432/{DATABASE}_replica"
    return {"REPLICA_DATABASE_URL": url}


def rabbitmq_url(kept: Kept, user: str) -> Files:
    """Give a user's address."""
    password = kept.secret(f"{user}-rabbitmq")
    return {"RABBITMQ_URL": f"amqp://{user}:{password}@broker:5672/{VHOST}"}


def command_keys(kept: Kept, service: str) -> Files:
    """Derive what proves commands from the sealing keys, which the operator may have set."""
    ring = os.environ.get("SEALING_KEYS") or kept.ring()
    return {"COMMAND_KEYS": str(CommandKeys.derived(ring, service))}


def migration(kept: Kept) -> Files:
    """Return the superuser's address, around PgBouncer, its console's, and the passwords to set."""
    url = f"postgresql://postgres:{kept.secret('postgres')}@postgres:5432/{DATABASE}"
    passwords = {
        f"{role.upper()}_DATABASE_PASSWORD": kept.secret(f"{role}-database")
        for role in (*ROLES, MONITORING)
    }
    replication = {"REPLICATION_PASSWORD": kept.secret("replication")}
    console = f"postgresql://{CONSOLE}:{kept.secret('pgbouncer-console')}@pgbouncer:6432/{CONSOLE}"
    urls = {"MIGRATION_DATABASE_URL": url, "PGBOUNCER_ADMIN_URL": console}
    return {**urls, **passwords, **replication}


def userlist(kept: Kept) -> str:
    """Return PgBouncer's users: it needs the passwords themselves, to log in behind."""
    users = {role: kept.secret(f"{role}-database") for role in (*ROLES, MONITORING)}
    users[CONSOLE] = kept.secret("pgbouncer-console")
    return "".join(f'"{name}" "{password}"\n' for name, password in users.items())


def definitions(kept: Kept, consumers: Sequence[str]) -> Mapping[str, Any]:
    """Give RabbitMQ's definitions, completed by users."""
    known = add_consumers(json.loads(DEFINITIONS.read_text()), consumers)
    names = [*services(known), ADMINISTRATOR]
    return add_users(known, {name: kept.secret(f"{name}-rabbitmq") for name in names})


def redis(kept: Kept) -> Files:
    """Return Redis's configuration; its password on the command line would show in `ps`."""
    password = kept.secret("redis")
    lines = ["include /etc/redis/redis.conf", "bind * -::*", f"requirepass {password}"]
    lines.append(users(lambda user: kept.secret(f"{user}-redis")))
    return {"redis.conf": "\n".join(lines), "password": password}


def hand_over(folder: Path, files: Files) -> None:
    """Make a folder hold these files and no others; only its container mounts it."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        write(folder / name, text, FOR_CONTAINER)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()


if __name__ == "__main__":
    main()
