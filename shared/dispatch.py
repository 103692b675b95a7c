"""One message in, one transaction, the messages it caused out."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Literal, TypeAlias
from uuid import UUID

import structlog
from structlog.contextvars import bound_contextvars

from shared import inbox, outbox
from shared.database import Connection, Pool
from shared.errors import Kind, classify, is_slow, suppress_server_errors
from shared.failpoints import failpoint
from shared.limits import Limit
from shared.messages.envelope import Answer, Command, Envelope, Message, ReplyTo
from shared.messages.invitations.details import InvitationState
from shared.messages.replies import CommandAccepted, CommandRefused
from shared.refusal import Refused


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a handler says has happened.

    `messages` go out as they are: events for everyone, answers to others who wait. `is_accepted`
    adds the answer to the actor, with the `details` that its sentence needs.
    """

    messages: Sequence[Message] = ()
    is_accepted: bool = False
    invitation: InvitationState | None = None
    details: Mapping[str, str | int] = field(default_factory=dict)


def accepted(
    *messages: Message, invitation: InvitationState | None = None, **details: str | int
) -> Outcome:
    """Return the messages, and an acceptance for the actor."""
    return Outcome(messages, is_accepted=True, invitation=invitation, details=details)


def answered(command: Command, answer: type[Answer], **fields: object) -> Outcome:
    """Return an answer to the actor, with these fields."""
    return Outcome(answer_to(command.reply_to, command, answer, **fields))


def answer_to(
    reply_to: ReplyTo | None,
    command: Command | type[Command],
    answer: type[Answer],
    **fields: object,
) -> Sequence[Answer]:
    """Return the answer to a command, or nothing where nobody waits; raises ValidationError."""
    if reply_to is None:
        return ()
    own = {"reply_to": reply_to, "command": command.wire_name(), **fields}
    return [answer.model_validate(own, extra="forbid")]


Handler: TypeAlias = Callable[[Any, Connection], Awaitable[Outcome]]
Handlers: TypeAlias = Mapping[type[Message], Handler]
HandleAll: TypeAlias = Callable[[Sequence[Any], Connection], Awaitable[Sequence[Outcome | Refused]]]


class BatchHandler:
    """A handler of several messages of one kind at once, as if they came one after the other.

    They share no savepoint: it decides before it writes, and for whom it refuses it writes nothing.
    """

    def __init__(self, handle_all: HandleAll) -> None:
        self.all = handle_all

    async def __call__(self, message: Message, connection: Connection) -> Outcome:
        """Handle one; raises Refused."""
        [outcome] = await self.all([message], connection)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome


Handled: TypeAlias = Literal["done", "repeated", "refused"]
Handle: TypeAlias = Callable[[Envelope], Awaitable[Handled]]
HandleRun: TypeAlias = Callable[
    [Sequence[Envelope]], Awaitable[tuple[Sequence[Handled], Exception | None]]
]
"""Handles messages in their order until one fails; returns the results before it, and the error."""

# The audit log stores it; no handler decides by it.
CORRELATION_ID: ContextVar[UUID] = ContextVar("correlation_id")

log = structlog.get_logger()


async def handle_once(
    envelope: Envelope,
    handlers: Handlers,
    pool: Pool,
    on_commit: Callable[[], None] = lambda: None,
    presses_limit: Limit | None = None,
) -> Handled:
    """Handle a message once, and keep what it caused in the outbox; then call `on_commit`."""
    try:
        [handled] = await handle_together([envelope], handlers, pool, presses_limit)
    except Exception as error:
        # Else a member whose presses fail could press without limit. One that waits for a server
        # is tried again without the member's doing.
        is_final = classify(error) is Kind.PERMANENT and not is_slow(error)
        if presses_limit is not None and is_final:
            with suppress_server_errors():
                await inbox.count_failed(pool, envelope, presses_limit)
        raise
    on_commit()
    return handled


async def handle_together(
    envelopes: Sequence[Envelope],
    handlers: Handlers,
    pool: Pool,
    presses_limit: Limit | None = None,
) -> list[Handled]:
    """Handle messages once each, in this order and in one transaction: all of them, or none."""
    outcomes: dict[UUID, Outcome | Refused] = {}
    # No timeout: waiting for a pool connection does not mean that the database is down.
    async with pool.acquire() as connection, connection.transaction():
        signed = await inbox.sign(connection, envelopes, presses_limit)
        failpoint("inbox.signed")
        # Each id once: the same message may be there twice.
        new = {each.id: each for each in envelopes if each.id in signed.new}
        outcomes |= signed.refused
        in_order = (each for each in new.values() if each.id not in signed.refused)
        for kind, run in groupby(in_order, lambda each: type(each.body)):
            together = list(run)
            said = await _outcomes(together, handlers[kind], connection)
            outcomes |= zip((each.id for each in together), said, strict=True)
        caused = [
            each.caused(message)
            for each in new.values()
            for message in _messages(each.body, outcomes[each.id])
        ]
        await outbox.append(connection, caused)
        failpoint("outbox.filled")
    failpoint("dispatch.committed")
    return [_handled(each, outcomes.pop(each.id, None)) for each in envelopes]


async def _outcomes(
    envelopes: Sequence[Envelope], handler: Handler, connection: Connection
) -> Sequence[Outcome | Refused]:
    if isinstance(handler, BatchHandler):
        return await handler.all([each.body for each in envelopes], connection)
    return [await _outcome(each, handler, connection) for each in envelopes]


# One round trip for each message: a new savepoint covers the one before, and COMMIT takes them all.
SAVE = "SAVEPOINT message"
UNDO = "ROLLBACK TO SAVEPOINT message"


async def _outcome(
    envelope: Envelope, handler: Handler, connection: Connection
) -> Outcome | Refused:
    story = CORRELATION_ID.set(envelope.correlation_id)
    with log_context(envelope):
        try:
            await connection.execute(SAVE)
            return await handler(envelope.body, connection)
        except Refused as refused:
            await connection.execute(UNDO)  # the writes, not the receipt
            return refused
        finally:
            CORRELATION_ID.reset(story)


def _handled(envelope: Envelope, outcome: Outcome | Refused | None) -> Handled:
    if isinstance(outcome, Refused):
        with log_context(envelope):
            log.info("command.refused", code=outcome.code)
        return "refused"
    return "repeated" if outcome is None else "done"


def one_by_one(handle: Handle) -> HandleRun:
    """Handle the messages of a run each by itself."""

    async def run(envelopes: Sequence[Envelope]) -> tuple[Sequence[Handled], Exception | None]:
        results: list[Handled] = []
        for envelope in envelopes:
            try:
                with log_context(envelope):
                    results.append(await handle(envelope))
            except Exception as error:  # noqa: BLE001 - the caller decides by its kind
                return results, error
        return results, None

    return run


def log_context(envelope: Envelope) -> AbstractContextManager[None]:
    """Bind the message to every log line inside, and the guild if it was pressed in one."""
    body = envelope.body
    guild_id = body.actor.guild_id if isinstance(body, Command) else None
    return bound_contextvars(
        message_id=str(envelope.id),
        correlation_id=str(envelope.correlation_id),
        message=envelope.name,
        **({"guild_id": guild_id} if guild_id else {}),
    )


def _messages(body: Message, outcome: Outcome | Refused) -> Iterable[Message]:
    if isinstance(outcome, Refused):
        yield from refusal(body, outcome)
        return
    yield from outcome.messages
    if outcome.is_accepted and isinstance(body, Command):
        fields = {"invitation": outcome.invitation, "details": outcome.details}
        yield from answer_to(body.reply_to, body, CommandAccepted, **fields)


def refusal(body: Message, refused: Refused) -> Iterable[Message]:
    """Return the refusal for the actor, if one waits for an answer."""
    if isinstance(body, Command):
        fields = {"code": refused.code, "details": refused.details}
        yield from answer_to(body.reply_to, body, CommandRefused, **fields)
