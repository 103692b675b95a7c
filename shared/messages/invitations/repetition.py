"""An event that comes back every week: its commands and its events."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.messages.envelope import Frozen
from shared.messages.invitations.commands import InvitationCommand
from shared.messages.invitations.events import InvitationEvent

MOST_TIMES = 52


class Repetition(Frozen):
    """How long an event comes back: so many `times` more, or while it starts on or before `until`.

    The day is one of the guild's time zone. Exactly one of both is there.
    """

    times: Annotated[int, Field(ge=1, le=MOST_TIMES)] | None = None
    until: date | None = None

    @model_validator(mode="after")
    def ends_in_one_way(self) -> Self:
        """Refuse both ends, and none."""
        if (self.times is None) == (self.until is None):
            raise PydanticCustomError("one_end", "must have either times or until")
        return self


class RepeatInvitation(InvitationCommand):
    """Host or staff let an open event come back every week, in place of what they said before."""

    repetition: Repetition


class StopRepetition(InvitationCommand):
    """Host or staff let an open event be the last of its kind."""


class RepetitionChanged(InvitationEvent):
    """The event comes back otherwise than before, or no more."""

    repetition: Repetition | None = None
