"""The command `doukikai` as the operator runs it: a process of its own."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from typing import Any

from deploy.local.instance import PROJECT


@dataclass(frozen=True)
class Ended:
    """How a run of the command ended."""

    code: int | None
    output: str
    errors: str

    @property
    def told(self) -> Any:
        """Read what it said to a program."""
        assert self.output, self.errors
        return json.loads(self.output)


async def doukikai(*words: str, typed: str = "", **environment: str) -> Ended:
    """Run the command to its end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "operations", *words),
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    async with asyncio.timeout(60):
        output, errors = await process.communicate(typed.encode())
    return Ended(process.returncode, output.decode(), errors.decode())
