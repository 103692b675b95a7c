"""What an error of a driver means for the work that met it.

This is the one place that decides it. A table in tests/shared/test_errors.py goes through every
SQLSTATE and every exception type of the drivers, so that none is forgotten.
"""

import asyncio
import contextlib
import errno
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, runtime_checkable

import aiohttp
import asyncpg
from aio_pika.exceptions import MessageProcessError, QueueEmpty
from aiormq import exceptions as amqp


class Kind(StrEnum):
    """How to go on after an error."""

    TRANSIENT = "transient"
    """A server is away, busy or starting: wait and try the same work again."""
    CONTENDED = "contended"
    """Other work holds a row or lock: try again, alone."""
    PERMANENT = "permanent"
    """The same work fails again: retry with a delay, then dead-letter it and answer the member."""


class TransientError(Exception):
    """A base class for our own errors that mean "wait and try again"."""


@runtime_checkable
class HttpStatusError(Protocol):
    """What disnake's HTTPException has in common with aiohttp's: only the gateway has disnake."""

    status: int


# Classes of SQLSTATEs (the first two characters) that are not permanent.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
SQLSTATE_CLASSES: Mapping[str, Kind] = MappingProxyType(
    {
        "08": Kind.TRANSIENT,  # the connection broke, or PgBouncer refuses it
        "28": Kind.TRANSIENT,  # a password that is being changed; at the start it is a mistake
        "40": Kind.CONTENDED,  # deadlock, serialization failure
        "53": Kind.TRANSIENT,  # too many connections, disk or memory full
        "57": Kind.TRANSIENT,  # shutdown, crash, starting up
        "58": Kind.TRANSIENT,  # the operating system under PostgreSQL fails
    }
)
# Single SQLSTATEs that differ from their class.
SQLSTATES: Mapping[str, Kind] = MappingProxyType(
    {
        "25006": Kind.TRANSIENT,  # read-only: a demoted primary, or a managed one with a full disk
        "25P03": Kind.TRANSIENT,  # idle in transaction: this process was stopped for a while
        "25P04": Kind.CONTENDED,  # transaction_timeout
        "26000": Kind.TRANSIENT,  # a prepared statement is unknown: PgBouncer changed the server
        "3D000": Kind.TRANSIENT,  # no such database: one that is being restored
        "40002": Kind.PERMANENT,  # a deferred constraint refuses the data
        "40003": Kind.TRANSIENT,  # the connection broke at COMMIT
        "42P05": Kind.TRANSIENT,  # a prepared statement exists: PgBouncer changed the server
        "55006": Kind.CONTENDED,  # object in use
        "55P03": Kind.CONTENDED,  # lock_timeout
        "57014": Kind.PERMANENT,  # statement_timeout: see is_slow
        "72000": Kind.CONTENDED,  # snapshot too old
    }
)
# asyncpg raises InterfaceError for mistakes of the caller, and with these words for a lost server.
LOST_CONNECTION = ("connection is closed", "pool is closing", "pool is closed", "released back")

# Of aio-pika and aiormq; every other AMQPError is transient.
PERMANENT_AMQP = (
    amqp.DuplicateConsumerTag,
    amqp.MethodNotImplemented,
    amqp.PublishError,  # no queue takes the message
    MessageProcessError,
    QueueEmpty,
)
# aiormq raises these of its own accord when a connection has closed for no stated reason: a bare
# Exception in whatever waits for an answer, and a RuntimeError in channel().
CLOSED_CONNECTION = re.compile(r"<Connection: .* closed", re.DOTALL)
TRANSIENT_HTTP = (
    aiohttp.ClientConnectionError,
    aiohttp.ClientPayloadError,
    aiohttp.UploadAbortedError,
)
RETRIED_STATUSES = (408, 425, 429)
SERVER_ERRORS = 500

# Errors of files and programs; all other OSErrors come from a network.
FILE_ERRORS = (
    BlockingIOError,
    ChildProcessError,
    FileExistsError,
    FileNotFoundError,
    IsADirectoryError,
    NotADirectoryError,
    PermissionError,
    ProcessLookupError,
)
FILE_ERRNOS = frozenset(
    {
        errno.ENOSPC,
        errno.EFBIG,
        errno.EDQUOT,
        errno.EROFS,
        errno.EBADF,
        errno.EIO,
        errno.ENAMETOOLONG,
    }
)


def classify(error: BaseException) -> Kind:
    """Return what to do after an error; permanent if it is none of a driver's."""
    if type(error) is Exception:
        return Kind.TRANSIENT
    for types, rule in RULES:
        if isinstance(error, types):
            return rule(error)
    return Kind.PERMANENT


def is_transient(error: BaseException) -> bool:
    """Return whether the same work can succeed a moment later."""
    return classify(error) is Kind.TRANSIENT


def is_slow(error: BaseException) -> bool:
    """Return whether a statement took too long.

    That is permanent, or it would be tried without end. But a busy server does it to every
    statement for a while, so a lane first tries again for a minute (LaneWorker).
    """
    return isinstance(error, asyncpg.QueryCanceledError)


def is_server_error(error: BaseException) -> bool:
    """Return whether an error comes from a server or from the way to it, whatever its kind.

    A background loop logs it and goes on; any other error is a bug and ends the process.
    """
    return is_transient(error) or isinstance(error, tuple(DRIVERS))


def add_driver(error: type[Exception], transient: tuple[type[Exception], ...]) -> None:
    """Take in the errors of a driver that one service has, so that no other has to load it."""
    DRIVERS.append(error)
    RULES.insert(0, ((error,), lambda each: _kind(is_transient=isinstance(each, transient))))


@contextlib.contextmanager
def suppress_server_errors() -> Iterator[None]:
    """Go on after an error of a server; raise a bug."""
    try:
        yield
    except Exception as error:
        if not is_server_error(error):
            raise


def _of_interface(error: BaseException) -> Kind:
    return _kind(is_transient=any(words in str(error) for words in LOST_CONNECTION))


def _of_postgresql(error: BaseException) -> Kind:
    if isinstance(error, asyncpg.InvalidCachedStatementError):
        return Kind.TRANSIENT  # a migration changed a type; asyncpg prepares the statement again
    sqlstate: str = getattr(error, "sqlstate", None) or ""
    if sqlstate in SQLSTATES:
        return SQLSTATES[sqlstate]
    return SQLSTATE_CLASSES.get(sqlstate[:2], Kind.PERMANENT)


def _of_amqp(error: BaseException) -> Kind:
    return _kind(is_transient=not isinstance(error, PERMANENT_AMQP))


def _of_aiormq(error: BaseException) -> Kind:
    return _kind(is_transient=CLOSED_CONNECTION.match(str(error)) is not None)


def _of_http(error: BaseException) -> Kind:
    """Classify aiohttp's ClientResponseError and whatever has an HTTP status like it."""
    status = getattr(error, "status", None)
    if isinstance(status, int) and status:
        return _kind(is_transient=status in RETRIED_STATUSES or status >= SERVER_ERRORS)
    return _kind(is_transient=isinstance(error, TRANSIENT_HTTP))


def _of_system(error: BaseException) -> Kind:
    is_file = isinstance(error, FILE_ERRORS) or getattr(error, "errno", None) in FILE_ERRNOS
    return _kind(is_transient=not is_file)


def _kind(*, is_transient: bool) -> Kind:
    return Kind.TRANSIENT if is_transient else Kind.PERMANENT


# The first rule whose types fit decides: aiormq's errors are OSErrors too, and so are aiohttp's.
RULES: list[tuple[tuple[type, ...], Callable[[BaseException], Kind]]] = [
    ((TransientError, asyncpg.InternalClientError), lambda _: Kind.TRANSIENT),
    ((asyncpg.PostgresError,), _of_postgresql),
    ((asyncpg.InterfaceError,), _of_interface),
    ((amqp.AMQPError, amqp.ChannelInvalidStateError), _of_amqp),
    ((RuntimeError,), _of_aiormq),
    ((aiohttp.ClientError, HttpStatusError), _of_http),
    ((OSError, asyncio.IncompleteReadError), _of_system),  # TimeoutError is an OSError
]
DRIVERS: list[type[Exception]] = [
    asyncpg.PostgresError,
    asyncpg.InternalClientError,
    amqp.AMQPError,
    aiohttp.ClientError,
]
