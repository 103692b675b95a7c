"""One broken row stops no other: for work on many rows in one transaction."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import asyncpg
import structlog
from prometheus_client import Counter
from pydantic import BaseModel, ValidationError

from shared.database import Connection
from shared.errors import Kind, classify

ModelT = TypeVar("ModelT", bound=BaseModel)
RowT = TypeVar("RowT")
ResultT = TypeVar("ResultT")

ROWS_FAILED = Counter(
    "rows_failed_total",
    "Rows that work on many rows left out, because a stored value cannot be handled.",
)

log = structlog.get_logger()


async def each_apart(
    connection: Connection,
    rows: Iterable[RowT],
    handle: Callable[[RowT], Awaitable[Sequence[ResultT]]],
    id_of: Callable[[RowT], str],
) -> list[ResultT]:
    """Handle each row in a savepoint of its own, and return all results in the rows' order.

    A row that fails is undone, logged and counted. An error that another try can mend is raised.
    """
    results: list[ResultT] = []
    for row in rows:
        try:
            async with connection.transaction():
                results += await handle(row)
        except Exception as error:
            if classify(error) is not Kind.PERMANENT:
                raise
            row_failed(error, id_of(row))
    return results


def readable(
    model: type[ModelT], rows: Iterable[asyncpg.Record], id_of: Callable[[asyncpg.Record], str]
) -> list[ModelT]:
    """Return what the rows say; one that the model refuses is left out, logged and counted."""
    read: list[ModelT] = []
    for row in rows:
        try:
            read.append(model(**row))
        except ValidationError as error:
            row_failed(error, id_of(row))
    return read


@contextmanager
def row_named(kind: str, row_id: str) -> Iterator[None]:
    """Let the traceback of an error say which row it is about."""
    try:
        yield
    except Exception as error:
        error.add_note(f"{kind} {row_id}")
        raise


def row_failed(error: Exception, row_id: str) -> None:
    """Log and count a row that was left out."""
    ROWS_FAILED.inc()
    log.error("row.failed", row_id=row_id, exc_info=error)
