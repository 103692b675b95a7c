"""The command `doukikai` as the operator runs it: a process of its own."""

from tests.processes import Ended, run


async def doukikai(*words: str, typed: str = "", **environment: str) -> Ended:
    """Run the command to its end."""
    return await run("operations", *words, environment=environment, typed=typed, is_strict=True)
