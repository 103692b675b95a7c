"""Handles the commands by which the gateway re-encrypts what another key has sealed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.database import Connection
from shared.dispatch import Outcome
from shared.messages.seals import (
    FindsOutdated,
    ReplacesOutdated,
    ResealedText,
    SealedText,
    TellsOutdated,
)
from shared.rows import readable

Replace: TypeAlias = Callable[[Connection, Sequence[ResealedText]], Awaitable[None]]


Places: TypeAlias = Mapping[str, Sequence[str]]
"""The statements that replace a sealed text, by what it is called on the wire."""


def replace_sealed(table: str, column: str, key: str, kind: str = "text") -> str:
    """Return the statement that puts texts in place of those they were sealed from.

    A text that has changed since is left as it is. `key` is the column that names a row.
    """
    return f"""
UPDATE {table}
   SET {column} = resealed.sealed
  FROM unnest($1::{kind}[], $2::text[], $3::text[]) AS resealed (key, outdated, sealed)
 WHERE {table}.{key} = resealed.key
   AND {table}.{column} = resealed.outdated
"""  # noqa: S608 - names of our own


async def store(connection: Connection, texts: Sequence[ResealedText], places: Places) -> None:
    """Store what the gateway has re-encrypted."""
    for column, statements in places.items():
        chosen = [text for text in texts if text.column == column]
        rows = [(text.row, text.outdated, text.sealed) for text in chosen]
        for statement in statements if chosen else ():
            await connection.execute(statement, *zip(*rows, strict=True))


@dataclass(frozen=True, slots=True)
class Resealing:
    """The sealed texts of a service.

    `select_outdated` takes a key's id, and the row and column after which it goes on; it returns
    the next texts of other keys. After a place, or one that no key opens would come without end.
    """

    select_outdated: str
    replace_texts: Replace
    answer: type[TellsOutdated]

    async def find(
        self, command: FindsOutdated | ReplacesOutdated, connection: Connection
    ) -> Outcome:
        """Send the gateway the next texts that another key has sealed."""
        place = (command.after.row, command.after.column) if command.after else ("", "")
        rows = await connection.fetch(self.select_outdated, command.key_id, *place)
        texts = readable(SealedText, rows, lambda row: f"{row['column']} of {row['row']}")
        return Outcome([self.answer(key_id=command.key_id, texts=texts)] if texts else [])

    async def replace(self, command: ReplacesOutdated, connection: Connection) -> Outcome:
        """Store what the gateway has re-encrypted, unless it changed, and send the next."""
        await self.replace_texts(connection, command.texts)
        return await self.find(command, connection)
