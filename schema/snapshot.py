"""Write the whole schema as pg_dump gives it, without what differs from run to run."""

import re
import shutil
import subprocess
from pathlib import Path

import psycopg

from schema.catalogue import as_reloaded

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
HEADER = "-- Written by `make snapshot`; a test compares it with the migrations.\n"
RELEASE_HEADER = """\
-- The whole schema of release {version} and the marks of its migrations, for an empty database of
-- a server with the roles of roles.sql. Written by `make snapshot`; upgrades are tested from it.
SET check_function_bodies = false;
"""
VERSION = re.compile(r"\d+\.\d+\.\d+")
# Versions, the random key of \restrict and the settings of the session are not the schema.
NOISE = re.compile(r"^(--.*|\\(un)?restrict .*|SET .*;|SELECT pg_catalog\.set_config.*)?$")
# Releases of pg_dump differ: since 16 an owner of a view or sequence is given by its own kind of
# ALTER, before 17 a space was doubled. Each becomes a form that every release reads.
SAME = (
    (re.compile(r"(?m)^ALTER (?:SEQUENCE|VIEW) (\S+ OWNER TO)"), r"ALTER TABLE \1"),
    (re.compile(r"(?m)^(ALTER DEFAULT PRIVILEGES .* ON \w+)  (FROM|TO) "), r"\1 \2 "),
)
# The same text for the same files: the moment is left to the column's default.
SELECT_MARKS = """
SELECT format('INSERT INTO migrations.applied (service, migration, sha256) VALUES (%L, %L, %L);',
              service, migration, sha256)
  FROM migrations.applied
 ORDER BY service, migration
"""


class SnapshotError(Exception):
    """Why no snapshot could be written, in one sentence."""


def write_snapshot(url: str, path: Path) -> None:
    """Write the schema of the database at `url` to `path`; raises SnapshotError."""
    path.write_text(HEADER + snapshot(url), encoding="utf-8")
    print(f"{path.parent.name}/{path.name} written")


def write_release(url: str, folder: Path, version: str) -> None:
    """Write the schema and the marks of the database at `url` as those of a release."""
    if not VERSION.fullmatch(version):
        raise SnapshotError(f"A release is named like 0.1.0, not {version}.")
    with psycopg.connect(url) as connection:
        marks = [f"{row[0]}\n" for row in connection.execute(SELECT_MARKS)]
    text = RELEASE_HEADER.format(version=version) + snapshot(url) + "\n" + "".join(marks)
    (folder / f"{version}.sql").write_text(text, encoding="utf-8")
    print(f"schema/releases/{version}.sql written")


def snapshot(url: str) -> str:
    """Return the schema of the database at `url` as SQL, the same text for the same schema."""
    command = [pg_dump(), "--schema-only", f"--dbname={url}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own binary and setting
    if result.returncode != 0:
        message = f"pg_dump failed: {' '.join(result.stderr.split())}"
        raise SnapshotError(message)
    lines = [line for line in result.stdout.splitlines() if not NOISE.match(line)]
    text = as_reloaded("\n".join(lines) + "\n")
    for pattern, form in SAME:
        text = pattern.sub(form, text)
    return text


def pg_dump() -> str:
    """Find pg_dump on the path, or the newest one where Debian keeps it."""
    versions = DEBIAN_BINARIES.glob("*/bin/pg_dump")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = shutil.which("pg_dump") or newest
    if found is None:
        message = "pg_dump is not installed; it comes with the PostgreSQL client."
        raise SnapshotError(message)
    return str(found)
