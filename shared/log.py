"""Logs are JSON lines on standard output, bound to the message being handled.

A line neither raises nor blocks, whatever happens to standard output.
"""

import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import QueueHandler
from typing import Any

import asyncpg
import structlog
from aiohttp.http_exceptions import HttpProcessingError
from pydantic_core import PydanticSerializationError, to_json
from structlog.typing import EventDict

from shared.metrics import LOG_LINES_DROPPED
from shared.output import Output


def _without_rows(_logger: Any, _name: str, event: EventDict) -> EventDict:  # noqa: ANN401
    """Take from PostgreSQL's errors the detail, which holds the row that a member wrote."""
    error = event.get("exc_info")
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    while isinstance(error, BaseException):
        if isinstance(error, asyncpg.PostgresError):
            error.detail = None
        error = error.__cause__ or error.__context__
    return event


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_rows,
    structlog.processors.format_exc_info,
]
# Named from the start: Prometheus sees no increase in a series that begins above zero.
_REASONS = ("queue_full", "unreadable", "ENOSPC", "EFBIG", "EPIPE", "EIO", "EBADF")


class Handler(QueueHandler):
    """Renders the records of libraries, and queues them beside our own lines."""

    def __init__(self, output: Output) -> None:
        super().__init__(output.queue)
        self._output = output

    def prepare(self, record: logging.LogRecord) -> bytes:
        """Return the whole line."""
        return self.format(record).encode() + b"\n"

    def enqueue(self, record: Any) -> None:  # noqa: ANN401 - the base class has records here
        """Queue what `prepare` returned."""
        self._output.put(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - the base class's
        """Count a record that cannot be rendered; the base class writes to standard error."""
        self._output.drop("unreadable", 1)


class Logger:
    """What structlog writes our rendered lines to."""

    def __init__(self, output: Output) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = output.put


def configure(service: str, level: str) -> None:
    """Log our own lines and those of libraries alike, from now until the process ends.

    Ours do not go through the standard library's loggers, which costs twice as much again, and
    there are several to a press; both kinds share its queue. Libraries stay at INFO at least:
    disnake's DEBUG lines hold interaction tokens.
    """
    for reason in _REASONS:
        LOG_LINES_DROPPED.labels(reason=reason)
    output = Output(lambda lines: _dropped(service, lines), _count)
    output.start()
    handler = Handler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda *line: _rendered(*line).decode(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level.upper()]))
    # aio-pika logs each lost connection with its full address, which holds a password.
    logging.getLogger("aio_pika").setLevel(logging.CRITICAL)
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
    logging.getLogger("aiohttp.server").addFilter(_is_our_failure)
    logger = Logger(output)
    structlog.configure(
        processors=[*_SHARED, lambda *line: _rendered(*line) + b"\n"],
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        logger_factory=lambda *_names: logger,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def _rendered(_logger: object, _method: str, line: structlog.typing.EventDict) -> bytes:
    """Render in the caller: its values may change before the thread writes them."""
    try:
        return to_json(line, fallback=repr)
    except PydanticSerializationError:  # half of a surrogate pair, which UTF-8 has no bytes for
        with suppress(Exception):  # a circular value, or a repr() that raises
            return json.dumps(line, default=repr).encode()
    plain = {name: value for name, value in line.items() if isinstance(value, str)}
    return json.dumps(plain | {"unreadable": " ".join(line.keys() - plain.keys())}).encode()


def _dropped(service: str, lines: int) -> bytes:
    at = datetime.now(UTC).isoformat()
    line = {"event": "log.lines_dropped", "count": lines, "level": "error", "timestamp": at}
    return json.dumps(line | {"service": service}).encode() + b"\n"


def _count(reason: str, lines: int) -> None:
    LOG_LINES_DROPPED.labels(reason=reason).inc(lines)


def _is_our_failure(record: logging.LogRecord) -> bool:
    """Leave out requests that are no HTTP: anybody can send many, and their lines may hold a token.

    They are answered by 400 all the same.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
