"""What a ticket says, and how it stands."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from shared.messages.characters import is_blank
from shared.messages.envelope import Frozen, SealedWords, Snowflake, UtcDatetime
from shared.messages.text import Code, Noted, StoredName, composed, one_line, remark
from shared.messages.vrchat import names_instance

Category = Literal["question", "trouble", "other"]
TicketStatus = Literal["open", "closed"]
MOST_PEOPLE = 1000
"""So many may be let into a ticket's thread, and so many put out of it."""
ThreadEnd = Literal["thread_deleted", "thread_closed"]
"""What a moderator did to a ticket's thread in Discord's own menu."""
CloseCause = Literal["asked", "silence", "left", ThreadEnd]


def subject(line: str) -> str:
    """Refuse a subject with nothing to see, and an instance link: staff read it in lists."""
    if is_blank(line):
        raise PydanticCustomError("blank", "must not be blank")
    if names_instance(line):
        raise PydanticCustomError("instance_in_subject", "must not name an instance")
    return line


Subject = Annotated[
    str,
    Field(max_length=100),
    BeforeValidator(composed),
    AfterValidator(one_line),
    AfterValidator(subject),
]
"""What a ticket is about; checked before it is sealed."""

Details = Annotated[
    str,
    Field(max_length=2000),
    BeforeValidator(remark),
    StringConstraints(min_length=1),
]
"""The first message of a ticket; checked before it is sealed."""

Cursor = Annotated[str, StringConstraints(pattern=r"^[ab][0-9]{1,15}\.[0-9]{1,20}$")]
"""A place in a list: right after a ticket, or right before it; readers only hand it back."""

LogPlace = Annotated[str, StringConstraints(pattern=r"^[ab][0-9]{1,18}$")]
"""A cursor of the audit log: right after an entry, or right before it."""


class TicketLogEntry(Frozen):
    """Who did what to a ticket, when; `action` is the command's name.

    There is no ticket where a setting was changed.
    """

    at: UtcDatetime
    actor_id: Snowflake
    actor_name: StoredName
    action: Code
    details: Noted
    ticket_id: Snowflake | None = None


class TicketState(Frozen):
    """A ticket as it stands after an event; nothing of what is said in it.

    `version` grows by one each. `warns_at` and `closes_at` are when nothing but silence brings the
    next step: None on hold, and once it is closed. Staff have added
    `added_ids` to the thread and removed `removed_ids` from it; lists leave both out.
    """

    id: Snowflake
    version: int
    guild_id: Snowflake
    channel_id: Snowflake
    message_id: Snowflake
    user_id: Snowflake
    user_name: StoredName
    category: Category
    status: TicketStatus
    staff_id: Snowflake | None = None
    staff_name: StoredName | None = None
    is_on_hold: bool = False
    created_at: UtcDatetime
    last_activity_at: UtcDatetime
    warns_at: UtcDatetime | None = None
    closes_at: UtcDatetime | None = None
    closed_at: UtcDatetime | None = None
    closed_by: Snowflake | None = None
    added_ids: Annotated[tuple[Snowflake, ...], Field(max_length=MOST_PEOPLE)] = ()
    removed_ids: Annotated[tuple[Snowflake, ...], Field(max_length=MOST_PEOPLE)] = ()


class TicketLine(TicketState):
    """A ticket in a list: what it is about is sealed to `request_id`."""

    request_id: UUID
    subject: SealedWords
