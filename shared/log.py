"""Logs are JSON lines on standard output, bound to the message being handled."""

import json
import logging
import sys

import structlog
from aiohttp.http_exceptions import HttpProcessingError
from pydantic_core import PydanticSerializationError, to_json

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure(service: str, level: str) -> None:
    """Write our own lines and those of libraries alike.

    Ours do not go through the standard library's logging, which costs twice as much again, and
    there are several to a press. Libraries, which do, stay at INFO at least: disnake's DEBUG lines
    hold interaction tokens.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda *line: _written(*line).decode(),
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
    structlog.configure(
        processors=[*_SHARED, _written],
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def _written(_logger: object, _method: str, line: structlog.typing.EventDict) -> bytes:
    try:
        return to_json(line, fallback=repr)
    except PydanticSerializationError:  # half of a surrogate pair, which UTF-8 has no bytes for
        return json.dumps(line, default=repr).encode()


def _is_our_failure(record: logging.LogRecord) -> bool:
    """Leave out requests that are no HTTP: anybody can send many, and their lines may hold a token.

    They are answered by 400 all the same.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
