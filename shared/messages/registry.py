"""Every message by its name on the wire, which is also its routing key."""

from types import ModuleType

from pydantic import ValidationError
from pydantic_core import from_json

from shared.messages import replies
from shared.messages.envelope import (
    MOST_MESSAGE_BYTES,
    Envelope,
    Message,
    ReplyTo,
    with_body,
)
from shared.messages.gateway import events as gateway_events
from shared.messages.invitations import (
    calendars,
    commands,
    drafting,
    events,
    guilds,
    images,
    mine,
    repairs,
    repetition,
    roster,
    staffing,
    templates,
)
from shared.messages.tickets import commands as ticket_commands
from shared.messages.tickets import events as ticket_events
from shared.messages.tickets import guilds as ticket_guilds
from shared.messages.tickets import mine as ticket_mine
from shared.messages.tickets import replies as ticket_replies
from shared.messages.tickets import seals as ticket_seals

ABSTRACT = {
    commands.InvitationCommand,
    commands.OrderedPress,
    drafting.DraftCommand,
    events.InvitationEvent,
    events.ParticipantEvent,
    images.ImageCommand,
    repairs.RepairCommand,
    roster.RosterCommand,
    ticket_commands.PersonCommand,
    ticket_commands.TicketCommand,
    ticket_events.TicketEvent,
}


def _messages_of(owner: ModuleType) -> list[type[Message]]:
    return [
        found
        for found in vars(owner).values()
        if isinstance(found, type)
        and issubclass(found, Message)
        and found.__module__ == owner.__name__
        and found not in ABSTRACT
    ]


REGISTRY: dict[str, type[Message]] = {
    message.wire_name(): message
    for owner in (
        *(commands, drafting, mine, roster, calendars, repetition, repairs, events, staffing),
        *(guilds, images, templates, gateway_events),
        *(ticket_commands, ticket_mine, ticket_seals, ticket_events, ticket_guilds, ticket_replies),
        replies,
    )
    for message in _messages_of(owner)
}


# Beside what is no message: a moment beyond the calendar.
UNREADABLE = (ValueError, TypeError, KeyError, OverflowError, ValidationError)


class Unreadable(ValueError):  # noqa: N818 - it reads as what the message is
    """What arrived is no message of ours; trying again cannot help."""


class Unknown(Message):
    """A message whose name or fields this release does not know; who it answers, if it says so."""

    reply_to: ReplyTo | None = None


class UnknownMessage(Unreadable):
    """A whole envelope around a message of another release, which a newer process can handle."""

    def __init__(self, envelope: Envelope, reason: str) -> None:
        super().__init__(f"{envelope.name}: {reason}")
        self.envelope = envelope


def read(raw: bytes | str) -> Envelope:
    """Read an envelope and the message inside; raises UnknownMessage or else Unreadable."""
    if len(raw) > MOST_MESSAGE_BYTES:
        raise Unreadable("TooLarge")
    try:
        fields = from_json(raw)
        around = with_body(fields, Unknown())
    except UNREADABLE as error:
        raise Unreadable(type(error).__name__) from error
    try:
        body = REGISTRY[around.name].model_validate(fields["body"])
    except UNREADABLE as error:
        unknown = Unknown(reply_to=_reply_to(fields["body"]))
        envelope = around.model_copy(update={"body": unknown})
        raise UnknownMessage(envelope, type(error).__name__) from error
    return around.model_copy(update={"body": body})


def _reply_to(body: object) -> ReplyTo | None:
    try:
        return Unknown.model_validate(body).reply_to
    except UNREADABLE:
        return None
