"""How a guild uses the bot: its language, time zone, channels and staff."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.messages.changes import Changes
from shared.messages.envelope import Command, Event, Frozen, Snowflake, UnpressedCommand
from shared.messages.invitations.details import DEFAULT_TAG, TAGS, Tag
from shared.messages.invitations.mentions import NOBODY, Mention
from shared.messages.invitations.reminding import REMINDER_MINUTES, ReminderMinutes

MOST_ROLES = 10
MOST_TAGS = 20


def known_zone(name: str) -> str:
    """Refuse a time zone that this machine's IANA database does not have."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("unknown_zone", "must be an IANA time zone") from None
    return name


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", max_length=6)]
"""A language as Discord writes it: `ja`, `en`, `pt-BR`."""
# What is stored can be read on every machine: two may know different old names of zones.
TimeZone = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9_+/-]{1,49}$", max_length=50)]
KnownTimeZone = Annotated[TimeZone, AfterValidator(known_zone)]
Tags = Annotated[
    tuple[Tag, ...],
    Field(min_length=1, max_length=MOST_TAGS),
    AfterValidator(lambda tags: tuple(dict.fromkeys(tags))),
]
"""In the order in which hosts see them, each once."""
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
    mention_role_ids: Roles = ()
    """The roles that hosts may mention when they post an event."""
    mentions_everyone: bool = False
    """Whether hosts may mention @everyone and @here."""
    tags: Tags = TAGS
    """The tags that hosts choose from. An event keeps its own when the guild drops that one."""

    @property
    def is_set_up(self) -> bool:
        """Return whether members can announce events."""
        return self.announcement_channel_id is not None

    def may_mention(self, mention: Mention) -> bool:
        """Return whether a host may mention them."""
        if mention in ("everyone", "here"):
            return self.mentions_everyone
        return mention == NOBODY or mention in self.mention_role_ids

    def offered(self, tag: Tag = DEFAULT_TAG) -> Tag:
        """Return a tag, or one in its place if hosts cannot choose it."""
        candidates = (tag, DEFAULT_TAG, self.tags[-1])
        return next(each for each in candidates if each in self.tags)

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone; UTC on a machine that does not know its name."""
        try:
            return ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            return ZoneInfo("UTC")


class GuildState(GuildSettings):
    """The settings, the message that lists the open events, and whether there is a token."""

    list_channel_id: Snowflake | None = None
    list_message_id: Snowflake | None = None
    has_api_token: bool = False
    """Whether programs can read the guild from the API with a token of its own."""


class GuildView(GuildState):
    """The settings of a guild as the API shows them to the gateway; `version` 0 is the defaults."""

    guild_id: Snowflake
    version: int = 0


class GuildChanges(Changes, GuildSettings):
    """New values of some settings; a field that is not set stays as it is."""

    time_zone: KnownTimeZone = "Asia/Tokyo"


class ChangeGuildSettings(Command):
    """A member who manages the guild changes some of its settings."""

    guild_id: Snowflake
    changes: GuildChanges


class GuildSettingsChanged(Event):
    """The settings of a guild have changed; these are all of them. `version` grows by one each."""

    guild: GuildView


class PinList(Command):
    """Staff want a message to list the guild's open events; it takes the place of any other."""

    guild_id: Snowflake
    channel_id: Snowflake
    message_id: Snowflake


class SetApiToken(Command):
    """A member who manages the guild gives it another token for the API, or takes the token away.

    Only the hash of the token is sent.
    """

    guild_id: Snowflake
    token_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None


class UnpinList(UnpressedCommand):
    """The message that listed the guild's open events was deleted."""

    guild_id: Snowflake
    message_id: Snowflake
