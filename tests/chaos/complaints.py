"""An independent judge of whether anything went missing: what was said, beside what is stored."""

import itertools
from collections import Counter
from collections.abc import Iterator

from shared.messages.invitations.events import (
    InvitationEvent,
    ParticipantEvent,
    ParticipantInterested,
    ParticipantLeft,
    ParticipantWaitlisted,
)
from shared.messages.replies import CommandAccepted
from tests.chaos.history import History, versions
from tests.chaos.order import PARTICIPATION, order


def complaints(history: History) -> list[str]:
    """Tell everything that is not as it should be."""
    return [
        *_answers(history),
        *_effects(history),
        *_versions(history),
        *_seats(history),
        *order(history),
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
        for each in history.messages.values()
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
            version = stored and stored["version"]
            yield f"{invitation_id} is stored as {version}, published {heard[-1]}"
    for invitation_id in history.invitations.keys() - history.events.keys():
        yield f"{invitation_id} is stored and was never published"


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
                        f" {state.joined_count} / {state.max_participants} published"
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
