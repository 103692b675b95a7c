"""A service as a process, for as long as a test needs it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from tests.processes import start
from tests.stage import ready


@asynccontextmanager
async def service(name: str, port: int, environment: Mapping[str, str]) -> AsyncIterator[None]:
    """Run a service until the end of the block."""
    process = await start(f"services.{name}", environment=environment)
    try:
        await ready(port, process)
        yield
        process.terminate()
        assert (code := await process.wait()) == 0, code
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
