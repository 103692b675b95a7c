"""A process from its start to its clean end.

Start: settings, database, broker, then work. End: no longer ready, consumers cancelled, messages
in hand finished, outbox drained, connections closed.
"""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Self

import structlog
import uvloop
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.broker import Broker
from shared.consumer import Consumer, Hear
from shared.database import Pool, open_pool, open_replica_pool
from shared.dispatch import HandleRun
from shared.errors import is_server_error
from shared.exchanges import own_queue
from shared.listening import listening
from shared.log import configure
from shared.old_transactions import end_old_transactions
from shared.origins import CheckOrigin
from shared.proofs import CommandKeys
from shared.read_router import ReadRouter
from shared.relay import BeforeTelling, NumberEvents, Relay, ready_as_it_is
from shared.settings import (
    DatabaseSettings,
    OperatorMistake,
    ReplicaSettings,
    ServiceSettings,
)
from shared.tasks import TaskGuard, end

Check = Callable[[], Awaitable[bool]]

# The part of PREFETCH that the queue of a second publisher has.
SECOND_SHARE = 4

log = structlog.get_logger()


class Service:
    """The parts of a running service, stopped in the reverse order of their start."""

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self._settings = settings
        self._checks: dict[str, Check] = {}
        self._waiting: dict[str, Callable[[], object]] = {}
        self._stack = contextlib.AsyncExitStack()
        self._stopping = asyncio.Event()
        self._failure: BaseException | None = None
        self._is_started = False
        configure(name, settings.log_level)

    async def __aenter__(self) -> Self:
        """Listen to the operating system's wish to stop."""
        loop = asyncio.get_running_loop()
        guard = TaskGuard()
        loop.set_exception_handler(guard)
        self.check("tasks", lambda: guard.is_well)
        for wish in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(wish, self.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End every part in order."""
        self._is_started = False
        await self._stack.aclose()
        log.info("service.stopped")

    def stop(self) -> None:
        """Ask the service to end."""
        self._stopping.set()

    async def database(self, settings: DatabaseSettings) -> Pool:
        """Open the pool, and end old transactions of all services from now on."""
        pool = await open_pool(settings)
        self._stack.push_async_callback(pool.close)
        self._checks["database"] = lambda: _answers(pool)
        self.run_beside(end_old_transactions(pool))
        return pool

    async def read_router(self, settings: ReplicaSettings, primary: Pool) -> ReadRouter:
        """Open the replica's pool, if there is one, and watch it; nobody needs it to be ready."""
        replica = await open_replica_pool(settings)
        if replica is not None:
            self._stack.callback(replica.terminate)  # a polite end waits for a server that hangs
        router = ReadRouter(primary, replica)
        self.run_beside(router.watch())
        return router

    async def broker(self, keys: CommandKeys | None = None) -> Broker:
        """Connect to RabbitMQ; a publisher of commands gives its keys."""
        broker = await Broker.connect(self._settings.rabbitmq_url, keys)
        self._stack.push_async_callback(broker.close)
        self.check("broker", lambda: broker.is_connected)
        return broker

    def relay(
        self,
        pool: Pool,
        broker: Broker,
        before: BeforeTelling = ready_as_it_is,
        number: NumberEvents | None = None,
    ) -> Relay:
        """Publish the outbox from now until the end, and drain it then."""
        relay = Relay(pool, broker, before, number)
        self._stack.push_async_callback(relay.drain)
        self.run_beside(relay.run())
        return relay

    async def consume(  # noqa: PLR0913 - a queue and how it is read
        self,
        broker: Broker,
        queue_name: str,
        handle: HandleRun,
        check: CheckOrigin,
        *,
        second: str,
        is_ordered: bool = True,
        is_shared: bool = False,
        hear: Hear = lambda _origin, _position: None,
    ) -> None:
        """Handle a queue's messages that pass the check, from now until the end.

        What the publisher `second` sends is in a queue of its own. It has a smaller share of what
        is in hand, so that a flood of it leaves the process to the others.
        """
        shares = {queue_name: 1, own_queue(queue_name, second): SECOND_SHARE}
        for queue, share in shares.items():
            consumer = Consumer(
                *(broker, queue, handle, check),
                is_ordered=is_ordered,
                is_shared=is_shared,
                hear=hear,
            )
            self._stack.push_async_callback(consumer.stop)
            await consumer.start(max(1, self._settings.prefetch // share))
            self._watch(queue, consumer)

    def _watch(self, queue_name: str, consumer: Consumer) -> None:
        self.check(queue_name, lambda: consumer.is_alive)
        self._waiting[queue_name] = lambda: consumer.waiting
        self.run_beside(consumer.watch())

    def run_beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a loop until the end; if it fails, the process ends, to be started again."""
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(self._ended)
        self._stack.push_async_callback(end, task)

    def at_end(self, end: Callable[[], Awaitable[object]]) -> None:
        """Call this at the end, before what was started earlier ends."""
        self._stack.push_async_callback(end)

    def check(self, name: str, is_well: Callable[[], bool]) -> None:
        """Let /readyz look at one more part."""

        async def look() -> bool:
            return is_well()

        self._checks[name] = look

    async def serve(self) -> None:
        """Listen on HTTP_PORT for /metrics, /healthz and /readyz."""
        app = web.Application()
        app.router.add_get("/metrics", _metrics)
        app.router.add_get("/healthz", _healthz)
        app.router.add_get("/readyz", self._readyz)
        await self.listen(app, self._settings.http_port, "HTTP_PORT")

    async def listen(self, app: web.Application, port: int, setting: str) -> None:
        """Answer an application's routes on a port of its own until the end."""
        listener = listening(app, self._settings.http_host, port, setting)
        await self._stack.enter_async_context(listener)

    async def run(self) -> None:
        """Be ready until asked to stop; a loop that failed makes the exit code 1."""
        self._is_started = True
        log.info("service.started", port=self._settings.http_port)
        await self._stopping.wait()
        self._is_started = False
        log.info("service.stopping")
        if isinstance(self._failure, OperatorMistake):
            raise self._failure
        if self._failure is not None:
            raise SystemExit(1)

    async def _readyz(self, _request: web.Request) -> web.Response:
        parts = {name: await look() for name, look in list(self._checks.items())}
        parts["service"] = self._is_started
        waiting = {queue: look() for queue, look in self._waiting.items()}
        status = 200 if all(parts.values()) else 503
        return web.json_response({**parts, "waiting": waiting}, status=status)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            if not isinstance(error, OperatorMistake):
                log.critical("service.failed", exc_info=error)
            self._failure = error
            self.stop()


def start(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a service; an operator's mistake is one sentence and exit code 1."""
    try:
        uvloop.run(main())
    except OperatorMistake as mistake:
        sys.stderr.write(f"{mistake}\n")
        sys.exit(1)


async def _answers(pool: Pool) -> bool:
    try:
        async with asyncio.timeout(1):
            return bool(await pool.fetchval("SELECT true"))
    except Exception as error:
        if not is_server_error(error):
            raise
        return False


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})
