"""How the programs of PostgreSQL and pgBackRest are run."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.backup.mistakes import BackupError
from deploy.local.programs import postgresql_program, program


@dataclass(frozen=True)
class Shell:
    """With which settings of libpq (PG…) and pgBackRest (PGBACKREST_…), and as whom."""

    environment: Mapping[str, str] = field(default_factory=dict)
    prefix: Sequence[str] = ()  # makes us the user who owns the cluster's files
    major: str = ""  # whose programs; those of the newest PostgreSQL unless given

    def pgbackrest(self, *words: str) -> str:
        """Run pgBackRest and return what it answered."""
        return self.beside_the_cluster(program("pgbackrest"), *words)

    def pg_ctl(self, *words: str) -> None:
        """Start or stop a server."""
        self.beside_the_cluster(postgresql_program("pg_ctl", self.major), *words)

    def client(self, name: str, *words: str) -> str:
        """Run a client of PostgreSQL."""
        return self._run([postgresql_program(name, self.major), *words])

    def beside_the_cluster(self, *words: str) -> str:
        """Run a program as the user who owns the cluster's files."""
        return self._run(words, self.prefix)

    def ask(self, statement: str, *words: str) -> list[list[str]]:
        """Return the rows of an SQL statement."""
        options = ("--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--field-separator=\t")
        answer = self.client("psql", *options, *words, "--command", statement)
        return [line.split("\t") for line in answer.splitlines()]

    def _run(self, words: Sequence[str], prefix: Sequence[str] = ()) -> str:
        done = subprocess.run(  # noqa: S603 - our own words
            [*prefix, *words],
            check=False,
            cwd="/",
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise BackupError(f"{Path(words[0]).name} failed: {_reason(done.stderr, done.stdout)}")
        return done.stdout


def _reason(*texts: str) -> str:
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "ERROR" in line or "error" in line]
    return (errors or lines or ["it gave no reason"])[0]
