"""Where the servers' programs are on Debian and Ubuntu."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.local.mistakes import OperatorMistake

# A Debian user's PATH lacks the folders where servers live.
_SERVER_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin")
_POSTGRESQL_FOLDER = Path("/usr/lib/postgresql")
# Debian's /usr/sbin/rabbitmq-server changes user and writes to /var; the script behind it does not.
_RABBITMQ_SCRIPTS = Path("/usr/lib/rabbitmq/bin")


def program(name: str, package: str | None = None) -> str:
    """Return the path of a program, or name the package that brings it."""
    found = shutil.which(name, path=os.pathsep.join((*os.get_exec_path(), *_SERVER_FOLDERS)))
    if found is None:
        raise _missing(name, package or name)
    return found


def postgresql_program(name: str, major: str = "") -> str:
    """Return a program of a major version of PostgreSQL, or of the newest one installed."""
    path = _POSTGRESQL_FOLDER / (major or (postgresql_majors(name) or [""])[-1]) / "bin" / name
    if not path.exists():
        raise _missing(name, "postgresql")
    return str(path)


def postgresql_majors(name: str = "postgres") -> list[str]:
    """List the versions of PostgreSQL that have a program, the newest last."""
    versions = [
        path.parent.name for path in _POSTGRESQL_FOLDER.glob("*/bin") if (path / name).exists()
    ]
    return sorted(versions, key=float)


def postgresql_major() -> str:
    """Return the major version of the newest PostgreSQL installed."""
    return Path(postgresql_program("postgres")).parents[1].name


def rabbitmq_program(name: str = "rabbitmq-server") -> str:
    """Return a script of RabbitMQ's: its start script, if not said."""
    if not (_RABBITMQ_SCRIPTS / name).exists():
        raise _missing(name, "rabbitmq-server")
    return str(_RABBITMQ_SCRIPTS / name)


def pgbouncer_keeps_prepared_statements() -> bool:
    """Tell whether PgBouncer is 1.21 or newer, from where transactions may share statements."""
    answer = subprocess.run(  # noqa: S603 - a program found by us, no foreign input
        [program("pgbouncer"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    version = re.search(r"(\d+)\.(\d+)", answer)
    return version is not None and (int(version[1]), int(version[2])) >= (1, 21)


def _missing(name: str, package: str) -> OperatorMistake:
    return OperatorMistake(
        f"{name} is missing: run deploy/local/install.sh demo, or install the package {package}."
    )
