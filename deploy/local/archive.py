"""A private PostgreSQL that archives into a private repository of pgBackRest."""

import signal
from dataclasses import dataclass
from pathlib import Path

from deploy.backup.physical import STANZA
from deploy.backup.shell import Shell
from deploy.local import databases, postgresql
from deploy.local.instance import Instance
from deploy.local.programs import postgresql_program, program
from deploy.local.server import Server, accepts


@dataclass(frozen=True)
class Archive:
    """Where the server listens, how long it keeps what it wrote to itself, and its version."""

    instance: Instance
    port: int
    timeout_seconds: int
    major: str = ""

    @property
    def first_folder(self) -> Path:
        """Return where the first cluster lies; restored ones have folders of their own."""
        return self.instance.data / "postgresql"

    @property
    def repository(self) -> Path:
        """Return pgBackRest's repository."""
        return self.instance.data / "repository"

    def url(self, database: str) -> str:
        """Return the superuser's URL."""
        return postgresql.superuser_url(self.instance, self.port, database)

    def shell(self, folder: Path) -> Shell:
        """Return what runs programs for the cluster in a folder."""
        return Shell(self._environment(folder), self.instance.as_user(), self.major)

    def server(self, folder: Path) -> Server:
        """Describe the server of a cluster, with production's way of archiving."""
        settings = {
            "config_file": str(self.instance.copy("postgres/postgresql.conf")),
            "hba_file": str(self.instance.copy("postgres/pg_hba.conf")),
            "port": str(self.port),
            **postgresql.LAPTOP,
            "archive_mode": "on",
            "archive_timeout": f"{self.timeout_seconds}s",
            "hot_standby": "off",  # so that it answers only once all is replayed
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Server(
            self.instance,
            f"postgresql-{folder.name}",
            [postgresql_program("postgres", self.major), "-D", str(folder), *words],
            ready=lambda: accepts(self.port) and postgresql.answers(self.url("postgres")),
            stop_signal=signal.SIGINT,
            environment=self._environment(folder),
        )

    def _environment(self, folder: Path) -> dict[str, str]:
        program("pgbackrest")  # or say which package brings it
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": postgresql.SUPERUSER,
            "PGPASSWORD": self.instance.secret("postgres"),
            "PGDATABASE": postgresql.DATABASE,
            "PGBACKREST_CONFIG": str(self.instance.copy("postgres/pgbackrest.conf")),
            "PGBACKREST_STANZA": STANZA,
            "PGBACKREST_REPO1_PATH": str(self.repository),
            "PGBACKREST_PG1_PATH": str(folder),
            "PGBACKREST_PG1_PORT": str(self.port),
            "PGBACKREST_LOCK_PATH": str(self.instance.data / "pgbackrest"),
        }


def make_database(archive: Archive) -> None:
    """Make the product's database, migrated, and the place of the repository."""
    archive.instance.make_folder(archive.repository)
    if not databases.exists(archive.url("postgres"), postgresql.DATABASE):
        databases.create(archive.url("postgres"), postgresql.DATABASE)
    passwords = {
        f"{role.upper()}_DATABASE_PASSWORD": archive.instance.secret(f"{role}-database")
        for role in postgresql.ROLES
    }
    databases.migrate({"MIGRATION_DATABASE_URL": archive.url(postgresql.DATABASE), **passwords})
