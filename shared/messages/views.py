"""What the HTTP API answers: the reads that go with the messages. Nothing secret."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import AliasChoices, Field

from shared.messages.envelope import Frozen, Snowflake, UtcDatetime
from shared.messages.invitations.details import InvitationState, Participation, Status, Tag
from shared.messages.invitations.mine import HistoryEntry
from shared.messages.invitations.names import ImageName
from shared.messages.invitations.repairs import OwedRepairs
from shared.messages.invitations.repetition import Repetition
from shared.messages.text import MOST_PARTICIPANTS, Code, StoredName, StoredTitle

ListStatus: TypeAlias = Literal["open", "recruiting", "full", "completed", "cancelled"]
"""One state of invitations, or `open`: those in which a member can still join or wait."""

POSITION_HEADER = "Doukikai-Position"
MOST_SHOWN = 1000


# A service of the release before gives them the second name.
USER_ID, USER_NAME = AliasChoices("user_id", "userId"), AliasChoices("user_name", "userName")


class ParticipantView(Frozen):
    """One member's part."""

    user_id: Snowflake = Field(validation_alias=USER_ID)
    user_name: StoredName = Field(validation_alias=USER_NAME)
    status: Participation


class WaitingView(Frozen):
    """One member in the queue."""

    user_id: Snowflake = Field(validation_alias=USER_ID)
    user_name: StoredName = Field(validation_alias=USER_NAME)


class InvitationView(InvitationState):
    """One invitation with everybody in it, in the order they came (Q2).

    Of those who are interested, and of those who wait, it names the first 1,000.

    The waitlist is a list of its own, the next to get a seat first: a program that reads two
    statuses of participants would not understand a third.

    `is_under_way` while it takes place: its start has come, and its end has not.

    `owed` is what Discord does not let the bot show as it is.

    `request_id` is the row that its sealed texts are bound to. `staff_message_id` is the panel in
    `staff_channel_id`, `staff_id` the staff member in charge of the event.
    """

    participants: Annotated[list[ParticipantView], Field(max_length=MOST_SHOWN + MOST_PARTICIPANTS)]
    interested_count: int
    is_under_way: bool = False
    image: ImageName | None = None
    waitlist: Annotated[list[WaitingView], Field(max_length=MOST_SHOWN)] = Field(
        default_factory=list
    )
    request_id: UUID | None = None
    staff_channel_id: Snowflake | None = None
    staff_message_id: Snowflake | None = None
    staff_id: Snowflake | None = None
    staff_name: StoredName | None = None
    repetition: Repetition | None = None
    owed: OwedRepairs = Field(default_factory=list)


class InvitationSummary(Frozen):
    """One line of the list (Q1); `is_under_way` while the event takes place.

    `version` is that of the invitation, and grows by one with each of its events.
    """

    id: Snowflake
    version: int = 0  # a service of an older version names none
    guild_id: Snowflake
    channel_id: Snowflake
    event_name: StoredTitle
    start_time: UtcDatetime
    end_time: UtcDatetime
    tag: Tag
    status: Status
    world_name: StoredTitle
    host_id: Snowflake | None = None  # a service of an older version names none
    host_name: StoredName
    max_participants: int
    joined_count: int
    announcement_id: Snowflake | None = None
    opening_time: UtcDatetime | None = None
    cutoff_time: UtcDatetime | None = None
    sign_up_announced: UtcDatetime | None = None
    is_under_way: bool = False

    @property
    def shown_id(self) -> str:
        """Return the id of the message that shows it now."""
        return self.announcement_id or self.id


class InvitationList(Frozen):
    """One page of invitations; `next` and `previous` are the cursors of those around it, if any."""

    invitations: Annotated[list[InvitationSummary], Field(max_length=100)]
    next: Code | None = None
    previous: Code | None = None


class MemberHistory(Frozen):
    """One page of what a member took part in (Q3), the newest start first; nothing cancelled.

    `next` and `previous` are the cursors of the pages around it, if any.
    """

    entries: Annotated[list[HistoryEntry], Field(max_length=100)]
    next: Code | None = None
    previous: Code | None = None
