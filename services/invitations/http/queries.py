"""What the HTTP API can be asked: the models that read paths, queries and headers."""

from typing import Annotated, TypeAlias, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.invitations.sql import feed, lists
from shared.messages.envelope import Event, Snowflake
from shared.messages.invitations.details import Status
from shared.messages.invitations.guilds import GuildSettings, Language
from shared.messages.invitations.names import ImageName
from shared.messages.registry import REGISTRY
from shared.messages.views import POSITION_HEADER, ListStatus

PUBLIC_EVENTS = frozenset(
    name
    for name, kind in REGISTRY.items()
    if issubclass(kind, Event) and name.startswith("invitations.")
)


STATES = "|".join(get_args(ListStatus))


WantedTag: TypeAlias = Annotated[str, Field(pattern=r"^[^\x00]+$", max_length=50)]


class ListQuery(BaseModel):
    """What the list can be asked for."""

    model_config = ConfigDict(extra="forbid")

    tag: Annotated[WantedTag | None, Field(description="Only this tag.")] = None
    status: Annotated[
        str | None,
        Field(
            pattern=rf"^(?:{STATES})(?:,(?:{STATES})){{0,4}}$",
            description="Only this state, or several with commas between, such as"
            " `completed,cancelled`. `open` is recruiting and full. `recruiting` unless a host's"
            " are asked for.",
        ),
    ] = None
    words: Annotated[
        str | None,
        Field(
            pattern=r"^[^\x00]*$",
            max_length=100,
            description="Only those with all these words in the names of event, world and host."
            " They are looked for in a guild or at a host; without either nothing is found.",
        ),
    ] = None
    host: Annotated[
        Snowflake | None,
        Field(
            description="Only this host's, the newest start first. With a token also those that"
            " they co-host."
        ),
    ] = None
    guild: Annotated[Snowflake | None, Field(description="Only this guild's.")] = None
    cursor: Annotated[
        lists.Place | None,
        Field(description="A page, as `next` or `previous` of another named it."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many on a page.")] = lists.PAGE


def known_events(text: str) -> str:
    """Refuse names of events that are not published."""
    for name in text.split(","):
        if name not in PUBLIC_EVENTS:
            raise PydanticCustomError(
                "unknown_event", "there is no event of this name: {name}", {"name": name}
            )
    return text


class EventQuery(BaseModel):
    """What the feed of events can be asked for."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[
        int | None,
        Field(
            ge=0,
            le=10**15,
            description="Only events with a higher number: the `sequence` of the last one that you"
            " have, or the `next` of a page. Without it the oldest that is kept comes first.",
        ),
    ] = None
    types: Annotated[
        str | None,
        Field(
            max_length=600,  # a longer address is refused by aiohttp, in plain text
            description="Only events of these names, such as"
            " `invitations.ParticipantJoined,invitations.ParticipantLeft`.",
        ),
        AfterValidator(known_events),
    ] = None
    guild: Annotated[
        Snowflake | None,
        Field(description="Only this guild's, and those of no guild, such as `MemberErased`."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=500, description="How many on a page.")] = feed.PAGE

    @property
    def wanted(self) -> feed.Wanted:
        """Return what the events must have."""
        return feed.Wanted(frozenset(self.types.split(",") if self.types else ()), self.guild)


class LastEvent(BaseModel):
    """Where a client that follows the feed goes on."""

    last_event_id: Annotated[
        int | None,
        Field(
            alias="Last-Event-ID",
            ge=0,
            le=10**15,
            description="In a stream: the `id` of the last event, as a browser sends it.",
        ),
    ] = None


class DetailPath(BaseModel):
    """Which invitation."""

    id: Annotated[Snowflake, Field(description="The id of the invitation and its announcement.")]


class GuildPath(BaseModel):
    """Which guild."""

    guild_id: Annotated[Snowflake, Field(description="The id of the guild.")]


class PlacesQuery(BaseModel):
    """Which page."""

    after: Annotated[Snowflake, Field(description="The `next` of the page before.")] = "0"


class HostPath(GuildPath):
    """Whose drafts, and in which guild."""

    host_id: Annotated[Snowflake, Field(description="The id of the host.")]


class ImagePath(GuildPath):
    """Which picture of a guild."""

    name: Annotated[ImageName, Field(description="The name of the picture.")]


class DraftQuery(BaseModel):
    """Which draft."""

    draft: Annotated[UUID | None, Field(description="Only this draft, also an announced one.")] = (
        None
    )


class DetailQuery(BaseModel):
    """Of which guild."""

    guild: Annotated[
        Snowflake | None, Field(description="Not found unless it is of this guild.")
    ] = None


class CalendarQuery(BaseModel):
    """In which language a calendar is read."""

    lang: Annotated[
        Language, Field(description="The language of its words; English if it is unknown.")
    ] = GuildSettings().language


class CalendarPath(BaseModel):
    """Whose calendar, by its secret."""

    token: Annotated[str, Field(description="The secret part of the address.")]


class HistoryPath(BaseModel):
    """Whose history, by a secret."""

    token: Annotated[str, Field(description="The secret part of the member's calendar address.")]


class HistoryQuery(BaseModel):
    """What a history can be asked for."""

    model_config = ConfigDict(extra="forbid")

    tag: Annotated[WantedTag | None, Field(description="Only this tag.")] = None
    status: Annotated[Status | None, Field(description="Only this state.")] = None
    guild: Annotated[Snowflake | None, Field(description="Only of this guild.")] = None
    cursor: Annotated[
        lists.Place | None,
        Field(description="A page, as `next` or `previous` of another named it."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=100, description="How many on a page.")] = lists.PAGE


class Seen(BaseModel):
    """What a reader says they must see."""

    position: Annotated[
        str | None,
        Field(
            alias=POSITION_HEADER,
            pattern=r"^[0-9]{1,18}$",
            description="The answer is no older than this, which came with another answer or an"
            " event; 0 takes any age. Without it every published change is included.",
        ),
    ] = None
