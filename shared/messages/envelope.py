"""What every message carries besides its own fields."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    StringConstraints,
)
from uuid_utils import compat

from shared.messages.text import Code, PersonName

Snowflake = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
"""A Discord id: digits in a string, since JavaScript cannot hold 64 bits in a number."""

NOBODY = "0"
"""The actor of a service's own commands, who need not take turns."""

MOST_MESSAGE_BYTES = 1_048_576
"""No message is larger, as JSON: an export is sent in parts. RabbitMQ's own limit is twice that."""

DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


def born_at(snowflake: str) -> datetime:
    """Return when Discord made an id, by its clock: the milliseconds above the lowest 22 bits."""
    return DISCORD_EPOCH + timedelta(milliseconds=int(snowflake) >> 22)


Sealed = Annotated[
    str,
    StringConstraints(pattern=r"^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$", max_length=500),
]
"""An encrypted text as `shared.sealing` writes it."""

# Two thousand characters of four bytes each, sealed under a key id of up to fifty characters.
SealedWords = Annotated[
    str,
    StringConstraints(pattern=r"^v[0-9]+\.[a-z0-9]+\.[A-Za-z0-9_-]+$", max_length=11_000),
]
"""A text of any length that people may type, encrypted likewise."""

UtcDatetime = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
"""A moment; goes over the wire in UTC with a Z."""


def new_id() -> UUID:
    """Make an id that sorts by the time it was made (uuid7, RFC 9562)."""
    return compat.uuid7()


class Frozen(BaseModel):
    """A value. Unknown fields are ignored, so that an older reader lives with a newer writer."""

    model_config = ConfigDict(frozen=True)


class Actor(Frozen):
    """Who asked, and in which guild: they are staff and may manage in that guild alone."""

    user_id: Snowflake
    name: PersonName
    is_staff: bool = False
    may_manage: bool = False
    """Whether they have Manage Server, and so may change the guild's settings."""
    guild_id: Snowflake | None = None

    def is_staff_of(self, guild_id: str) -> bool:
        """Return whether they are staff of a guild."""
        return self.is_staff and self.guild_id == guild_id


class ReplyTo(Frozen):
    """Where an answer goes: enough for any gateway replica to finish an interaction.

    The token is a bearer secret for 15 minutes, so it travels sealed to its interaction's id.
    """

    application_id: Snowflake
    interaction_id: Snowflake
    token: Sealed
    locale: Annotated[str, Field(max_length=20)]
    expires_at: UtcDatetime
    page: Annotated[str, Field(max_length=100)] | None = None
    """The custom id of the page that the answer is shown on; without one it is a message."""
    follows_events: bool = False
    """Whether events that carry it are answered too; before 0.1.0 only replies are."""


class Message(Frozen):
    """Something one service says to another."""

    @classmethod
    def wire_name(cls) -> str:
        """Name the message as the wire, the logs and the metrics do, such as `invitations.Join`."""
        owner = cls.__module__.removeprefix("shared.messages.").partition(".")[0]
        return f"{owner}.{cls.__name__}"


class Command(Message):
    """A wish, in the imperative. One service owns it and may refuse."""

    actor: Actor
    reply_to: ReplyTo | None = None

    @property
    def pressed_at(self) -> datetime | None:
        """When the member pressed, by Discord's clock; None for what nobody pressed."""
        return born_at(self.reply_to.interaction_id) if self.reply_to else None

    def is_stranger_to(self, guild_id: str) -> bool:
        """Return whether it was pressed in another guild, or in a direct message."""
        return self.actor.guild_id != guild_id

    def concerns(self) -> Sequence[str]:
        """Return the ids of the members whom handling the command may write down."""
        return [self.actor.user_id]

    @property
    def interaction_id(self) -> str | None:
        """Return the id of the press, which grows with time; None if nobody pressed."""
        return self.reply_to.interaction_id if self.reply_to else None


class UnpressedCommand(Command):
    """A command that a service sends by itself; its actor may have no guild.

    The class decides, and not the missing guild: a press is never of such a class.
    """

    def is_stranger_to(self, guild_id: str) -> bool:
        """Return whether it names another guild."""
        return self.actor.guild_id not in (None, guild_id)


class ScheduledCommand(UnpressedCommand):
    """A command that the scheduler sends; its key proves no other."""


class Event(Message):
    """A fact, in the past tense. It has happened and cannot be refused."""


class Reply(Message):
    """What a service says to the gateway alone."""


class Answer(Reply):
    """An answer to the member who pressed; `reply_to` names the command."""

    reply_to: ReplyTo
    command: Code


class Envelope(Frozen):
    """A message and its story: which message it is, and what led to it."""

    id: UUID = Field(default_factory=new_id)
    name: Code
    correlation_id: UUID
    causation_id: UUID | None = None
    sent_at: UtcDatetime = Field(default_factory=lambda: datetime.now(UTC))
    body: SerializeAsAny[Message]

    @classmethod
    def first(cls, body: Message, *, id: UUID | None = None) -> "Envelope":  # noqa: A002 - the wire's word
        """Start a new story; a press of a button gives the id, so that its repetition is known."""
        own = id or new_id()
        return cls(id=own, name=body.wire_name(), correlation_id=own, body=body)

    def caused(self, body: Message, *, id: UUID | None = None) -> "Envelope":  # noqa: A002 - the wire's word
        """Continue this story with a message that this one caused."""
        return Envelope(
            id=id or new_id(),
            name=body.wire_name(),
            correlation_id=self.correlation_id,
            causation_id=self.id,
            body=body,
        )

    def to_json(self) -> str:
        """Write the envelope as it crosses the wire."""
        return self.model_dump_json()


def with_body(fields: dict[str, Any], body: Message) -> Envelope:
    """Put an already validated body back into the fields around it."""
    return Envelope.model_validate({**fields, "body": body})
