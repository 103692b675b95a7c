"""All servers of the local stack: started side by side, awaited, addressed, stopped."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from deploy.local import databases, postgresql, rabbitmq, replica
from deploy.local.caches import prometheus, redis, redis_password, scrape
from deploy.local.instance import (
    Instance,
    free_ports,
    kept_instance,
    passing_instance,
)
from deploy.local.server import Server
from deploy.local.steps import step
from deploy.rabbitmq.add_users import ADMINISTRATOR

_TEMPLATE = "migrated"


@dataclass(frozen=True)
class Servers:
    """Addresses of running servers, and private databases and vhosts on them."""

    instance: Instance
    postgresql_ports: postgresql.PostgresqlPorts
    rabbitmq_ports: rabbitmq.RabbitmqPorts
    redis_port: int
    prometheus_port: int
    processes: list[Server] = field(default_factory=list)

    def superuser_url(self, database: str = postgresql.DATABASE) -> str:
        """Return the superuser's URL, straight to PostgreSQL: for migrations."""
        return postgresql.superuser_url(self.instance, self.postgresql_ports.postgresql, database)

    @property
    def console_url(self) -> str:
        """Return the URL of PgBouncer's console, as its administrator."""
        return postgresql.superuser_url(self.instance, self.postgresql_ports.pgbouncer, "pgbouncer")

    def database_url(self, role: str, database: str = postgresql.DATABASE) -> str:
        """Return a service's URL through PgBouncer."""
        return self._role_url(role, self.postgresql_ports.pgbouncer, database)

    def direct_database_url(self, role: str, database: str = postgresql.DATABASE) -> str:
        """Return a service's URL around PgBouncer."""
        return self._role_url(role, self.postgresql_ports.postgresql, database)

    def replica_url(self, role: str, database: str = postgresql.DATABASE) -> str:
        """Return a service's URL of the replica, through PgBouncer."""
        return self.database_url(role, database + postgresql.ON_REPLICA)

    def replica_superuser_url(self, database: str = postgresql.DATABASE) -> str:
        """Return the superuser's URL, straight to the replica."""
        return postgresql.superuser_url(self.instance, self.postgresql_ports.replica, database)

    def start_replica(self, *, forgetful: bool) -> Server:
        """Copy PostgreSQL as it is now, and run a replica that follows it."""
        with step("copy for the replica"):
            server = replica.replica(self.instance, self.postgresql_ports, forgetful=forgetful)
        self.processes.append(server)
        server.launch()
        with step(server.name):
            server.await_ready()
        return server

    def stop_replica(self, server: Server) -> None:
        """Stop a replica and throw its copy away."""
        server.end()
        self.processes.remove(server)
        replica.forget(self.instance, self.postgresql_ports)

    def show_on_replica(self, *names: str) -> None:
        """Let PgBouncer know the replica's copies of private databases."""
        ports = self.postgresql_ports
        postgresql.write_replicas(self.instance, ports, [postgresql.DATABASE, *names])
        with psycopg.connect(self.console_url, autocommit=True) as connection:
            connection.execute("RELOAD")

    def rabbitmq_url(self, user: str, vhost: str = rabbitmq.VHOST) -> str:
        """Return a user's AMQP URL."""
        password = rabbitmq.password(self.instance, user)
        return f"amqp://{user}:{password}@127.0.0.1:{self.rabbitmq_ports.amqp}/{vhost}"

    @property
    def has_replica(self) -> bool:
        """Tell whether a replica was started."""
        return any(server.name == replica.NAME for server in self.processes)

    @property
    def management_url(self) -> str:
        """Return the address of RabbitMQ's management page and API."""
        return f"http://127.0.0.1:{self.rabbitmq_ports.management}"

    @property
    def management_credentials(self) -> tuple[str, str]:
        """Return name and password of RabbitMQ's administrator."""
        return ADMINISTRATOR, rabbitmq.password(self.instance, ADMINISTRATOR)

    def redis_url(self, user: str = "default", database: int = 0) -> str:
        """Return a user's URL of the cache; there are 1,024 databases in it."""
        password = redis_password(self.instance, user)
        return f"redis://{user}:{password}@127.0.0.1:{self.redis_port}/{database}"

    @property
    def prometheus_url(self) -> str:
        """Return Prometheus's address."""
        return f"http://127.0.0.1:{self.prometheus_port}"

    def scrape(self, services: Mapping[str, Sequence[int]]) -> None:
        """Let Prometheus watch services, given the HTTP ports of each."""
        scrape(self.instance, "services", services)

    def migration_settings(self, database: str = postgresql.DATABASE) -> dict[str, str]:
        """Return the environment of `python -m schema.migrate`."""
        passwords = {
            f"{role.upper()}_DATABASE_PASSWORD": self.instance.secret(f"{role}-database")
            for role in postgresql.ROLES
        }
        return {
            "MIGRATION_DATABASE_URL": self.superuser_url(database),
            "PGBOUNCER_ADMIN_URL": self.console_url,
            **passwords,
        }

    def migrate(self, database: str = postgresql.DATABASE, *words: str) -> None:
        """Bring a database, made when it is missing, to the current schema."""
        if not databases.exists(self._administration_url, database):
            databases.create(self._administration_url, database)
        databases.migrate(self.migration_settings(database), *words)

    def create_database(self, name: str) -> None:
        """Make a private database as a copy of a migrated one."""
        if not databases.exists(self._administration_url, _TEMPLATE):
            self.migrate(_TEMPLATE)
        databases.copy(self._administration_url, _TEMPLATE, name)

    def drop_database(self, name: str) -> None:
        """Drop a private database and close every connection to it."""
        databases.drop(self._administration_url, name)

    def create_vhost(self, name: str, consumers: Sequence[str] = ()) -> None:
        """Make a private vhost with the whole topology, policies and permissions."""
        rabbitmq.make_vhost(self.instance, self.rabbitmq_ports, name, consumers)

    def unbind(self, name: str) -> None:
        """Remove the bindings of a vhost that definitions.json no longer has."""
        rabbitmq.unbind(self.instance, self.rabbitmq_ports, name)

    def drop_vhost(self, name: str) -> None:
        """Delete a private vhost."""
        rabbitmq.drop_vhost(self.instance, self.rabbitmq_ports, name)

    def _role_url(self, role: str, port: int, database: str) -> str:
        password = self.instance.secret(f"{role}-database")
        return f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}"

    @property
    def _administration_url(self) -> str:
        return self.superuser_url("postgres")


@contextmanager
def kept_servers(name: str, *, with_replica: bool = False) -> Iterator[Servers]:
    """Run servers on `.local/<name>`, whose data outlives them: the demo."""
    with kept_instance(name) as instance, _running(instance, forgetful=False) as servers:
        rabbitmq.bring_up_to_date(instance, servers.rabbitmq_ports)
        if with_replica:
            servers.start_replica(forgetful=False)
        yield servers


@contextmanager
def passing_servers(name: str, *, forgetful: bool = True) -> Iterator[Servers]:
    """Run servers on empty data that goes with them: tests, any number at the same time.

    Forgetful ones are faster, and lose what they have confirmed when they are killed.
    """
    with passing_instance(name) as instance, _running(instance, forgetful=forgetful) as servers:
        yield servers


@contextmanager
def _running(instance: Instance, *, forgetful: bool) -> Iterator[Servers]:
    ports = free_ports(10)
    servers = Servers(
        instance,
        postgresql.PostgresqlPorts(*ports[:3]),
        rabbitmq.RabbitmqPorts(*ports[3:8]),
        redis_port=ports[8],
        prometheus_port=ports[9],
    )
    try:
        _launch(servers, forgetful=forgetful)
        for server in servers.processes:
            with step(server.name):
                server.await_ready()
        yield servers
    finally:
        _stop(servers.processes)


def _launch(servers: Servers, *, forgetful: bool) -> None:
    """Launch everything at once, what takes longest to start first."""
    instance = servers.instance
    scrape(instance, "rabbitmq", {}, [servers.rabbitmq_ports.metrics])
    scrape(instance, "services", {})

    def launch(server: Server) -> Server:
        servers.processes.append(server)
        server.launch()
        return server

    launch(rabbitmq.epmd(instance, servers.rabbitmq_ports)).await_ready()
    launch(rabbitmq.rabbitmq(instance, servers.rabbitmq_ports, forgetful=forgetful))
    launch(redis(instance, servers.redis_port))
    launch(prometheus(instance, servers.prometheus_port))
    with step("data folder of PostgreSQL"):
        server = postgresql.postgresql(instance, servers.postgresql_ports, forgetful=forgetful)
    launch(server)
    launch(postgresql.pgbouncer(instance, servers.postgresql_ports))


def _stop(processes: list[Server]) -> None:
    """Stop in reverse order, side by side but for epmd, which RabbitMQ needs to the end."""
    if not processes:
        return
    with step("stopping the servers"):
        for server in reversed(processes[1:]):
            server.ask_to_stop()
        for server in reversed(processes):
            server.end()
