"""Shows on Discord what has happened: one active consumer for all replicas."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid5

import disnake
import structlog

from services.gateway.announcements import NEVER, Announcements
from services.gateway.coalescing import Coalesced
from services.gateway.discord_rest import DISCORD_AWAY
from services.gateway.reads import Reads, ReadsAway
from services.gateway.views.announcement import FINAL, Payload, announcement
from services.gateway.views.editing import edit_notices
from services.gateway.views.ending import notices
from services.gateway.views.notices import promotion, reminders
from shared.broker import Broker
from shared.dispatch import Handled
from shared.exchanges import COMMANDS
from shared.failpoints import reach
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.invitations.commands import DiscardDraft, PublishInvitation
from shared.messages.invitations.events import (
    AnnouncementOrphaned,
    InvitationCancelled,
    InvitationCompleted,
    InvitationDrafted,
    InvitationEdited,
    InvitationEvent,
    ParticipantJoined,
    ParticipantPromoted,
    ReminderDue,
)
from shared.messages.views import InvitationView

log = structlog.get_logger()


class Projections:
    """Turns events into messages, threads and edits."""

    AWAY = (*DISCORD_AWAY, ReadsAway)

    def __init__(self, broker: Broker, announcements: Announcements, reads: Reads) -> None:
        """Take what it tells, writes and asks."""
        self._broker = broker
        self._announcements = announcements
        self._reads = reads
        self._refreshes: Coalesced[InvitationView | None] = Coalesced(self._refresh)

    async def handle(self, envelope: Envelope) -> Handled:
        """Show one event."""
        event: Any = envelope.body
        if isinstance(event, InvitationDrafted):
            await self._announce(envelope, event)
        elif isinstance(event, AnnouncementOrphaned):
            await self._announcements.delete(event.channel_id, event.message_id)
        elif isinstance(event, InvitationCancelled | InvitationCompleted):
            await self._end(envelope, event)
        elif isinstance(event, ReminderDue):
            await self._remind(envelope, event)
        elif isinstance(event, InvitationEvent):
            await self._show(envelope, event)
        return "done"

    async def _announce(self, envelope: Envelope, drafted: InvitationDrafted) -> None:
        """Post announcement and thread, then have the invitation published under their ids."""
        message_id = ""
        try:
            message_id = await self._announcements.post(drafted)
            reach("gateway.posted")
            thread_id = await self._announcements.open_thread(drafted, message_id)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            await self._give_up(envelope, drafted, message_id, error)
            return
        log.info("announcement.posted", invitation_id=message_id)
        await self._tell(
            envelope,
            PublishInvitation(
                actor=_host(drafted),
                request_id=drafted.request_id,
                invitation_id=message_id,
                thread_id=thread_id,
                channel_id=drafted.channel_id,
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
            await self._announcements.delete(drafted.channel_id, message_id)
        discard = DiscardDraft(
            actor=_host(drafted), request_id=drafted.request_id, code="cannot_post"
        )
        await self._tell(envelope, discard, "discard")

    async def _tell(self, envelope: Envelope, command: Command, purpose: str) -> None:
        # A redelivered event tells the same command again, and the inbox knows it.
        told = envelope.caused(command, id=uuid5(envelope.id, purpose))
        await self._broker.publish(COMMANDS, told.name, told)

    async def _show(self, envelope: Envelope, event: InvitationEvent) -> None:
        view = await self._refreshes.run(event.invitation.id)
        if view is None or view.status in FINAL:
            return
        if isinstance(event, ParticipantJoined | ParticipantPromoted):
            await self._seat(envelope, event, view)
        elif isinstance(event, InvitationEdited):
            await self._tell_edit(envelope, event, view)

    async def _seat(
        self,
        envelope: Envelope,
        event: ParticipantJoined | ParticipantPromoted,
        view: InvitationView,
    ) -> None:
        """Let who has a seat into the thread; who got it without a press of theirs is told."""
        if event.user_id not in {p.user_id for p in view.participants if p.status == "joined"}:
            return
        await self._announcements.add_to_thread(view.thread_id, event.user_id)
        if isinstance(event, ParticipantPromoted):
            notice = promotion(view.id, event.user_id, envelope.id, "ja")
            await self._announcements.notify(view.thread_id, envelope.id, notice)
            reach("gateway.notified")
            log.info("promotion.notified", invitation_id=view.id)

    async def _tell_edit(
        self, envelope: Envelope, edited: InvitationEdited, view: InvitationView
    ) -> None:
        seated = [p.user_id for p in view.participants if p.status == "joined"]
        for cause_id, notice in edit_notices(edited, seated, envelope.id, "ja").items():
            await self._announcements.notify(view.thread_id, cause_id, notice)
            reach("gateway.notified")
        log.info("edit.notified", invitation_id=view.id, changed=edited.changed)

    async def _end(
        self, envelope: Envelope, ended: InvitationCancelled | InvitationCompleted
    ) -> None:
        """Show that it is over, tell those with a seat unless they knew, and close the thread.

        Only here is a thread closed, and last: nobody can write into it afterwards.
        """
        await self._refreshes.run(ended.invitation.id)
        is_news = isinstance(ended, InvitationCancelled) or ended.is_early
        view = await self._reads.invitation(ended.invitation.id) if is_news else None
        await self._tell_thread(
            envelope, ended.invitation.thread_id, notices(view, "ja") if view else ()
        )
        await self._announcements.close_thread(ended.invitation.thread_id)

    async def _remind(self, envelope: Envelope, due: ReminderDue) -> None:
        """Tell those who want to know that it starts soon; once it has started, tell nobody."""
        told = due.invitation
        view = await self._reads.invitation(told.id)
        is_true = view and view.status not in FINAL and view.start_time == told.start_time
        if not is_true or datetime.now(UTC) >= told.start_time:
            log.info("reminder.dropped", invitation_id=told.id)
            return
        await self._tell_thread(envelope, told.thread_id, reminders(due, "ja"))
        log.info("reminder.told", invitation_id=told.id, members=len(due.user_ids))

    async def _tell_thread(
        self, envelope: Envelope, thread_id: str, parts: Iterable[Payload]
    ) -> None:
        for number, part in enumerate(parts):
            nonce = uuid5(envelope.id, f"notice {number}").hex[:25]
            await self._announcements.tell(thread_id, part, nonce)
            reach("gateway.told")

    async def _refresh(self, invitation_id: str) -> InvitationView | None:
        """Show an invitation as it is now, whatever the event said when it was young."""
        while True:
            view = await self._reads.invitation(invitation_id)
            if view is None:
                log.warning("invitation.unknown", invitation_id=invitation_id)
                return None
            if not await self._edit(view):
                return None
            if not await self._is_overtaken(view):
                return view

    async def _edit(self, view: InvitationView) -> bool:
        is_there = await self._announcements.edit(
            view.channel_id, view.id, announcement(view, "ja")
        )
        log.info("announcement.edited", invitation_id=view.id, version=view.version)
        return is_there

    async def _is_overtaken(self, view: InvitationView) -> bool:
        """Tell whether our edit may have come last although it is not the newest.

        While Discord kept it waiting, the broker may have let another replica take over.
        """
        if self._refreshes.is_awaited(view.id):
            return False  # the next run shows what is newer
        latest = await self._reads.invitation(view.id)
        return latest is not None and latest.version > view.version


def _host(drafted: InvitationDrafted) -> Actor:
    return Actor(user_id=drafted.host_id, name=drafted.host_name)
