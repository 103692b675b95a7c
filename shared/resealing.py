"""Handles the commands by which the gateway re-encrypts what another key has sealed."""

from collections.abc import Awaitable, Callable, Sequence
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
