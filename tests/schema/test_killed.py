"""A migration that is killed at any moment is finished by the next run."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from schema import catalogue
from schema.migrate import migrate
from tests.conftest import Site
from tests.schema.conftest import passwords_of

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("KILLS", "15"))
SEED = int(os.environ.get("SEED", time.time_ns() % 10**6))
MARKS = "SELECT service, migration, sha256 FROM migrations.applied ORDER BY 1, 2"
# A killed process has no transaction that could still commit.
IS_GONE = """
SELECT NOT EXISTS (SELECT FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                      AND backend_type = 'client backend'), pg_sleep(0.01)
"""


class Databases:
    """Databases without a schema, one after the other under one name."""

    def __init__(self, site: Site) -> None:
        self._administration_url = site.superuser_url
        self.passwords = passwords_of(site)
        name = f"{site.name}_killed"
        self.url = urlunsplit(urlsplit(site.superuser_url)._replace(path=f"/{name}"))
        self._drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
        self._create = f"CREATE DATABASE {name}"

    def drop(self) -> None:
        with psycopg.connect(self._administration_url, autocommit=True) as connection:
            connection.execute(self._drop.encode())

    def empty(self) -> None:
        self.drop()
        with psycopg.connect(self._administration_url, autocommit=True) as connection:
            connection.execute(self._create.encode())

    def state(self) -> tuple[set[str], list[tuple[str, ...]]]:
        """Describe the schema and its marks."""
        with psycopg.connect(self.url) as connection:
            return catalogue.lines(connection), connection.execute(MARKS).fetchall()

    def half_way(self) -> int:
        """Count the marks of a killed run, once nothing of it is running."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not connection.execute(IS_GONE).fetchone()[0]:  # type: ignore[index] # one row
                pass
            if not connection.execute("SELECT to_regclass('migrations.applied')").fetchone()[0]:  # type: ignore[index] # likewise
                return 0
            return len(connection.execute(MARKS).fetchall())

    def start(self) -> subprocess.Popen[bytes]:
        """Start the command as an operator would."""
        environment = {f"{name.upper()}_DATABASE_PASSWORD": p for name, p in self.passwords.items()}
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "schema.migrate"],
            cwd=ROOT,
            env=os.environ | environment | {"MIGRATION_DATABASE_URL": self.url},
            stdout=subprocess.PIPE,
        )


@pytest.fixture
def databases(database: Site) -> Iterator[Databases]:
    databases = Databases(database)
    databases.empty()
    yield databases
    databases.drop()


def kill_after(process: subprocess.Popen[bytes], lines: int, seconds: float) -> bool:
    """Kill a process some time after it has said so many lines; tell whether it still ran."""
    assert process.stdout is not None
    for _ in range(lines):
        process.stdout.readline()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
    return process.returncode != 0


@pytest.mark.timeout(120 + 30 * KILLS)
def test_a_migration_killed_at_any_moment_is_finished_by_the_next_run(
    databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    """`KILLS=200 SEED=7` chooses how many moments, and which."""
    started_at = time.monotonic()
    assert not kill_after(databases.start(), lines=1000, seconds=120)
    seconds = time.monotonic() - started_at
    wanted = databases.state()
    steps = len(wanted[1])
    moments = random.Random(SEED)  # noqa: S311 - not for secrets
    found: Counter[str] = Counter()
    for _ in range(KILLS):
        databases.empty()
        # By lines, since a run takes many times as long on a busy machine; then at any moment.
        lines, pause = moments.randint(0, steps), moments.uniform(0, 2 * seconds / steps)
        was_killed = kill_after(databases.start(), lines, pause)
        marked = databases.half_way()
        migrate(databases.url, databases.passwords)
        assert databases.state() == wanted, f"{marked} were marked; SEED={SEED}"
        is_half_way = was_killed and 0 < marked < steps
        found["half way" if is_half_way else "killed" if was_killed else "too late"] += 1
    with capsys.disabled():
        print(f"  {dict(found)}, SEED={SEED}")  # noqa: T201 - what one wants to know
