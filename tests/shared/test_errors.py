"""Every error of the drivers is classified, so that a new one cannot be forgotten."""

import asyncio
import errno
import ssl
import subprocess
import sys
from asyncio import IncompleteReadError
from collections.abc import Iterator
from typing import Any, cast
from unittest.mock import Mock

import aiohttp
import asyncpg
import disnake
import pytest
from aio_pika import exceptions as aio_pika
from aiormq import connection as aiormq_connection
from aiormq import exceptions as aiormq
from aiormq.base import FutureStore
from redis import exceptions as redis

from deploy.local.instance import PROJECT
from services.invitations import cache  # takes in the errors of redis-py
from shared.errors import DRIVERS, Kind, TransientError, classify, is_server_error

T, C, P = Kind.TRANSIENT, Kind.CONTENDED, Kind.PERMANENT

# Appendix A of PostgreSQL's manual, each class once, and each SQLSTATE that differs from its class.
SQLSTATES = {
    "03": P, "08": T, "09": P, "0A": P, "0B": P, "0F": P, "0L": P, "0P": P, "0Z": P, "10": P,
    "20": P, "21": P, "22": P, "23": P, "24": P, "25": P, "25006": T, "25P03": T, "25P04": C,
    "26": P, "26000": T, "27": P, "28": T, "2B": P, "2D": P, "2F": P, "34": P, "38": P, "39": P,
    "3B": P, "3D": P, "3D000": T, "3F": P, "40": C, "40002": P, "40003": T, "42": P, "42P05": T,
    "44": P, "53": T, "54": P, "55": P, "55006": C, "55P03": C, "57": T, "57014": P, "58": T,
    "72": C, "F0": P, "HV": P, "P0": P, "XX": P,
}  # fmt: skip
NOT_OF_A_SERVER = {
    asyncpg.InterfaceError: P,
    asyncpg.InterfaceWarning: P,
    asyncpg.ClientConfigurationError: P,
    asyncpg.UnsupportedClientFeatureError: P,
    asyncpg.UnsupportedServerFeatureError: P,
    asyncpg.InternalClientError: T,
    asyncpg.OutdatedSchemaCacheError: T,
    asyncpg.ProtocolError: T,
    asyncpg.TargetServerAttributeNotMatched: T,
    asyncpg.PostgresError: P,
    asyncpg.FatalPostgresError: P,
    asyncpg.UnknownPostgresError: P,
}
AMQP_PERMANENT = {
    "DuplicateConsumerTag", "MessageProcessError", "MethodNotImplemented", "PublishError",
    "QueueEmpty",
}  # fmt: skip
AMQP_TRANSIENT = {
    "AMQPChannelError", "AMQPConnectionError", "AMQPError", "AMQPException", "AuthenticationError",
    "ChannelAccessRefused", "ChannelClosed", "ChannelInvalidStateError", "ChannelLockedResource",
    "ChannelNotFoundEntity", "ChannelPreconditionFailed", "ConnectionChannelError",
    "ConnectionClosed", "ConnectionCommandInvalid", "ConnectionFrameError",
    "ConnectionInternalError", "ConnectionNotAllowed", "ConnectionNotImplemented",
    "ConnectionResourceError", "ConnectionSyntaxError", "ConnectionUnexpectedFrame",
    "DeliveryError", "IncompatibleProtocolError", "InvalidFrameError",
    "ProbableAuthenticationError", "ProtocolSyntaxError",
}  # fmt: skip
REDIS_TRANSIENT = {
    "AuthenticationError", "AuthorizationError", "BusyLoadingError", "ClusterDownError",
    "ConnectionError", "ExternalAuthProviderError", "MasterDownError", "MaxConnectionsError",
    "OutOfMemoryError", "ReadOnlyError", "TimeoutError", "TryAgainError",
}  # fmt: skip
REDIS_PERMANENT = {
    "AskError", "AuthenticationWrongNumberOfArgsError", "ChildDeadlockedError",
    "ClusterCrossSlotError", "ClusterError", "CrossSlotTransactionError", "DataError",
    "ExecAbortError", "IncorrectPolicyType", "InvalidPipelineStack", "InvalidResponse",
    "LockError", "LockNotOwnedError", "ModuleError", "MovedError", "NoPermissionError",
    "NoScriptError", "NoSuchFieldsetError", "PubSubError", "RedisClusterException", "RedisError",
    "ResponseError", "SlotNotCoveredError", "WatchError",
}  # fmt: skip
AIOHTTP_TRANSIENT = {
    "ClientConnectionError", "ClientConnectionResetError", "ClientConnectorCertificateError",
    "ClientConnectorDNSError", "ClientConnectorError", "ClientConnectorSSLError", "ClientOSError",
    "ClientPayloadError", "ClientProxyConnectionError", "ClientSSLError", "ConnectionTimeoutError",
    "ServerConnectionError", "ServerDisconnectedError", "ServerFingerprintMismatch",
    "ServerTimeoutError", "SocketTimeoutError", "UnixClientConnectorError", "UploadAbortedError",
}  # fmt: skip
AIOHTTP_PERMANENT = {
    "BadContentDispositionHeader", "BadContentDispositionParam", "ClientError",
    "ClientHttpProxyError", "ClientResponseError", "ContentTypeError", "EofStream", "InvalidURL",
    "InvalidUrlClientError", "InvalidUrlRedirectClientError", "NonHttpUrlClientError",
    "NonHttpUrlRedirectClientError", "PayloadEncodingWarning", "RedirectClientError",
    "TooManyRedirects", "WSMessageTypeError", "WSServerHandshakeError", "WebSocketError",
}  # fmt: skip


def errors_in(module: object) -> Iterator[type[BaseException]]:
    for name in dir(module):
        found = getattr(module, name)
        if isinstance(found, type) and issubclass(found, Exception):
            yield found


def bare(error: type[BaseException]) -> BaseException:
    """Make an error without its constructor, whose arguments differ."""
    return cast("BaseException", error.__new__(error))


@pytest.mark.parametrize("error", list(errors_in(asyncpg.exceptions)), ids=lambda e: e.__name__)
def test_each_error_of_postgresql_has_a_kind(error: Any) -> None:
    if error in NOT_OF_A_SERVER:
        assert classify(error("why")) is NOT_OF_A_SERVER[error]
        return
    if error is asyncpg.InvalidCachedStatementError:
        assert classify(error("cached plan must not change result type")) is T
        return
    if issubclass(error, Warning | asyncpg.PostgresLogMessage):
        return  # PostgreSQL sends it as a notice; asyncpg raises none
    assert issubclass(error, asyncpg.PostgresError), "an error of a new family"
    expected = SQLSTATES.get(error.sqlstate, SQLSTATES.get(error.sqlstate[:2]))
    assert expected is not None, "a new class of SQLSTATEs"
    assert classify(error("why")) is expected


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("connection is closed", T),
        ("cannot call Transaction.rollback(): the underlying connection is closed", T),
        ("cannot call Connection.fetch(): connection has been released back to the pool", T),
        ("pool is closing", T),
        ("pool is closed", T),
        ("cannot perform operation: another operation is in progress", P),
        ("cannot start; the transaction is already started", P),
        ("the server expects 2 arguments for this query, 1 was passed", P),
    ],
)
def test_a_mistake_in_a_call_of_asyncpg_is_not_a_lost_server(words: str, kind: Kind) -> None:
    assert classify(asyncpg.InterfaceError(words)) is kind


@pytest.mark.parametrize(
    ("module", "transient", "permanent"),
    [
        (aiormq, AMQP_TRANSIENT, AMQP_PERMANENT),
        (aio_pika, AMQP_TRANSIENT, AMQP_PERMANENT),
        (redis, REDIS_TRANSIENT, REDIS_PERMANENT),
        (aiohttp, AIOHTTP_TRANSIENT, AIOHTTP_PERMANENT),
    ],
    ids=["aiormq", "aio_pika", "redis", "aiohttp"],
)
def test_each_error_of_a_driver_has_a_kind(
    module: object, transient: set[str], permanent: set[str]
) -> None:
    for error in errors_in(module):
        known = error.__name__ in transient | permanent
        assert known or error.__module__ == "builtins", f"{error.__name__} is new"
        if known:
            expected = T if error.__name__ in transient else P
            assert classify(bare(error)) is expected, error.__name__


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, P),
        (401, P),
        (403, P),
        (404, P),
        (408, T),
        (413, P),
        (429, T),
        (500, T),
        (503, T),
        (524, T),
    ],
)
def test_an_answer_of_http_is_judged_by_its_status(status: int, kind: Kind) -> None:
    assert classify(aiohttp.ClientResponseError(Mock(), (), status=status)) is kind
    response = Mock(status=status, reason="")
    assert classify(disnake.HTTPException(response, "why")) is kind


def test_each_error_of_disnake_without_a_status_is_permanent() -> None:
    for error in errors_in(disnake.errors):
        if issubclass(error, disnake.HTTPException) or error.__module__ != "disnake.errors":
            continue
        assert classify(bare(error)) is P, error.__name__


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionResetError(errno.ECONNRESET, "reset"), T),
        (ConnectionRefusedError(), T),
        (BrokenPipeError(), T),
        (TimeoutError(), T),
        (OSError("Multiple exceptions: [Errno 111] …"), T),
        (OSError(errno.EHOSTUNREACH, "no route"), T),
        (OSError(errno.EMFILE, "too many open files"), T),
        (ssl.SSLError(1, "handshake"), T),
        (IncompleteReadError(b"", 4), T),
        (OSError(errno.ENOSPC, "no space left"), P),
        (OSError(errno.EFBIG, "file too large"), P),
        (FileNotFoundError(errno.ENOENT, "no file"), P),
        (PermissionError(errno.EACCES, "denied"), P),
        (ValueError("a bug"), P),
        (KeyError("a bug"), P),
    ],
    ids=repr,
)
def test_an_error_of_the_system_is_a_network_or_a_file(error: BaseException, kind: Kind) -> None:
    assert classify(error) is kind


async def test_aiormqs_error_for_a_close_without_a_reason_is_transient() -> None:
    waiting = FutureStore(asyncio.get_running_loop())
    future, task = waiting.create_future(), waiting.create_task(asyncio.sleep(60))
    await waiting.reject_all(None)
    for each in (future, task):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - it is a bare one
            await each
        assert type(raised.value) is Exception
        assert classify(raised.value) is T


async def test_a_channel_of_a_closed_connection_is_a_lost_server_and_a_closed_loop_is_a_bug() -> (
    None
):
    connection = aiormq_connection.Connection("amqp://127.0.0.1:1")
    connection.connected.set()
    await connection.close()
    with pytest.raises(RuntimeError) as raised:
        await connection.channel()
    assert classify(raised.value) is T
    assert classify(RuntimeError("Event loop is closed")) is P


def test_our_own_errors_say_themselves_that_they_are_transient() -> None:
    class AwayError(TransientError):
        """A server of ours does not answer."""

    assert classify(AwayError()) is T


def test_a_background_loop_outlives_errors_of_servers_and_not_bugs() -> None:
    assert is_server_error(asyncpg.QueryCanceledError("statement timeout"))
    assert is_server_error(asyncpg.UndefinedTableError("no table"))
    assert is_server_error(bare(aiormq.PublishError))
    assert not is_server_error(asyncpg.InterfaceError("another operation is in progress"))
    assert not is_server_error(KeyError("a bug"))


def test_only_the_service_with_a_cache_loads_its_client() -> None:
    """In every other process it would take six megabytes."""
    assert cache.RedisError in DRIVERS
    others = ", ".join(f"services.{name}.__main__" for name in ("gateway", "tickets", "scheduler"))
    code = f"import sys, {others}; sys.exit('redis' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False)  # noqa: S603 - ours
    assert done.returncode == 0
