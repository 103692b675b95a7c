"""How a guild uses tickets: its log channel, its limit, its silence and its categories."""

from datetime import timedelta
from typing import Annotated, get_args

from pydantic import AfterValidator, Field

from shared.messages.changes import Changes
from shared.messages.envelope import Command, Event, Frozen, Snowflake
from shared.messages.tickets.details import Category

MOST_PER_CATEGORY = 10
"""The table of requests has no more slots."""
MOST_MINUTES = 10_080
"""A week: after so long Discord archives a thread that nobody writes in."""
CATEGORIES: tuple[Category, ...] = get_args(Category)


def in_order(chosen: tuple[Category, ...]) -> tuple[Category, ...]:
    """Return each category once, in the order of the panel."""
    return tuple(category for category in CATEGORIES if category in chosen)


Categories = Annotated[
    tuple[Category, ...], Field(max_length=len(CATEGORIES)), AfterValidator(in_order)
]
Minutes = Annotated[int, Field(ge=1, le=MOST_MINUTES)]


class TicketSettings(Frozen):
    """What the members who manage a guild have chosen; the defaults until they choose."""

    log_channel_id: Snowflake | None = None
    """The channel that keeps the records of closed tickets; without one none is kept."""
    per_category: Annotated[int, Field(ge=1, le=MOST_PER_CATEGORY)] = 1
    """How many tickets of one category a member may have open at once."""
    warn_after_minutes: Minutes = 2880
    close_after_minutes: Minutes = 1440
    """How long after the warning a silent ticket is closed."""
    categories: Categories = CATEGORIES
    """What a member may open a ticket about; none: the guild has no tickets."""

    @property
    def warn_after(self) -> timedelta:
        """Return how long a ticket may be silent until it is warned."""
        return timedelta(minutes=self.warn_after_minutes)

    @property
    def close_after(self) -> timedelta:
        """Return how long a warned ticket may be silent until it is closed."""
        return timedelta(minutes=self.close_after_minutes)


class TicketSettingsView(TicketSettings):
    """The settings of a guild; `version` 0 is the defaults."""

    guild_id: Snowflake
    version: int = 0


class TicketChanges(Changes, TicketSettings):
    """New values of some settings of tickets; a field that is not set stays as it is."""


class ReadTicketSettings(Command):
    """A member who manages the guild wants to see its settings."""

    guild_id: Snowflake


class ChangeTicketSettings(Command):
    """A member who manages the guild changes some of its settings."""

    guild_id: Snowflake
    changes: TicketChanges


class TicketSettingsChanged(Event):
    """The settings of a guild have changed; these are all of them. `version` grows by one each."""

    guild: TicketSettingsView
