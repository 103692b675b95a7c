"""A message reaches the methods that name its class."""

import pytest

from services.gateway.delivery.handlers import Handlers, handles
from shared.messages.envelope import Answer, Envelope
from shared.messages.invitations.events import InvitationEvent, ParticipantLeft
from shared.messages.replies import CommandAccepted, HistoryShown
from tests import builders
from tests.services.scheduler.stories import from_now, state


class Part:
    """Notes what it handles."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    def note(self, name: str) -> None:
        self.noted.append(name)


class Words(Part):
    @handles(Answer)
    async def answer(self, _envelope: Envelope, _reply: Answer) -> None:
        self.note("answer")


class Histories(Part):
    @handles(HistoryShown)
    async def show(self, _envelope: Envelope, _reply: HistoryShown) -> None:
        self.note("history")


class Announcements(Part):
    @handles(InvitationEvent)
    async def refresh(self, _envelope: Envelope, _event: InvitationEvent) -> None:
        self.note("any event")


class Seats(Part):
    @handles(ParticipantLeft)
    async def leave(self, _envelope: Envelope, _event: ParticipantLeft) -> None:
        self.note("left")


def history() -> Envelope:
    return Envelope.first(
        HistoryShown(reply_to=builders.reply_to(), command="invitations.ShowHistory", entries=[])
    )


async def test_a_reply_is_handled_once_by_the_part_that_names_the_nearest_class() -> None:
    """Whichever part comes first: the general sentence must not replace a file."""
    words, histories = Words(), Histories()
    for parts in ((words, histories), (histories, words)):
        await Handlers(*parts).handle(history())
    assert (words.noted, histories.noted) == ([], ["history", "history"])
    accepted = CommandAccepted(reply_to=builders.reply_to(), command="invitations.JoinInvitation")
    await Handlers(words, histories).handle(Envelope.first(accepted))
    assert words.noted == ["answer"]


async def test_an_event_is_heard_by_each_part_that_names_its_class_or_a_base_class() -> None:
    announcements, seats = Announcements(), Seats()
    left = ParticipantLeft(
        actor=builders.MEMBER, invitation=state(1, 2, from_now(3600)), user_id="1", user_name="a"
    )
    await Handlers(announcements, seats, are_events=True).handle(Envelope.first(left))
    assert (announcements.noted, seats.noted) == (["any event"], ["left"])


async def test_an_event_that_no_part_names_is_ignored_and_a_reply_is_an_error() -> None:
    await Handlers(Words(), are_events=True).handle(history())
    await Handlers(are_events=True).handle(history())
    with pytest.raises(TypeError):
        await Handlers().handle(history())
