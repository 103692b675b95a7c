"""The pool of connections to PostgreSQL, through PgBouncer."""

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import asyncpg
from prometheus_client import Histogram

from shared.metrics import QUERY_SECONDS
from shared.settings import DatabaseSettings, OperatorMistake, ReplicaSettings
from shared.statements import AdaptiveConnection

if TYPE_CHECKING:
    from asyncpg.connection import LoggedQuery
    from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+([a-z_]+)")
_FUNCTION = re.compile(r"SELECT\s+([a-z_]+)\(")


class Reader(Protocol):
    """What answers a query: a pool, a connection, or what chooses one."""

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]:
        """Read rows."""

    async def fetchrow(self, query: str, *args: object) -> asyncpg.Record | None:
        """Read one row."""


# All that PostgreSQL, PgBouncer and the way to them raise; `errors.classify` tells them apart.
DATABASE_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


async def open_pool(settings: DatabaseSettings) -> Pool:
    """Open the pool; raises OperatorMistake when there is no database to be had."""
    try:
        return await _pool(settings, settings.database_url, least=1)
    except asyncpg.InvalidAuthorizationSpecificationError:
        raise OperatorMistake(
            "DATABASE_URL is wrong: the role or its password is refused."
        ) from None
    except asyncpg.InvalidCatalogNameError:
        raise OperatorMistake("DATABASE_URL is wrong: there is no such database.") from None
    except ValueError:
        raise OperatorMistake("DATABASE_URL is wrong: it is no postgresql:// address.") from None
    except asyncpg.ProtocolViolationError as error:
        # How PgBouncer says it of a role, a password, a database or a start-up parameter.
        raise OperatorMistake(f"DATABASE_URL is refused: {error.args[0]}.") from None
    except DATABASE_ERRORS as error:
        raise OperatorMistake(
            f"The database at DATABASE_URL cannot be reached ({type(error).__name__})."
        ) from None


async def open_replica_pool(settings: ReplicaSettings) -> "Pool | None":
    """Open the pool of the replica, if there is one; whether it is there shows later."""
    url = settings.replica_database_url
    return await _pool(settings, url, least=0) if url else None


# As PostgreSQL names it. asyncpg itself says 'utf-8', which PgBouncer takes for another than the
# server's, and sets again before each transaction: a round trip for nothing.
_ENCODING = {"client_encoding": "UTF8"}


async def _pool(settings: DatabaseSettings, url: str, *, least: int) -> Pool:
    return await asyncpg.create_pool(
        url,
        min_size=least,
        max_size=settings.database_connections,
        connection_class=AdaptiveConnection,
        init=_begin,
        command_timeout=10,
        timeout=5,
        reset=_keep_as_is,
        server_settings=_ENCODING,
    )


async def _begin(connection: Any) -> None:  # noqa: ANN401 - a proxy of an AdaptiveConnection
    await connection.choose()
    connection.add_query_logger(_measure)


def _measure(query: "LoggedQuery") -> None:
    """Tell the metrics how long a statement took."""
    _seconds_of(query.query).observe(query.elapsed)


# The scheduler finds deadlines by this clock too: two clocks would refuse a close as too early.
SELECT_NOW = """
SELECT clock_timestamp()
"""


async def database_time(connection: Connection) -> datetime:
    """Return the time by the database's clock."""
    now: datetime = await connection.fetchval(SELECT_NOW)
    return now


@lru_cache(maxsize=1024)
def _seconds_of(statement: str) -> Histogram:
    return QUERY_SECONDS.labels(query=query_name(statement))


def query_name(statement: str) -> str:
    """Name a statement for a metric: few names, and nothing of what is asked for."""
    [verb, *_] = statement.split(None, 1) or [""]
    about = _TABLE.search(statement) or _FUNCTION.search(statement)
    named = verb.rstrip(";").upper()
    return f"{named} {about[1]}" if about else named


async def _keep_as_is(_connection: object) -> None:
    """Save a round trip: behind a transaction pooler there is no session to reset."""
