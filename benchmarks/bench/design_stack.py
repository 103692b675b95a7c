"""Node.js with fastify, pg and Prisma, which the design has in mind, installed at the first run."""

import os
import shutil
import subprocess
from pathlib import Path

from benchmarks.load.saturation import list_url
from deploy.local.instance import LOCAL, PROJECT, free_ports
from deploy.local.mistakes import OperatorMistake
from deploy.local.server import Server, responds
from tests.conftest import Site

SOURCE = PROJECT / "benchmarks" / "bench" / "node"
FOLDER = LOCAL / "node"
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
# The client alone is used; `generate` would fetch a program for migrations besides.
NO_ENGINE = {"PRISMA_SCHEMA_ENGINE_BINARY": shutil.which("true") or "", "CHECKPOINT_DISABLE": "1"}
PATIENCE_SECONDS = 600


def missing() -> str | None:
    """Install what is locked, unless it stands; say in a sentence what keeps us from it."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "fastify is not measured: node and npm are not installed (Node.js 20 or newer)."
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = (SOURCE / "package-lock.json").read_bytes()
    is_current = INSTALLED.exists() and (FOLDER / "package-lock.json").read_bytes() == lock
    shutil.copytree(SOURCE, FOLDER, dirs_exist_ok=True)
    if is_current:
        return None
    for words in (
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        ["npx", "--no-install", "prisma", "generate", "--schema", "schema.prisma"],
    ):
        if failure := _run(words):
            shutil.rmtree(FOLDER / "node_modules", ignore_errors=True)
            return f"fastify is not measured: {words[0]} {words[1]} failed: {failure}"
    return None


def describe(site: Site, client: str, *before: str) -> tuple[str, Server]:
    """Give address and server of fastify over pg or prisma; `before` are words before it."""
    [port] = free_ports(1)
    url = list_url(f"http://127.0.0.1:{port}")
    server = Server(
        site.servers.instance,
        f"fastify-{client}",
        [*before, _node(), str(FOLDER / "serve.js"), client],
        ready=lambda: responds(url),
        environment={
            "HTTP_PORT": str(port),
            "DATABASE_URL": site.pooled_url("invitations"),
            "NODE_ENV": "production",
        },
        is_ours=True,
    )
    return url, server


def _node() -> str:
    found = shutil.which("node")
    if found is None:
        raise OperatorMistake("node is missing: install Node.js 20 or newer.")
    return found


def _run(words: list[str]) -> str | None:
    done = subprocess.run(  # noqa: S603 - our own words
        words,
        cwd=Path(FOLDER),
        env={**os.environ, **NO_ENGINE},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    said = done.stderr.strip() or done.stdout.strip()
    return (said.splitlines() or ["no reason"])[-1] if done.returncode else None
