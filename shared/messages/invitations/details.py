"""What an invitation says, and how it stands."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from shared.messages.envelope import Frozen, Snowflake, UtcDatetime
from shared.messages.links import WorldLink
from shared.messages.text import Description, Name, Seats

Tag = Literal["観光", "ゲーム", "まったり", "撮影会", "イベント", "その他"]
InstanceType = Literal[
    "group", "friend", "friendplus", "public", "invite", "inviteplus", "groupplus", "grouppublic"
]
Status = Literal["recruiting", "full", "completed", "cancelled"]
Participation = Literal["joined", "interested"]
Part = Literal["joined", "interested", "waitlisted"]
MOST_PARTICIPANTS = 100
REMINDER_MINUTES, MOST_REMINDER_MINUTES = 15, 24 * 60
ReminderMinutes = Annotated[int, Field(ge=0, le=MOST_REMINDER_MINUTES)]
"""How long before the start those with a seat are reminded; 0 is never."""


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

    @model_validator(mode="after")
    def starts_before_it_ends(self) -> Self:
        """Refuse an event that ends before it starts."""
        if self.start_time >= self.end_time:
            raise PydanticCustomError("ends_before_start", "must end after it starts")
        return self


class InvitationState(Details):
    """An invitation as it stands after an event; nothing secret. `version` grows by one each."""

    id: Snowflake
    version: int
    guild_id: Snowflake
    channel_id: Snowflake
    thread_id: Snowflake
    host_id: Snowflake
    host_name: str
    status: Status
    joined_count: int
    waitlisted_count: int = 0
    cancel_reason: str | None = None
