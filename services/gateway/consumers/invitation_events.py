"""Shows on Discord what has happened: one active consumer for all replicas."""

from typing import Any
from uuid import uuid5

import disnake
import structlog

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.messages import NEVER, Messages
from services.gateway.drawing.announcement import FINAL, announcement
from services.gateway.drawing.notices import new_link, reminders
from services.gateway.drawing.people import seated
from services.gateway.features.closing.views import notices
from services.gateway.features.editing.views import edit_notices
from services.gateway.features.participants.thread_members import ThreadMembers
from services.gateway.features.scheduled_events.events import ScheduledEvents
from services.gateway.features.staff.panels import Panels
from shared.broker import Broker
from shared.dispatch import Handled
from shared.exchanges import COMMANDS
from shared.failpoints import failpoint
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.invitations.commands import DiscardDraft, PublishInvitation
from shared.messages.invitations.events import (
    AnnouncementOrphaned,
    InstanceLinkChanged,
    InvitationCancelled,
    InvitationCompleted,
    InvitationDrafted,
    InvitationEdited,
    InvitationEvent,
    InvitationPublished,
    ParticipantEvent,
    ReminderDue,
)
from shared.messages.views import InvitationView
from shared.single_flight import SingleFlight

# A seat taken or left is nothing that the guild's calendar shows.
MIRRORED = (InvitationPublished, InvitationEdited, InvitationCancelled, InvitationCompleted)

# Discord lets a bot make about one edit a second in a channel. An edit that waits shows more; the
# first after a pause waits for nothing.
EDIT_EVERY_SECONDS = 0.5

log = structlog.get_logger()


class InvitationEvents:
    """Turns events into messages, threads and edits."""

    def __init__(
        self,
        broker: Broker,
        messages: Messages,
        panels: Panels,
        scheduled_events: ScheduledEvents,
        api: InvitationsApi,
    ) -> None:
        """Take what it tells, writes and asks."""
        self._broker = broker
        self._messages = messages
        self._panels = panels
        self._scheduled_events = scheduled_events
        self._api = api
        self._thread_members = ThreadMembers(messages, api)
        self._refreshes: SingleFlight[str, InvitationView | None] = SingleFlight(
            self._refresh, every_seconds=EDIT_EVERY_SECONDS
        )

    async def handle(self, envelope: Envelope) -> Handled:
        """Show one event."""
        event: Any = envelope.body
        if isinstance(event, InvitationDrafted):
            await self._announce(envelope, event)
        elif isinstance(event, AnnouncementOrphaned):
            await self._messages.delete(event.channel_id, event.message_id)
            if event.staff_message_id:
                await self._panels.delete(event.staff_message_id)
        elif isinstance(event, InvitationCancelled | InvitationCompleted):
            await self._end(envelope, event)
        elif isinstance(event, ReminderDue):
            await self._remind(envelope, event)
        elif isinstance(event, InvitationEvent):
            await self._show(envelope, event)
        if isinstance(event, MIRRORED):
            await self._scheduled_events.follow(event.invitation.id)
        return "done"

    async def _announce(self, envelope: Envelope, drafted: InvitationDrafted) -> None:
        """Post announcement, thread and panel, then have it published under their ids."""
        message_id = ""
        try:
            message_id = await self._messages.post(drafted)
            failpoint("gateway.posted")
            thread_id = await self._messages.open_thread(drafted, message_id)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            await self._give_up(envelope, drafted, message_id, error)
            return
        log.info("announcement.posted", invitation_id=message_id)
        panel_id = await self._panels.post(drafted, message_id)
        failpoint("gateway.panel_posted")
        await self._tell(
            envelope,
            PublishInvitation(
                actor=_host(drafted),
                request_id=drafted.request_id,
                invitation_id=message_id,
                thread_id=thread_id,
                channel_id=drafted.channel_id,
                staff_message_id=panel_id,
            ),
            # The message is part of the id: a second one must be heard of, to be deleted.
            f"publish {message_id}",
        )

    async def _give_up(
        self,
        envelope: Envelope,
        drafted: InvitationDrafted,
        message_id: str,
        error: disnake.HTTPException,
    ) -> None:
        log.error("announcement.refused", status=error.status, code=error.code)
        if message_id:
            await self._messages.delete(drafted.channel_id, message_id)
        discard = DiscardDraft(
            actor=_host(drafted), request_id=drafted.request_id, code="cannot_post"
        )
        await self._tell(envelope, discard, "discard")

    async def _tell(self, envelope: Envelope, command: Command, purpose: str) -> None:
        # A redelivered event tells the same command again, and the inbox knows it.
        told = envelope.caused(command, id=uuid5(envelope.id, purpose))
        await self._broker.publish(COMMANDS, told.name, told)

    async def _show(self, envelope: Envelope, event: InvitationEvent) -> None:
        if isinstance(event, ParticipantEvent):
            await self._thread_members.expect(envelope, event)
        view = await self._refreshes.run(event.invitation.id)
        if view is None or view.status in FINAL:
            return
        if isinstance(event, ParticipantEvent):
            await self._thread_members.welcome(envelope, event, view)
        elif isinstance(event, InvitationEdited) and event.changed:  # or it is only restated
            await self._tell_edit(envelope, event, view)
        elif isinstance(event, InstanceLinkChanged):
            await self._tell_link(envelope, view)

    async def _tell_edit(
        self, envelope: Envelope, edited: InvitationEdited, view: InvitationView
    ) -> None:
        told = edit_notices(edited, seated(view), "ja")
        await self._messages.tell(view.thread_id, envelope.id, told)
        log.info("edit.told", invitation_id=view.id, changed=edited.changed)

    async def _tell_link(self, envelope: Envelope, view: InvitationView) -> None:
        if members := seated(view):
            await self._messages.tell(view.thread_id, envelope.id, new_link(view, members, "ja"))
            log.info("link.told", invitation_id=view.id, members=len(members))

    async def _end(
        self, envelope: Envelope, ended: InvitationCancelled | InvitationCompleted
    ) -> None:
        """Show that it is over, tell those with a seat unless they knew, and close the thread.

        Only here is a thread closed, and last: nobody can write into it afterwards.
        """
        await self._refreshes.run(ended.invitation.id)
        is_news = isinstance(ended, InvitationCancelled) or ended.is_early
        view = await self._api.invitation(ended.invitation.id) if is_news else None
        thread_id = ended.invitation.thread_id
        told = notices(view, "ja") if view else []
        await self._messages.tell(thread_id, envelope.id, told, reopens=True)
        await self._messages.close_thread(thread_id)

    async def _remind(self, envelope: Envelope, due: ReminderDue) -> None:
        """Tell those who want to know that it starts soon; once it has started, tell nobody."""
        told = due.invitation
        view = await self._api.invitation(told.id)
        is_true = view and view.status not in FINAL and view.start_time == told.start_time
        if not is_true or DISCORD_TIME.now() >= told.start_time:
            log.info("reminder.dropped", invitation_id=told.id)
            return
        parts = reminders(due, "ja")
        await self._messages.tell(told.thread_id, envelope.id, parts, reopens=True)
        log.info("reminder.told", invitation_id=told.id, members=len(due.user_ids))

    async def _refresh(self, invitation_id: str) -> InvitationView | None:
        """Show an invitation as it is now, whatever the event said when it was young."""
        members = self._thread_members.expected(
            invitation_id
        )  # before the read, which tells of them all
        while True:
            view = await self._api.invitation(invitation_id)
            if view is None:
                log.warning("invitation.unknown", invitation_id=invitation_id)
                return None
            await self._thread_members.place(members, view)
            is_there = await self._edit(view)
            await self._panels.refresh(view)
            if not is_there:
                return None
            if not await self._is_overtaken(view):
                return view

    async def _edit(self, view: InvitationView) -> bool:
        is_there = await self._messages.edit(view.channel_id, view.id, announcement(view, "ja"))
        log.info("announcement.edited", invitation_id=view.id, version=view.version)
        return is_there

    async def _is_overtaken(self, view: InvitationView) -> bool:
        """Tell whether our edit may have come last although it is not the newest.

        While Discord kept it waiting, the broker may have let another replica take over.
        """
        if self._refreshes.is_awaited(view.id):
            return False  # the next run shows what is newer
        latest = await self._api.newest(view.id)
        return latest is not None and latest.version > view.version


def _host(drafted: InvitationDrafted) -> Actor:
    return Actor(user_id=drafted.host_id, name=drafted.host_name)
