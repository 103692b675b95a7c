"""PostgreSQL and, in front of it, PgBouncer."""

import signal
import subprocess
from dataclasses import dataclass

import psycopg

from deploy.local.instance import Instance
from deploy.local.mistakes import OperatorMistake
from deploy.local.programs import (
    pgbouncer_keeps_prepared_statements,
    postgresql_program,
    program,
)
from deploy.local.server import Server, accepts

DATABASE = "vrc_discord_bot"
ROLES = ("invitations", "tickets", "scheduler")
SUPERUSER = "postgres"

# What deploy/postgres/postgresql.conf asks of a server of 16 GB and a laptop cannot give.
LAPTOP = {
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "wal_keep_size": "0",
    "archive_mode": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
# Tests throw their data away, so a power failure may take it.
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class PostgresqlPorts:
    """Where the two listen."""

    postgresql: int
    pgbouncer: int


def postgresql(instance: Instance, ports: PostgresqlPorts, *, forgetful: bool) -> Server:
    """Describe PostgreSQL on a data folder that exists afterwards."""
    folder = instance.data / "postgresql"
    if not (folder / "PG_VERSION").exists():
        make_cluster(instance)
    settings = {
        "config_file": str(instance.copy("postgres/postgresql.conf")),
        "hba_file": str(instance.copy("postgres/pg_hba.conf")),
        "port": str(ports.postgresql),
        **LAPTOP,
        **(_FORGETFUL if forgetful else {}),
    }
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    url = superuser_url(instance, ports.postgresql, "postgres")
    return Server(
        instance,
        "postgresql",
        [postgresql_program("postgres"), "-D", str(folder), *words],
        ready=lambda: accepts(ports.postgresql) and answers(url),
        stop_signal=signal.SIGINT,  # fast shutdown: clients are cut off, the data is whole
    )


def pgbouncer(instance: Instance, ports: PostgresqlPorts) -> Server:
    """Describe PgBouncer with production's numbers, for the product's and any private database."""
    users = {SUPERUSER: instance.secret("postgres")}
    users |= {role: instance.secret(f"{role}-database") for role in ROLES}
    userlist = "".join(f'"{name}" "{password}"\n' for name, password in users.items())
    server = f"host=127.0.0.1 port={ports.postgresql}"
    settings = {
        "listen_port": str(ports.pgbouncer),
        "auth_file": str(instance.write("pgbouncer/userlist.txt", userlist)),
        "admin_users": SUPERUSER,
        **({"max_prepared_statements": "200"} if pgbouncer_keeps_prepared_statements() else {}),
    }
    lines = [
        # A second [pgbouncer] would bring defaults back; the included file ends inside it.
        f"%include {instance.copy('pgbouncer/pgbouncer.ini')}",
        *(f"{name} = {value}" for name, value in settings.items()),
        "[databases]",
        f"{DATABASE} = {server} dbname={DATABASE}",
        f"* = {server} pool_size=20",  # each test module has a database of its own
    ]
    path = instance.write("pgbouncer/local.ini", "\n".join(lines) + "\n")
    return Server(
        instance,
        "pgbouncer",
        [program("pgbouncer"), str(path)],
        ready=lambda: accepts(ports.pgbouncer),
        stop_signal=signal.SIGKILL,  # it keeps nothing; its polite stop waits for every client
    )


def superuser_url(instance: Instance, port: int, database: str) -> str:
    """Return the URL of the superuser, straight to PostgreSQL."""
    return f"postgresql://{SUPERUSER}:{instance.secret('postgres')}@127.0.0.1:{port}/{database}"


def make_cluster(instance: Instance) -> None:
    """Make an empty cluster in the data folder, with the superuser's password."""
    password = instance.write("postgres/superuser", instance.secret("postgres"))
    words = ["--pgdata", str(instance.data / "postgresql"), "--username", SUPERUSER]
    words += ["--pwfile", str(password), "--auth", "scram-sha-256", "--no-sync"]
    words += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
    command = [*instance.as_user(), postgresql_program("initdb"), *words]
    made = subprocess.run(  # noqa: S603 - our own words
        command, check=False, cwd=instance.data, capture_output=True, text=True
    )
    if made.returncode:
        reason = (made.stderr.splitlines() or ["no reason"])[-1]
        message = f"initdb could not make a database cluster: {reason}"
        raise OperatorMistake(message)


def answers(url: str) -> bool:
    """Tell whether somebody with this URL is let in."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
