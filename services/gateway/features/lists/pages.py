"""The pages of lists: a button holds its page, so that any replica can show it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Self

from disnake.ui import Button
from pydantic import BeforeValidator, StringConstraints

from services.gateway.drawing.buttons import button
from services.gateway.drawing.custom_ids import CustomId
from services.gateway.forms.search import MOST_CHARACTERS
from services.gateway.i18n.translate import Language
from shared.messages.invitations.details import TAGS, Status, Tag
from shared.messages.views import ListStatus

SHOWN = 10
"""Invitations on a page."""
# A button of the release before has a tag's place among the six that there were.
PLACES = {str(place): tag for place, tag in enumerate(TAGS)}
ListedTag = Annotated[Tag, BeforeValidator(lambda written: PLACES.get(written, written))]
Words = Annotated[str, StringConstraints(min_length=1, max_length=MOST_CHARACTERS)]
Cursor = Annotated[str, StringConstraints(pattern=r"^[ab]-?[0-9]{1,15}\.[0-9]{1,20}$")]


def cursor_at(moment: datetime) -> str:
    """Return the cursor of a list that begins at a moment, as the service writes cursors."""
    return f"a{int(moment.timestamp() * 1000)}.0"


class AnyPage(CustomId):
    """A page of any list: what it shows and where it begins."""

    cursor: str | None

    def turning(
        self, previous: str | None, following: str | None, language: Language
    ) -> list[Button[None]]:
        """Return the buttons to the pages around this one; none if it is the only one."""
        return [
            button(self._at(cursor), language, label=way)
            for way, cursor in (("previous", previous), ("next", following))
            if cursor
        ]

    def _at(self, cursor: str) -> Self:
        return replace(self, cursor=cursor)  # type: ignore[call-arg] # each page has one


@dataclass(frozen=True)
class Page(AnyPage):
    """A page of invitations, filtered by tag, status and words; the first one without a cursor."""

    tag: ListedTag | None
    status: ListStatus | None
    cursor: Cursor | None
    words: Words | None = None

    def query(self, reader_id: str) -> dict[str, str]:
        """Return the page as a query to the API; "mine" shows only the reader's own."""
        host = reader_id if isinstance(self, OwnPage) else None
        wanted = {
            "host": host,
            "tag": self.tag,
            "status": self.status,
            "cursor": self.cursor,
            "words": self.words,
        }
        return {"limit": str(SHOWN)} | {name: value for name, value in wanted.items() if value}


class ListPage(Page, name="list"):
    """A page of all invitations."""


class OwnPage(Page, name="mine"):
    """A page of the invitations that the reader hosts."""


@dataclass(frozen=True)
class HistoryPage(AnyPage, name="history"):
    """A page of what the reader took part in."""

    tag: ListedTag | None
    status: Status | None
    cursor: Cursor | None
