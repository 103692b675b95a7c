"""Pages of a list sorted by a time and an id, forward and back, by cursors and without offsets."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

from pydantic_core import PydanticCustomError

EPOCH = datetime.fromtimestamp(0, UTC)
CURSOR = re.compile(r"([ab])(-?[0-9]{1,15})\.([0-9]{1,20})")
TURNED = re.compile(r"(?<= )[<>]=?(?= [($])|\b(?:ASC|DESC)\b")
# Nothing is before or after these, and no id sorts before an empty one.
FIRST = datetime(1, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 31, tzinfo=UTC)

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: right after a row, or right before it."""

    at: datetime
    id: str
    is_before: bool = False

    def __str__(self) -> str:
        """Write it for a reader, who only hands it back."""
        at = (self.at - EPOCH) // timedelta(milliseconds=1)
        return f"{'b' if self.is_before else 'a'}{at}.{self.id}"


def read_cursor(text: str) -> Cursor:
    """Read what a page gave; raises PydanticCustomError."""
    found = CURSOR.fullmatch(text)
    if found is None:
        raise PydanticCustomError("cursor", "must be a cursor of this list")
    milliseconds = int(found[2])
    try:
        at = EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:  # beyond the calendar, and so beyond every row
        at = LAST if milliseconds > 0 else FIRST
    return Cursor(at, found[3], is_before=found[1] == "b")


def backward(statement: str) -> str:
    """Return the statement of the pages before: the same list, read from its end.

    Comparisons with a parameter and the words ASC and DESC are turned round, nothing else.
    """
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "ASC": "DESC", "DESC": "ASC"}
    return TURNED.sub(lambda found: turned[found[0]], statement)


class Around(NamedTuple):
    """The cursors of the pages around one."""

    next: str | None = None
    previous: str | None = None


def paginate(
    found: Sequence[RowT], at: Cursor, limit: int, place: Callable[[RowT], tuple[datetime, str]]
) -> tuple[list[RowT], Around]:
    """Return a page of rows read one too far, and the cursors of the pages around it."""
    shown = list(found[:limit])
    if not shown:
        return [], Around()
    if at.is_before:
        shown.reverse()
    has_more, came_from = len(found) > limit, at.id != ""
    has_next, has_previous = (True, has_more) if at.is_before else (has_more, came_from)
    after = Cursor(*place(shown[-1]))
    before = Cursor(*place(shown[0]), is_before=True)
    return shown, Around(str(after) if has_next else None, str(before) if has_previous else None)
