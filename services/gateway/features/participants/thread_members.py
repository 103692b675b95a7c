"""Follows who has a seat: into the thread and out of it, and what the member is told."""

import asyncio

import structlog

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.discord.messages import Messages
from services.gateway.drawing.announcement import FINAL, Payload
from services.gateway.drawing.notices import addition, promotion, removal
from services.gateway.drawing.people import seated
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import (
    ParticipantEvent,
    ParticipantInterested,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPromoted,
)
from shared.messages.views import InvitationView

log = structlog.get_logger()


class ThreadMembers:
    """Keeps the thread's members what the seats are, whatever an event said when it was young.

    They are placed by the refresh of their invitation: from a look that is newer than the event,
    and never two at once, so that no older look has the last word.
    """

    def __init__(self, messages: Messages, api: InvitationsApi) -> None:
        """Take what it writes and asks."""
        self._messages = messages
        self._api = api
        self._expected: dict[str, set[str]] = {}

    async def expect(self, envelope: Envelope, event: ParticipantEvent) -> None:
        """Let the next refresh place a member, and tell who is taken out by somebody else."""
        if isinstance(event, ParticipantLeft | ParticipantInterested):
            # First: mentioned in a thread they are no longer in, Discord would let them in again.
            is_told = await self._tell_lost(envelope, event)
            is_moved = is_told or event.gave_up in {"joined", "waitlisted"}
        else:
            is_moved = isinstance(event, ParticipantJoined | ParticipantPromoted)
        if is_moved:
            self._expected.setdefault(event.invitation.id, set()).add(event.user_id)

    def expected(self, invitation_id: str) -> set[str]:
        """Give, once, who is to be placed in an invitation's thread."""
        return self._expected.pop(invitation_id, set())

    async def place(self, members: set[str], view: InvitationView) -> None:
        """Let members with a seat into the thread, and take the others out of it."""
        if view.status not in FINAL:
            # All of them end before the next refresh begins.
            results = await asyncio.gather(
                *(self._place(user_id, view) for user_id in members), return_exceptions=True
            )
            for failure in filter(None, results):
                raise failure

    async def welcome(
        self, envelope: Envelope, event: ParticipantEvent, view: InvitationView
    ) -> None:
        """Tell a member of a seat that they got without a press of theirs."""
        notice = _gained(event, view)
        if notice and event.user_id in seated(view):
            await self._tell(envelope, view, notice)

    async def _tell_lost(
        self, envelope: Envelope, event: ParticipantLeft | ParticipantInterested
    ) -> bool:
        """Say that somebody else took a member out, unless they are in again."""
        if not isinstance(event, ParticipantLeft) or event.by_id is None:
            return False
        view = await self._api.invitation(event.invitation.id)
        if view is None or view.status in FINAL or event.user_id in _holding(view):
            return False
        await self._tell(envelope, view, removal(view.id, event.user_id, "ja"))
        return True

    async def _tell(self, envelope: Envelope, view: InvitationView, notice: Payload) -> None:
        await self._messages.tell(view.thread_id, envelope.id, [notice])
        log.info("member.told", invitation_id=view.id, message=envelope.name)

    async def _place(self, user_id: str, view: InvitationView) -> None:
        if user_id in seated(view):
            await self._messages.add_to_thread(view.thread_id, user_id)
        elif user_id not in {view.host_id, view.staff_id}:
            await self._messages.remove_from_thread(view.thread_id, user_id)


def _gained(event: ParticipantEvent, view: InvitationView) -> Payload | None:
    if isinstance(event, ParticipantPromoted):
        return promotion(view.id, event.user_id, "ja")
    if isinstance(event, ParticipantJoined) and event.by_id is not None:
        return addition(view.id, event.user_id, event.by_id, "ja")
    return None


def _holding(view: InvitationView) -> set[str]:
    """Give those who have a seat or wait for one."""
    return {each.user_id for each in view.participants} | {each.user_id for each in view.waitlist}
