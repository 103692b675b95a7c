"""On what, and of what, something was measured."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.instance import PROJECT
from deploy.local.programs import postgresql_program, program

GIBIBYTE = 1024**3


def described() -> str:
    """Name the day, the commit, the machine, how busy it was before, and the versions."""
    commit = _said(["git", "-C", str(PROJECT), "rev-parse", "--short=10", "HEAD"])
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIBIBYTE
    cores = len(os.sched_getaffinity(0))
    before = f"{os.getloadavg()[0]:.1f} before"
    versions = [
        f"Python {platform.python_version()}",
        f"PostgreSQL {_version([postgresql_program('postgres'), '--version'])}",
        f"PgBouncer {_version([program('pgbouncer'), '--version'])}",
        f"Redis {_version([program('redis-server'), '--version'])}",
    ]
    if node := shutil.which("node"):
        versions.append(f"Node.js {_version([node, '--version'])}")
    day = datetime.now(UTC).date()
    machine = f"{_processor()}, {cores} cores, {memory:.0f} GB (load {before})"
    return f"{day} at commit {commit}: {machine}; {', '.join(versions)}"


def _processor() -> str:
    found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def _version(words: Sequence[str]) -> str:
    found = re.search(r"\d+(?:\.\d+)+", _said(words))
    return found[0] if found else "?"


def _said(words: Sequence[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return done.stdout.strip()
