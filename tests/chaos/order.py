"""Judges who was first: the presses of one member, and who got the last seat.

One row is locked for each press on an event until its answer is in the outbox. So the order of the
answers in the outbox is the order in which the presses were handled.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from shared.messages.envelope import Answer, Envelope
from shared.messages.invitations.commands import (
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.events import InvitationEvent, ParticipantJoined
from shared.messages.replies import CommandRefused
from tests.chaos.history import History, versions

PARTICIPATION = (JoinInvitation, JoinWaitlist, ShowInterest, LeaveInvitation)
OVERTAKEN = "overtaken"
# Two gateways hear of a press over two websockets and publish it by two connections. The presses of
# two members this close to each other may change places on the way.
TOLERANCE_MS = 1_000
SNOWFLAKE_BITS = 22


def snowflake(at_ms: int) -> str:
    """Return the id of an interaction of that moment."""
    return str((at_ms + 1) << SNOWFLAKE_BITS)


@dataclass(frozen=True)
class Handled:
    """One press on an event, and its answer."""

    place: int
    interaction: int
    press: Envelope
    answer: Answer

    @property
    def refused(self) -> str | None:
        """Return the code of a refusal."""
        return self.answer.code if isinstance(self.answer, CommandRefused) else None

    @property
    def milliseconds(self) -> int:
        """Return when the member pressed, by Discord's clock."""
        return self.interaction >> SNOWFLAKE_BITS


def order(history: History) -> Iterator[str]:
    """Complain of every press that was carried out behind a later one."""
    for invitation_id, presses in _handled(history).items():
        yield from _own_order(invitation_id, presses)
        yield from _last_seats(history, invitation_id, presses)


def _handled(history: History) -> dict[str, list[Handled]]:
    """Return the presses on each event, in the order in which they were handled."""
    presses, found = history.presses, defaultdict(list)
    for envelope in history.messages.values():
        answer = envelope.body
        if isinstance(answer, Answer):
            interaction_id = answer.reply_to.interaction_id
            press = presses.get(interaction_id)
            if press is not None and isinstance(press.body, PARTICIPATION):
                place = history.written[envelope.id]
                handled = Handled(place, int(interaction_id), press, answer)
                found[press.body.invitation_id].append(handled)
    for answers in found.values():
        answers.sort(key=attrgetter("place"))
    return found


def _own_order(invitation_id: str, presses: Sequence[Handled]) -> Iterator[str]:
    """Judge that presses of one member took effect in their order, or were refused as overtaken."""
    newest: dict[str, int] = defaultdict(int)
    for each in presses:
        assert isinstance(each.press.body, PARTICIPATION)
        user_id = each.press.body.actor.user_id
        is_late = each.interaction < newest[user_id]
        if is_late and each.refused != OVERTAKEN:
            yield (
                f"{each.press.name} {each.interaction} of {user_id} on {invitation_id} was handled"
                f" after {newest[user_id]}, and answered {each.refused or 'yes'}"
            )
        if each.refused == OVERTAKEN and not is_late:
            yield f"{each.press.name} {each.interaction} of {user_id} was overtaken by nothing"
        newest[user_id] = max(newest[user_id], each.interaction)


def _last_seats(history: History, invitation_id: str, presses: Sequence[Handled]) -> Iterator[str]:
    """Judge that nobody was refused a seat that a member got who pressed later.

    A seat that was freed by a press later than the refused one could not have been theirs.
    """
    events = sorted(history.events.get(invitation_id, []), key=versions)
    joined = {e.causation_id: e for e in events if isinstance(e.body, ParticipantJoined)}
    freed = list(_freed(history, events))
    seated: list[Handled] = []
    for each in presses:
        if each.press.id in joined:
            seated.append(each)
        if each.refused != "full" or str(each.interaction) in history.without_claim:
            continue
        for other in seated:
            [version] = versions(joined[other.press.id])
            if other.milliseconds > each.milliseconds + TOLERANCE_MS and not any(
                at < version and cause > each.interaction for at, cause in freed
            ):
                yield (
                    f"the seat of {each.interaction} on {invitation_id} was given to"
                    f" {other.interaction}, {other.milliseconds - each.milliseconds} ms later"
                )


def _freed(history: History, events: Sequence[Envelope]) -> Iterator[tuple[int, float]]:
    """Return the versions at which there was a seat more, and the interaction that freed it."""
    # Of several that one message caused each tells the state after all of them.
    last = {event.causation_id: event for event in events}.values()
    for before, after in itertools.pairwise(sorted(last, key=versions)):
        if _free(after) > _free(before):
            cause = history.messages.get(after.causation_id) if after.causation_id else None
            reply_to = getattr(cause.body, "reply_to", None) if cause else None
            yield versions(after)[0], int(reply_to.interaction_id) if reply_to else float("inf")


def _free(event: Envelope) -> int:
    assert isinstance(event.body, InvitationEvent)
    state = event.body.invitation
    return state.max_participants - state.joined_count
