"""A process answers its HTTP probes and ends cleanly."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
import pytest

from deploy.local.instance import free_ports

# A line of its standard input changes what it does.
SCRIPT = """
import asyncio, sys
from shared.service import Service, start
from shared.settings import OperatorMistake, ServiceSettings, load

async def fail():
    raise ZeroDivisionError

async def stop_by_mistake():
    raise OperatorMistake("The broker is gone.")

async def obey(service):
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async for line in lines:
        eval(line)

async def main():
    async with Service("tickets", load(ServiceSettings)) as service:
        await service.serve()
        service.run_beside(obey(service))
        await service.run()

start(main)
"""


@asynccontextmanager
async def service() -> AsyncIterator[tuple[Process, str]]:
    [port] = free_ports(1)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SCRIPT),
        env={"PATH": os.environ["PATH"], "RABBITMQ_URL": "amqp://x", "HTTP_PORT": str(port)},
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=PIPE,
    )
    ready = asyncio.create_task(answer(f"http://127.0.0.1:{port}/readyz", HTTPStatus.OK))
    gone = asyncio.create_task(process.wait())
    try:
        await asyncio.wait({ready, gone}, return_when=asyncio.FIRST_COMPLETED)
        assert process.returncode is None, "it ended instead of getting ready"
        await ready
        yield process, f"http://127.0.0.1:{port}"
    finally:
        ready.cancel()
        if process.returncode is None:
            process.kill()
        await gone


async def answer(url: str, status: int) -> Any:
    """Wait for an answer of this status, and return what it says."""
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(url) as answered:
                    if answered.status == status:
                        return await answered.json()
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.02)


async def say(process: Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n".encode())
    await process.stdin.drain()


async def ended(process: Process) -> tuple[int | None, str]:
    """Return its exit code, and what it says to the operator."""
    assert process.stderr is not None
    async with asyncio.timeout(60):
        errors = await process.stderr.read()
        return await process.wait(), errors.decode()


async def test_a_service_answers_and_ends_when_it_is_asked_to() -> None:
    async with service() as (process, url):
        assert await answer(f"{url}/healthz", HTTPStatus.OK) == {"alive": True}
        parts = {"tasks": True, "service": True, "waiting": {}}
        assert await answer(f"{url}/readyz", HTTPStatus.OK) == parts
        async with aiohttp.ClientSession() as http, http.get(f"{url}/metrics") as answered:
            metrics = await answered.text()
        assert 'http_request_duration_seconds_count{route="/healthz",status="200"} 1.0' in metrics
        process.send_signal(signal.SIGTERM)
        assert await ended(process) == (0, "")


async def test_one_part_that_is_not_well_turns_readiness_red() -> None:
    async with service() as (process, url):
        await say(process, "service.check('broker', lambda: False)")
        parts = await answer(f"{url}/readyz", HTTPStatus.SERVICE_UNAVAILABLE)
        assert parts == {"tasks": True, "broker": False, "service": True, "waiting": {}}
        assert await answer(f"{url}/healthz", HTTPStatus.OK) == {"alive": True}


@pytest.mark.parametrize(
    ("work", "errors"), [("fail", ""), ("stop_by_mistake", "The broker is gone.\n")]
)
async def test_a_loop_that_fails_ends_the_process(work: str, errors: str) -> None:
    """An operator's mistake is one sentence on standard error; a fault is in the log."""
    async with service() as (process, _):
        await say(process, f"service.run_beside({work}())")
        assert await ended(process) == (1, errors)
