"""Logs are JSON lines on standard output, bound to the message being handled."""

import logging
import sys

import structlog
from aiohttp.http_exceptions import HttpProcessingError

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(service: str, level: str) -> None:
    """Send our own lines and those of libraries through one JSON renderer.

    Libraries stay at INFO at least: disnake's DEBUG lines hold interaction tokens.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
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
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def _is_our_failure(record: logging.LogRecord) -> bool:
    """Leave out requests that are no HTTP: anybody can send many, and their lines may hold a token.

    They are answered by 400 all the same.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))
