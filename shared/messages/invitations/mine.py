"""What members ask of what is stored about them, and how it is answered."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.messages.envelope import Command, Frozen, Snowflake, UtcDatetime
from shared.messages.invitations.details import Status, Tag
from shared.messages.text import ExportPart, ExportPlace, StoredTitle
from shared.messages.tickets.export import TicketsExport

Part = Literal["joined", "interested", "waitlisted"]
Place = Annotated[str, StringConstraints(pattern=r"^[ab]-?[0-9]{1,15}\.[0-9]{1,20}$")]
"""A cursor of a list, as the service gave it."""


class ReadHistory(Command):
    """A member wants to see a page of what they took part in."""

    tag: Tag | None = None
    status: Status | None = None
    cursor: Place | None = None


class ExportMyData(Command):
    """A member asks for everything that is stored about them; the tickets' part is included.

    It is answered in parts, each of which goes on `after` the one before.
    """

    tickets: TicketsExport | None = None
    part: ExportPart = 1
    after: ExportPlace | None = None


class EraseMyData(Command):
    """A member wants nothing to be stored about them any more, and knows what that means."""

    def concerns(self) -> Sequence[str]:
        """Return nobody: its handler takes the member's lock alone."""
        return []


class HistoryEntry(Frozen):
    """One invitation in a member's history, and the part they had, under the names of Q3."""

    id: Snowflake
    guild_id: Snowflake
    channel_id: Snowflake
    event_name: StoredTitle
    start_time: UtcDatetime
    tag: Tag
    status: Status
    participation_status: Part
    announcement_id: Snowflake | None = None
