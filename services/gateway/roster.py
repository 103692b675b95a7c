"""Follows who has a seat: into the thread and out of it, and what the member is told."""

import structlog

from services.gateway.announcements import Announcements
from services.gateway.reads import Reads
from services.gateway.views.announcement import FINAL, Payload
from services.gateway.views.notices import addition, promotion, removal
from services.gateway.views.people import seated
from shared.coalescing import Coalesced
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


class Roster:
    """Keeps the thread's members what the seats are, whatever an event said when it was young."""

    def __init__(self, announcements: Announcements, reads: Reads) -> None:
        """Take what it writes and asks."""
        self._announcements = announcements
        self._reads = reads
        # Never two at once for one member, so that no older look has the last word.
        self._places = Coalesced(self._place)

    async def follow(
        self, envelope: Envelope, event: ParticipantEvent, view: InvitationView
    ) -> None:
        """Let a member in or take them out, and tell what happened without a press of theirs."""
        key = f"{view.id}:{event.user_id}"
        if isinstance(event, ParticipantJoined | ParticipantPromoted):
            if await self._places.run(key):
                await self._tell(envelope, view, _gained(event, view))
        elif isinstance(event, ParticipantLeft | ParticipantInterested):
            notice = _lost(event, view)
            # First: mentioned in a thread they are no longer in, Discord would let them in again.
            await self._tell(envelope, view, notice)
            if notice or event.gave_up in {"joined", "waitlisted"}:
                await self._places.run(key)

    async def _tell(self, envelope: Envelope, view: InvitationView, notice: Payload | None) -> None:
        if notice is not None:
            await self._announcements.tell(view.thread_id, envelope.id, [notice])
            log.info("member.told", invitation_id=view.id, message=envelope.name)

    async def _place(self, key: str) -> bool:
        """Let a member into the thread or take them out; give whether they have a seat."""
        invitation_id, _, user_id = key.partition(":")
        view = await self._reads.invitation(invitation_id)
        if view is None or view.status in FINAL:
            return False
        if user_id in seated(view):
            await self._announcements.add_to_thread(view.thread_id, user_id)
            return True
        if user_id not in {view.host_id, view.staff_id}:
            await self._announcements.remove_from_thread(view.thread_id, user_id)
        return False


def _gained(event: ParticipantEvent, view: InvitationView) -> Payload | None:
    if isinstance(event, ParticipantPromoted):
        return promotion(view.id, event.user_id, "ja")
    if isinstance(event, ParticipantJoined) and event.by_id is not None:
        return addition(view.id, event.user_id, event.by_id, "ja")
    return None


def _lost(event: ParticipantEvent, view: InvitationView) -> Payload | None:
    """Say that somebody else took a member out, unless they are in again."""
    there = {p.user_id for p in view.participants} | {p.user_id for p in view.waitlist}
    if not isinstance(event, ParticipantLeft) or event.by_id is None or event.user_id in there:
        return None
    return removal(view.id, event.user_id, "ja")
