"""What was said, beside what is stored: an independent judge of whether anything went missing."""

import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import aio_pika
import asyncpg

from shared.messages.catalogue import read
from shared.messages.envelope import Answer, Command, Envelope
from shared.messages.invitations.commands import (
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.events import (
    InvitationEvent,
    ParticipantEvent,
    ParticipantInterested,
    ParticipantLeft,
    ParticipantWaitlisted,
)
from shared.messages.replies import CommandAccepted
from tests.conftest import Site

WITNESS = "witness"
SCHEMAS = ("invitations", "tickets", "scheduler")
PARTICIPATION = (JoinInvitation, JoinWaitlist, ShowInterest, LeaveInvitation)


@dataclass
class History:
    """Every message once, as it was first heard, and what is stored at the end."""

    told: dict[UUID, Envelope] = field(default_factory=dict)
    invitations: dict[str, asyncpg.Record] = field(default_factory=dict)
    parts: dict[tuple[str, str], str] = field(default_factory=dict)
    receipts: set[UUID] = field(default_factory=set)
    waiting: Counter[str] = field(default_factory=Counter)
    deaths: list[str] = field(default_factory=list)

    @property
    def answers(self) -> dict[str, list[Answer]]:
        """Give the answers to each interaction."""
        found = defaultdict(list)
        for envelope in self.told.values():
            if isinstance(envelope.body, Answer):
                found[envelope.body.reply_to.interaction_id].append(envelope.body)
        return found

    @property
    def presses(self) -> dict[str, Envelope]:
        """Give the command that each interaction first became."""
        found: dict[str, Envelope] = {}
        for envelope in self.told.values():
            body = envelope.body
            if isinstance(body, Command) and body.reply_to is not None:
                found.setdefault(body.reply_to.interaction_id, envelope)
        return found

    @property
    def events(self) -> dict[str, list[Envelope]]:
        """Give the events of each invitation, in the order they were first heard."""
        found = defaultdict(list)
        for envelope in self.told.values():
            if isinstance(envelope.body, InvitationEvent):
                found[envelope.body.invitation.id].append(envelope)
        return found

    @property
    def overtaken(self) -> int:
        """Count events that were first heard after a newer one of their invitation."""
        return sum(
            versions(before)[0] > versions(after)[0]
            for events in self.events.values()
            for before, after in itertools.pairwise(events)
        )


def versions(*events: Envelope) -> list[int]:
    """Give the versions that events carry."""
    return [e.body.invitation.version for e in events if isinstance(e.body, InvitationEvent)]


def complaints(history: History) -> list[str]:
    """Tell everything that is not as it should be."""
    return [
        *_answers(history),
        *_effects(history),
        *_versions(history),
        *_seats(history),
        *(f"{count} left in {place}" for place, count in history.waiting.items() if count),
        *(f"dead: {death}" for death in history.deaths),
    ]


def _answers(history: History) -> Iterator[str]:
    answers, presses = history.answers, history.presses
    for interaction_id, press in presses.items():
        if (count := len(answers.get(interaction_id, []))) != 1:
            yield f"{press.name} of {interaction_id} has {count} answers"
        if press.id not in history.receipts:
            yield f"{press.name} of {interaction_id} was never signed for"
    for interaction_id in answers.keys() - presses.keys():
        yield f"{interaction_id} was answered and never asked"


def _effects(history: History) -> Iterator[str]:
    """Judge that what was accepted has happened, and what was refused has not."""
    caused = Counter(
        each.causation_id
        for each in history.told.values()
        if isinstance(each.body, ParticipantEvent)
    )
    answers = history.answers
    for interaction_id, press in history.presses.items():
        if isinstance(press.body, PARTICIPATION):
            for answer in answers.get(interaction_id, [])[:1]:
                is_accepted = isinstance(answer, CommandAccepted)
                if is_accepted != bool(caused[press.id]):
                    word = "accepted" if is_accepted else "refused"
                    yield f"{press.name} {press.id} was {word}, with {caused[press.id]} events"


def _versions(history: History) -> Iterator[str]:
    for invitation_id, events in history.events.items():
        heard = sorted(versions(*events))
        if heard != list(range(1, len(heard) + 1)):
            yield f"{invitation_id} has a gap or a double in its versions: {heard}"
        stored = history.invitations.get(invitation_id)
        if stored is None or stored["version"] != heard[-1]:
            yield f"{invitation_id} is stored as {stored and stored['version']}, told {heard[-1]}"
    for invitation_id in history.invitations.keys() - history.events.keys():
        yield f"{invitation_id} is stored and was never told of"


def _seats(history: History) -> Iterator[str]:
    """Follow every event from the first on, and compare with what is stored at the end."""
    parts: dict[tuple[str, str], str] = {}
    for invitation_id, events in history.events.items():
        own: dict[str, str] = {}
        ordered = sorted(events, key=versions)
        for event, following in itertools.zip_longest(ordered, ordered[1:]):
            body = event.body
            if isinstance(body, ParticipantEvent):
                _take_part(own, body)
            # Of several that one message caused each tells the state after all of them.
            is_last = following is None or following.causation_id != event.causation_id
            if isinstance(body, InvitationEvent) and is_last:
                state = body.invitation
                taken = Counter(own.values())["joined"]
                if not taken == state.joined_count <= state.max_participants:
                    yield (
                        f"{invitation_id} at {state.version}: {taken} took seats,"
                        f" {state.joined_count} / {state.max_participants} told"
                    )
        parts |= {(invitation_id, user_id): part for user_id, part in own.items()}
    for key in parts.keys() | history.parts.keys():
        if parts.get(key) != history.parts.get(key):
            yield f"{key} is {history.parts.get(key)}, by the events {parts.get(key)}"


def _take_part(parts: dict[str, str], event: ParticipantEvent) -> None:
    if isinstance(event, ParticipantLeft):
        parts.pop(event.user_id, None)
    elif isinstance(event, ParticipantInterested):
        parts[event.user_id] = "interested"
    else:
        is_waiting = isinstance(event, ParticipantWaitlisted)
        parts[event.user_id] = "waitlisted" if is_waiting else "joined"


async def call_witness(site: Site) -> None:
    """Let a queue of its own hear everything, from now on."""
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(
            WITNESS, durable=True, arguments={"x-queue-type": "quorum"}
        )
        for exchange in ("doukikai.commands", "doukikai.events", "doukikai.replies"):
            await queue.bind(exchange, "#")


async def hear(site: Site, history: History) -> None:
    """Take what the witness has heard since it was last asked; first of each id counts."""
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=200)
        queue = await channel.get_queue(WITNESS)
        count = queue.declaration_result.message_count or 0
        async with queue.iterator(timeout=20) as messages:
            while count:
                message = await anext(messages)
                envelope = read(message.body)
                history.told.setdefault(envelope.id, envelope)
                await message.ack()
                count -= 1


async def look(site: Site, history: History) -> None:
    """Read what is stored, what waits, and what has died."""
    connection = await asyncpg.connect(site.superuser_url)
    rows = await connection.fetch("SELECT * FROM invitations.invitations")
    history.invitations = {row["id"]: row for row in rows}
    rows = await connection.fetch("SELECT * FROM invitations.participants")
    history.parts = {(row["invitation_id"], row["user_id"]): row["status"] for row in rows}
    rows = await connection.fetch("SELECT message_id FROM invitations.inbox")
    history.receipts = {row["message_id"] for row in rows}
    for schema in SCHEMAS:
        count = await connection.fetchval(f"SELECT count(*) FROM {schema}.outbox")  # noqa: S608 - our own names
        history.waiting[f"{schema}.outbox"] = count
    await connection.close()
    history.deaths = [name async for name in _deaths(site)]


async def _deaths(site: Site) -> AsyncIterator[str]:
    async with await aio_pika.connect(site.rabbitmq_url("operator")) as connection:
        queue = await (await connection.channel()).get_queue("doukikai.dead", ensure=False)
        while message := await queue.get(fail=False, no_ack=True):
            yield f"{message.type} {message.headers.get('x-error')!s}"
