"""What an invitation says, and how it stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.messages import vrchat
from shared.messages.characters import is_blank
from shared.messages.envelope import Frozen, Snowflake, UtcDatetime
from shared.messages.invitations.reminding import (
    REMINDER_MINUTES,
    MoreReminders,
    ReminderMinutes,
)
from shared.messages.links import WorldLink
from shared.messages.text import Description, Name, Seats, StoredName, StoredText, TagName

Tag: TypeAlias = TagName
"""What kind of event it is, in the words of its guild."""
TAGS: tuple[Tag, ...] = ("観光", "ゲーム", "まったり", "撮影会", "イベント", "その他")
"""The tags of a guild that has not chosen its own."""
DEFAULT_TAG: Tag = "その他"
InstanceType: TypeAlias = vrchat.InstanceType
Status = Literal["recruiting", "full", "completed", "cancelled"]
Participation = Literal["joined", "interested"]
Part = Literal["joined", "interested", "waitlisted"]
MOST_PARTICIPANTS = 100
MOST_CO_HOSTS = 5
CoHosts = Annotated[
    list[Snowflake],
    Field(max_length=MOST_CO_HOSTS),
    AfterValidator(lambda ids: sorted(set(ids), key=int)),
]
"""Members who may do with an event what its host may; in the order of their ids, each once."""

NEEDED = ("event_name", "world_name", "description")
PUBLISHED = (*NEEDED, "world_link", "reason")  # what everybody reads; the reason of a cancellation


def mistakes_in(texts: Mapping[str, object]) -> list[tuple[str, str]]:
    """List what must not be published: each field and a code, `blank` or `names_an_instance`.

    A rule for new texts and not part of the contract, so that what was published before it can
    still be read.
    """
    typed = {name: text for name in PUBLISHED if isinstance(text := texts.get(name), str)}
    reminders: object = texts.get("more_reminders")
    if isinstance(reminders, list):
        typed["more_reminders"] = "\n".join(each.text for each in reminders)
    return [
        *((name, "blank") for name in NEEDED if name in typed and is_blank(typed[name])),
        *((name, "names_an_instance") for name in typed if vrchat.names_instance(typed[name])),
    ]


SignUp: TypeAlias = Literal["before", "open", "closed"]
"""Whether members can join or wait: not before the opening time, and not from the cut-off on."""


def sign_up_at(at: datetime, opening_time: datetime | None, cutoff_time: datetime | None) -> SignUp:
    """Return whether members can join or wait at a moment."""
    if cutoff_time is not None and at >= cutoff_time:
        return "closed"
    return "before" if opening_time is not None and at < opening_time else "open"


def shown_sign_up_at(
    now: datetime,
    opening_time: datetime | None,
    cutoff_time: datetime | None,
    announced: datetime | None,
) -> SignUp:
    """Return whether members can join or wait; what was announced counts also if `now` is late.

    The clock of a reader may be behind that of the database, which decides when to announce.
    """
    at = now if announced is None else max(now, announced)
    return sign_up_at(at, opening_time, cutoff_time)


SignUpMistake: TypeAlias = Literal["cutoff_after_end", "opens_too_late"]


def sign_up_mistake(
    end_time: datetime, opening_time: datetime | None, cutoff_time: datetime | None
) -> SignUpMistake | None:
    """Return how the times of sign-up contradict each other or the end, if they do."""
    if cutoff_time is not None and cutoff_time >= end_time:
        return "cutoff_after_end"
    if opening_time is not None and opening_time >= (cutoff_time or end_time):
        return "opens_too_late"
    return None


class Details(Frozen):
    """What a host says of an event. The table's CHECKs say the same."""

    event_name: Name
    start_time: UtcDatetime
    end_time: UtcDatetime
    world_name: Name
    world_link: WorldLink | None = None
    tag: Tag
    description: Description
    instance_type: InstanceType
    max_participants: Seats
    reminder_minutes: ReminderMinutes = REMINDER_MINUTES
    opening_time: UtcDatetime | None = None
    """When sign-up opens; None is at once."""
    cutoff_time: UtcDatetime | None = None
    """When sign-up closes; None is at the end."""
    co_host_ids: CoHosts = Field(default_factory=list)
    more_reminders: MoreReminders = Field(default_factory=list)

    @model_validator(mode="after")
    def starts_before_it_ends(self) -> Self:
        """Refuse times that contradict each other."""
        if self.start_time >= self.end_time:
            raise PydanticCustomError("ends_before_start", "must end after it starts")
        if mistake := sign_up_mistake(self.end_time, self.opening_time, self.cutoff_time):
            raise PydanticCustomError(mistake, "must open, close and end in this order")
        return self


class InvitationState(Details):
    """An invitation as it stands after an event; nothing secret. `version` grows by one each."""

    id: Snowflake
    version: int
    guild_id: Snowflake
    channel_id: Snowflake
    thread_id: Snowflake
    host_id: Snowflake
    host_name: StoredName
    status: Status
    joined_count: int
    waitlisted_count: int = 0
    cancel_reason: StoredText | None = None
    announcement_id: Snowflake | None = None
    """The message that shows it, if another one than `id` does: a deleted one is posted again."""
    sign_up_announced: UtcDatetime | None = None
    """The opening time or cut-off that `SignUpChanged` was published for last."""

    @property
    def hosts(self) -> list[str]:
        """Return the ids of the host and the co-hosts."""
        return [self.host_id, *self.co_host_ids]

    @property
    def shown_id(self) -> str:
        """Return the id of the message that shows it now."""
        return self.announcement_id or self.id

    def sign_up(self, now: datetime) -> SignUp:
        """Return whether members can join or wait at a moment, by the clock of a reader."""
        return shown_sign_up_at(now, self.opening_time, self.cutoff_time, self.sign_up_announced)
