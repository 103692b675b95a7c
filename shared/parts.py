"""Reads all that is stored about a member, part by part: each fits into one message."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import dropwhile
from typing import Any, NamedTuple

import asyncpg
from pydantic_core import to_json

from shared.database import Connection

ROWS = 50  # read at once, so that a part is all that is held in memory
MOST_ROWS = 1000  # of one list of a part, as the contract allows


class Section(NamedTuple):
    """Rows about a member in the order of a key, and what each says in which lists.

    Its statement takes the member, the key after which it goes on, and how many rows; it gives the
    key of each as `key`. `first` is a key that is before all others.
    """

    name: str
    first: str
    statement: str
    read: Callable[[Mapping[str, Any]], Mapping[str, object]]


class Part(NamedTuple):
    """What fits: the lists by their names, and the place where the next part goes on, if any."""

    lists: Mapping[str, Sequence[Any]]
    next: str | None


async def read_part(
    connection: Connection,
    user_id: str,
    sections: Sequence[Section],
    after: str | None,
    most_bytes: int,
) -> Part:
    """Read what fits into a part, at least one row, from the place where the last one ended.

    A place in a section that this release does not have is the end.
    """
    lists: defaultdict[str, list[object]] = defaultdict(list)
    name, _, key = (after or f"{sections[0].name}:").partition(":")
    left, rows = most_bytes, 0
    for section in dropwhile(lambda section: section.name != name, sections):
        key = key or section.first
        while found := await connection.fetch(section.statement, user_id, key, ROWS):
            for row in found:
                said = _said(section, row)
                left -= len(to_json(said))
                if rows and (left < 0 or rows == MOST_ROWS):
                    return Part(lists, f"{section.name}:{key}")
                for field, value in said.items():
                    lists[field].append(value)
                rows, key = rows + 1, row["key"]
            if len(found) < ROWS:
                break
        key = ""
    return Part(lists, None)


def _said(section: Section, row: asyncpg.Record) -> Mapping[str, object]:
    return section.read({name: value for name, value in row.items() if name != "key"})
