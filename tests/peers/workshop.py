"""A folder into which peers are installed, and the running product that they read."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypeAlias

from deploy.local.programs import program
from deploy.local.servers import Servers, passing_servers
from tests.conftest import Site

HERE = Path(__file__).parent
# Tools that would call home, or look for a newer release of themselves.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


class Failed(Exception):  # noqa: N818 - it reads as what the peer has done
    """A peer has failed: by which code, why, and what it said."""

    def __init__(self, sentence: str, said: str = "", code: int = 1) -> None:
        super().__init__(sentence)
        self.sentence, self.said, self.code = sentence, said, code


class Workshop:
    """Installs peers, runs them in the folder, and starts servers for the first that needs some."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self.folder = folder
        self.python = Path(program("python3"))
        self._stack = stack
        self._servers: Servers | None = None

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path) -> AsyncIterator["Workshop"]:
        """Open a workshop in an empty folder."""
        async with AsyncExitStack() as stack:
            workshop = cls(folder, stack)
            (folder / "package.json").write_text('{"private": true, "type": "module"}')
            for path in (*(HERE / "js").iterdir(), *(HERE / "bots").glob("*.*")):
                (folder / path.name).write_text(path.read_text())
            yield workshop

    async def install(self, name: str, npm: Sequence[str], pip: Sequence[str]) -> None:
        """Install a peer's packages at their versions, those of Python for this peer alone.

        No package of Node runs a script of its own for it.
        """
        if npm:
            quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--save-exact")
            await self.call(program("npm"), "install", *quiet, *npm)
        if pip:
            await self.call(program("python3"), "-m", "venv", f"py-{name}")
            self.python = self.folder / f"py-{name}" / "bin" / "python"
            words = ("--quiet", "--disable-pip-version-check")
            await self.call(str(self.python), "-m", "pip", "install", *words, *pip)

    async def node(self, script: str, *words: str, **environment: str) -> str:
        """Run a script of `js/`, or one that a package brings; return what it says."""
        if script.endswith(".js"):
            return await self.call(program("node", "nodejs"), script, *words, **environment)
        binary = self.folder / "node_modules" / ".bin" / script
        return await self.call(str(binary), *words, **environment)

    async def call(self, *command: str, **environment: str) -> str:
        """Run a command in the folder to its end; raises Failed unless its exit code is 0."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.folder,
            env=self.environment(**environment),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await process.communicate())[0].decode(errors="replace")
        if process.returncode:
            words = " ".join((Path(command[0]).name, *command[1:3]))
            raise Failed(f"{words} failed", said, process.returncode)
        return said

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment in which a peer runs."""
        return {**os.environ, "PYTHONPATH": str(self.folder), **QUIET, **more}

    def site(self, consumers: Sequence[str] = ()) -> Site:
        """Give an empty database, and a vhost with queues of programs, on servers of our own."""
        if self._servers is None:
            self._servers = self._stack.enter_context(passing_servers("peers", forgetful=True))
        site = Site(self._servers, f"peers_{secrets.token_hex(4)}")
        self._servers.create_database(site.name)
        self._servers.create_vhost(site.vhost, consumers)
        return site


Run: TypeAlias = Callable[[Workshop], Awaitable[str]]
"""Plays a peer and says what it found; raises Failed."""
