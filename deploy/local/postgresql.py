"""PostgreSQL and, in front of it, PgBouncer."""

import signal
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.local.instance import Instance
from deploy.local.mistakes import OperatorMistake
from deploy.local.programs import (
    pgbouncer_keeps_prepared_statements,
    postgresql_major,
    postgresql_program,
    program,
)
from deploy.local.server import Server, accepts

DATABASE = "vrc_discord_bot"
ON_REPLICA = "_replica"  # behind the name of a database: PgBouncer's name for it on the replica
ROLES = ("invitations", "tickets", "scheduler")
SUPERUSER = "postgres"
REPLICAS = "pgbouncer/replicas.ini"

# An abstract one: no path is too long, and none is left behind. The port is part of its name.
SOCKET = "@doukikai"

# What deploy/postgres/postgresql.conf asks of a server of 16 GB and a laptop cannot give.
LAPTOP = {
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_keep_size": "0",
    "archive_mode": "off",
    "max_slot_wal_keep_size": "256MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": SOCKET,
}
# What one session may use of its own, as in docker-compose.yml. PostgreSQL bounds no statement, and
# any role may raise its own work_mem.
SESSION_BYTES = 256 << 20
# Tests throw their data away, so a power failure may take it.
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class PostgresqlPorts:
    """Where they listen; the replica is started only where it is wanted."""

    postgresql: int
    pgbouncer: int
    replica: int


def postgresql(instance: Instance, ports: PostgresqlPorts, *, forgetful: bool) -> Server:
    """Describe PostgreSQL on a data folder that exists afterwards."""
    folder = instance.data / "postgresql"
    if (folder / "PG_VERSION").exists():
        refuse_other_version(folder)
    else:
        make_cluster(instance)
    return server(instance, "postgresql", folder, ports.postgresql, forgetful=forgetful)


def server(instance: Instance, name: str, folder: Path, port: int, *, forgetful: bool) -> Server:
    """Describe a PostgreSQL on a data folder, with production's settings."""
    settings = {
        "config_file": str(instance.copy("postgres/postgresql.conf")),
        "hba_file": str(instance.copy("postgres/pg_hba.conf")),
        "port": str(port),
        **LAPTOP,
        **(_FORGETFUL if forgetful else {}),
    }
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    url = superuser_url(instance, port, "postgres")
    return Server(
        instance,
        name,
        [
            *(program("prlimit", "util-linux"), f"--data={SESSION_BYTES}"),
            *(postgresql_program("postgres"), "-D", str(folder), *words),
        ],
        ready=lambda: accepts(port) and answers(url),
        stop_signal=signal.SIGINT,  # fast shutdown: clients are cut off, the data is whole
    )


def pgbouncer(instance: Instance, ports: PostgresqlPorts) -> Server:
    """Describe PgBouncer with production's numbers, for the product's and any private database.

    It reaches PostgreSQL by its socket, as in production.
    """
    users = {SUPERUSER: instance.secret("postgres")}
    users |= {role: instance.secret(f"{role}-database") for role in ROLES}
    userlist = "".join(f'"{name}" "{password}"\n' for name, password in users.items())
    primary = f"host={SOCKET} port={ports.postgresql}"
    settings = {
        "listen_port": str(ports.pgbouncer),
        "auth_file": str(instance.write("pgbouncer/userlist.txt", userlist)),
        "admin_users": SUPERUSER,
        **({"max_prepared_statements": "200"} if pgbouncer_keeps_prepared_statements() else {}),
    }
    write_replicas(instance, ports, [DATABASE])
    lines = [
        # A second [pgbouncer] would bring defaults back; the included file ends inside it.
        f"%include {instance.copy('pgbouncer/pgbouncer.ini')}",
        *(f"{name} = {value}" for name, value in settings.items()),
        "[databases]",
        f"{DATABASE} = {primary} dbname={DATABASE}",
        f"%include {instance.data / 'configuration' / REPLICAS}",
        f"* = {primary} pool_size=20",  # each test module has a database of its own
    ]
    path = instance.write("pgbouncer/local.ini", "\n".join(lines) + "\n")
    return Server(
        instance,
        "pgbouncer",
        [program("pgbouncer"), str(path)],
        ready=lambda: accepts(ports.pgbouncer),
        stop_signal=signal.SIGKILL,  # it keeps nothing; its polite stop waits for every client
    )


def write_replicas(instance: Instance, ports: PostgresqlPorts, databases: Iterable[str]) -> None:
    """Name the databases that PgBouncer finds on the replica; one that runs reads it at RELOAD."""
    on_replica = f"host={SOCKET} port={ports.replica} pool_size=20"
    lines = [f"{name}{ON_REPLICA} = {on_replica} dbname={name}\n" for name in databases]
    instance.write(REPLICAS, "".join(lines))


def superuser_url(instance: Instance, port: int, database: str) -> str:
    """Return the URL of the superuser, straight to PostgreSQL."""
    return f"postgresql://{SUPERUSER}:{instance.secret('postgres')}@127.0.0.1:{port}/{database}"


def make_cluster(instance: Instance, major: str = "") -> None:
    """Make an empty cluster in the data folder, with the superuser's password."""
    password = instance.write("postgres/superuser", instance.secret("postgres"))
    words = ["--pgdata", str(instance.data / "postgresql"), "--username", SUPERUSER]
    words += ["--pwfile", str(password), "--auth", "scram-sha-256", "--no-sync"]
    words += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
    command = [*instance.as_user(), postgresql_program("initdb", major), *words]
    made = subprocess.run(  # noqa: S603 - our own words
        command, check=False, cwd=instance.data, capture_output=True, text=True
    )
    if made.returncode:
        reason = (made.stderr.splitlines() or ["no reason"])[-1]
        message = f"initdb could not make a database cluster: {reason}"
        raise OperatorMistake(message)


def refuse_other_version(folder: Path) -> None:
    """Say so when another major version has made the data, for it reads only its own."""
    made_by, ours = (folder / "PG_VERSION").read_text().strip(), postgresql_major()
    if made_by != ours:
        raise OperatorMistake(
            f"{folder} was made by PostgreSQL {made_by}, and this machine has {ours}. Install"
            f" postgresql-{made_by} beside it to dump what is there, or remove the folder"
            f" {folder.parent} to begin without it."
        )


def answers(url: str) -> bool:
    """Tell whether a client can connect with this URL."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
