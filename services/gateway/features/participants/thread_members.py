"""Keeps an event's people in its thread, and tells members what others did with their seat."""

import asyncio
from collections.abc import Collection
from uuid import uuid5

import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.discord.messages import Messages
from services.gateway.drawing.announcement import FINAL, Payload
from services.gateway.drawing.notices import (
    addition,
    co_host_removal,
    co_hosts_named,
    promotion,
    removal,
)
from services.gateway.drawing.people import is_erased, seated
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import (
    CoHostLeft,
    InvitationEdited,
    InvitationEvent,
    InvitationPublished,
    ParticipantEvent,
    ParticipantInterested,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPromoted,
)
from shared.messages.invitations.staffing import StaffAssigned, StaffReleased
from shared.messages.views import InvitationView

log = structlog.get_logger()


class ThreadMembers:
    """Adds its members to the thread and removes others, by the state of now and not of the event.

    The refresh of an invitation places its members: it reads after the event, and never runs
    twice at once, so an older state never wins.
    """

    def __init__(self, messages: Messages, api: InvitationsApi, guilds: GuildSettingsCopy) -> None:
        self._messages = messages
        self._api = api
        self._guilds = guilds
        self._expected: dict[str, set[str]] = {}

    async def expect(self, envelope: Envelope, event: InvitationEvent) -> None:
        """Let the next refresh place members, and tell a member whom another one has removed."""
        self._expected.setdefault(event.invitation.id, set()).update(_leading(event))
        if isinstance(event, InvitationEdited):
            await self._tell_former_hosts(envelope, event)
        if not isinstance(event, ParticipantEvent):
            return
        if isinstance(event, ParticipantLeft | ParticipantInterested):
            is_notified = await self._tell_lost(envelope, event)
            is_moved = is_notified or event.gave_up in {"joined", "waitlisted"}
        else:
            is_moved = isinstance(event, ParticipantJoined | ParticipantPromoted)
        if is_moved:
            self._expected.setdefault(event.invitation.id, set()).add(event.user_id)

    def expected(self, invitation_id: str) -> set[str]:
        """Return, once, the members that the next refresh of an invitation has to place."""
        return self._expected.pop(invitation_id, set())

    async def place(self, members: set[str], view: InvitationView) -> None:
        """Add members who belong into the thread, and remove the others."""
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
        """Tell a member that they got a seat without a press of their own."""
        notice = _gained(event, view, await self._language(view))
        if notice and event.user_id in seated(view):
            await self._tell(envelope, view, notice)

    async def welcome_hosts(
        self, envelope: Envelope, event: InvitationEvent, view: InvitationView
    ) -> None:
        """Tell new co-hosts what they can do."""
        before = event.before.co_host_ids if isinstance(event, InvitationEdited) else ()
        now = set(event.invitation.co_host_ids).intersection(view.co_host_ids)
        if named := sorted(now.difference(before), key=int):
            notice = co_hosts_named(view, named, await self._language(view))
            await self._messages.tell(view.thread_id, uuid5(envelope.id, "co-hosts"), [notice])
            log.info("co_hosts.notified", invitation_id=view.id, members=len(named))

    async def _tell_former_hosts(self, envelope: Envelope, event: InvitationEdited) -> None:
        """Tell co-hosts in private that another one has removed them, unless they are back."""
        gone = set(event.before.co_host_ids).difference(event.invitation.co_host_ids, [event.by_id])
        view = await self._api.invitation(event.invitation.id) if gone else None
        if view is None or view.status in FINAL:
            return
        for user_id in gone.difference(view.co_host_ids):
            text = co_host_removal(view, envelope.sent_at, await self._language(view))
            await self._messages.tell_privately(user_id, uuid5(envelope.id, user_id), text)

    async def _tell_lost(
        self, envelope: Envelope, event: ParticipantLeft | ParticipantInterested
    ) -> bool:
        """Tell a member in private that another one has removed them, unless they are back."""
        if not isinstance(event, ParticipantLeft) or event.by_id is None:
            return False
        view = await self._api.invitation(event.invitation.id)
        if view is None or view.status in FINAL or event.user_id in _holding(view):
            return False
        await self._messages.check(view)
        text = removal(view, envelope.sent_at, await self._language(view))
        await self._messages.tell_privately(event.user_id, envelope.id, text)
        log.info("member.notified", invitation_id=view.id, message=envelope.name)
        return True

    async def _tell(self, envelope: Envelope, view: InvitationView, notice: Payload) -> None:
        await self._messages.tell(view.thread_id, envelope.id, [notice])
        log.info("member.notified", invitation_id=view.id, message=envelope.name)

    async def _language(self, view: InvitationView) -> Language:
        return Locale.of(await self._guilds.of(view.guild_id)).language

    async def _place(self, user_id: str, view: InvitationView) -> None:
        if user_id in belonging(view):
            await self._messages.threads.add(view.thread_id, user_id)
        else:
            await self._messages.threads.remove(view.thread_id, user_id)


def _leading(event: InvitationEvent) -> Collection[str]:
    """Return the hosts and the staff member who have become so by an event, or are so no longer."""
    if isinstance(event, InvitationPublished):
        return event.invitation.hosts
    if isinstance(event, InvitationEdited):
        return set(event.before.co_host_ids) ^ set(event.invitation.co_host_ids)
    if isinstance(event, CoHostLeft):
        return [event.user_id]
    return [event.staff_id] if isinstance(event, StaffAssigned | StaffReleased) else ()


def belonging(view: InvitationView) -> list[str]:
    """Return the members of an event's thread: hosts, staff in charge and those with a seat."""
    members = [*view.hosts, view.staff_id, *seated(view)]
    return [each for each in dict.fromkeys(members) if each and not is_erased(each)]


def _gained(event: ParticipantEvent, view: InvitationView, language: Language) -> Payload | None:
    if isinstance(event, ParticipantPromoted):
        return promotion(view.id, event.user_id, language)
    if isinstance(event, ParticipantJoined) and event.by_id is not None:
        return addition(view.id, event.user_id, event.by_id, language)
    return None


def _holding(view: InvitationView) -> set[str]:
    """Return the members who have a seat or wait for one."""
    return {each.user_id for each in view.participants} | {each.user_id for each in view.waitlist}
