"""How a guild uses the bot: its language, time zone, channels and staff."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.messages.envelope import Command, Event, Frozen, Snowflake
from shared.messages.invitations.details import REMINDER_MINUTES, ReminderMinutes

MOST_ROLES = 10
ZONES = frozenset(available_timezones())


def known_zone(name: str) -> str:
    """Refuse a time zone that is not in the IANA database."""
    if name not in ZONES:
        raise PydanticCustomError("unknown_zone", "must be an IANA time zone")
    return name


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
"""A language as Discord writes it: `ja`, `en`, `pt-BR`."""
TimeZone = Annotated[str, Field(max_length=50), AfterValidator(known_zone)]
Roles = Annotated[tuple[Snowflake, ...], Field(max_length=MOST_ROLES)]


class GuildSettings(Frozen):
    """What the members who manage a guild have chosen; the defaults until they choose.

    A guild without an announcement channel is not set up: nobody can announce an event in it.
    """

    language: Language = "ja"
    time_zone: TimeZone = "Asia/Tokyo"
    announcement_channel_id: Snowflake | None = None
    staff_channel_id: Snowflake | None = None
    staff_role_ids: Roles = ()
    host_role_ids: Roles = ()
    """The roles whose members may announce events; every member may if there is none."""
    reminder_minutes: ReminderMinutes = REMINDER_MINUTES
    mirrors_scheduled_events: bool = False
    is_listed: bool = False
    """Whether the guild's events are in the public list of the API."""

    @property
    def is_set_up(self) -> bool:
        """Return whether members can announce events."""
        return self.announcement_channel_id is not None


class GuildView(GuildSettings):
    """The settings of a guild as the API shows them to the gateway; `version` 0 is the defaults."""

    guild_id: Snowflake
    version: int = 0


class GuildChanges(Frozen):
    """New values of some settings; a field that is not set stays as it is."""

    language: Language = "ja"
    time_zone: TimeZone = "Asia/Tokyo"
    announcement_channel_id: Snowflake | None = None
    staff_channel_id: Snowflake | None = None
    staff_role_ids: Roles = ()
    host_role_ids: Roles = ()
    reminder_minutes: ReminderMinutes = REMINDER_MINUTES
    mirrors_scheduled_events: bool = False
    is_listed: bool = False

    @property
    def values(self) -> dict[str, object]:
        """Return the settings that change, by their names."""
        return self.model_dump(exclude_unset=True)


class ChangeGuildSettings(Command):
    """A member who manages the guild changes some of its settings."""

    guild_id: Snowflake
    changes: GuildChanges


class GuildSettingsChanged(Event):
    """The settings of a guild have changed; these are all of them. `version` grows by one each."""

    guild: GuildView
