"""Shows on Discord what has happened to invitations: one active consumer for all replicas."""

import contextlib
from uuid import uuid5

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.complaints import Complaints
from services.gateway.delivery.handlers import handles
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.messages import Messages
from services.gateway.discord.rest import NEVER
from services.gateway.drawing.announcement import FINAL, announcement
from services.gateway.drawing.notices import new_link, reminders
from services.gateway.drawing.people import seated
from services.gateway.drawing.periods import in_zone
from services.gateway.drawing.sign_up import shown_sign_up
from services.gateway.features.closing.views import notices
from services.gateway.features.editing.views import edit_notices
from services.gateway.features.images.attached import Pictures
from services.gateway.features.participants.thread_members import ThreadMembers
from services.gateway.features.staff.panels import Panel, Panels
from services.gateway.features.telling.audience import mentioned
from services.gateway.features.telling.summary import Summaries
from services.gateway.features.telling.views import host_reminder
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language
from shared.broker import Broker
from shared.exchanges import COMMANDS, EVENTS
from shared.failpoints import failpoint
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.gateway.events import InvitationDoubted
from shared.messages.invitations.commands import DiscardDraft, PublishInvitation
from shared.messages.invitations.details import InvitationState
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

# Discord lets a bot make about one edit a second in a channel. An edit that waits shows more; the
# first after a pause waits for nothing.
EDIT_EVERY_SECONDS = 0.5

log = structlog.get_logger()


class InvitationEvents:
    """Turns events into messages, threads and edits."""

    def __init__(  # noqa: PLR0913, PLR0917 - a part for each thing that an event causes
        self,
        broker: Broker,
        messages: Messages,
        panels: Panels,
        api: InvitationsApi,
        guilds: GuildSettingsCopy,
        summaries: Summaries,
        complaints: Complaints,
        pictures: Pictures,
    ) -> None:
        self._broker = broker
        self._complaints = complaints
        self._pictures = pictures
        self._messages = messages
        self._panels = panels
        self._api = api
        self._guilds = guilds
        self._summaries = summaries
        self._thread_members = ThreadMembers(messages, api, guilds)
        self._refreshes: SingleFlight[str, InvitationView | None] = SingleFlight(
            self._refresh, every_seconds=EDIT_EVERY_SECONDS
        )

    @handles(AnnouncementOrphaned)
    async def _delete(self, _envelope: Envelope, event: AnnouncementOrphaned) -> None:
        draft = (event.channel_id, event.message_id, event.request_id)
        await self._messages.delete_draft(*draft)
        if event.staff_channel_id and event.staff_message_id:
            posted = Panel(event.staff_channel_id, event.staff_message_id)
            await self._panels.delete(posted, event.message_id)

    @handles(InvitationDrafted)
    async def _announce(self, envelope: Envelope, drafted: InvitationDrafted) -> None:
        """Post announcement, thread and panel, then publish the invitation under their ids."""
        message_id, language = "", await self._language(drafted.guild_id)
        try:
            async with self._pictures.of_draft(drafted) as (shown, attached):
                message_id = await self._messages.post(shown, language, envelope.sent_at, attached)
            failpoint("gateway.posted")
            thread_id = await self._messages.open_thread(drafted, message_id)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            await self._give_up(envelope, drafted, message_id, error)
            return
        log.info("announcement.posted", invitation_id=message_id)
        posted = await self._panels.post(drafted, message_id, language)
        failpoint("gateway.panel_posted")
        await self._publish(
            envelope,
            PublishInvitation(
                actor=_host(drafted),
                request_id=drafted.request_id,
                invitation_id=message_id,
                thread_id=thread_id,
                channel_id=drafted.channel_id,
                staff_channel_id=posted and posted.channel_id,
                staff_message_id=posted and posted.message_id,
            ),
            # The message is part of the id: a second message gets its own command, and is deleted.
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
            draft = (drafted.channel_id, message_id, drafted.request_id)
            await self._messages.delete_draft(*draft)
        place = drafted.guild_id, drafted.channel_id
        discard = DiscardDraft(
            actor=_host(drafted),
            request_id=drafted.request_id,
            code="cannot_post",
            details=await self._complaints.causes.of(error, *place, "announcement"),
        )
        await self._publish(envelope, discard, "discard")

    async def _publish(self, envelope: Envelope, command: Command, purpose: str) -> None:
        # A redelivered event publishes the same id again, which the inbox knows.
        caused = envelope.caused(command, id=uuid5(envelope.id, purpose))
        await self._broker.publish(COMMANDS, caused.name, caused)

    @handles(InvitationEvent)
    async def _show(self, envelope: Envelope, event: InvitationEvent) -> None:
        await self._thread_members.expect(envelope, event)
        view = await self.refresh(event.invitation.id)
        if view is None:
            await self._doubt(event.invitation)
            return
        if view.status in FINAL:
            return
        if isinstance(event, ParticipantEvent):
            await self._thread_members.welcome(envelope, event, view)
            await self._summaries.note(envelope, event)
        elif isinstance(event, InvitationEdited) and event.changed:  # or it is only restated
            await self._tell_edit(envelope, event, view)
            await self._thread_members.welcome_hosts(envelope, event, view)
        elif isinstance(event, InvitationPublished):
            await self._thread_members.welcome_hosts(envelope, event, view)
        elif isinstance(event, InstanceLinkChanged):
            await self._tell_link(envelope, view)

    async def refresh(self, invitation_id: str) -> InvitationView | None:
        """Show an invitation as it is now, and return it; None if Discord did not let it be shown.

        A deleted announcement and a missing permission are for the reconciler.
        """
        return await self._refreshes.run(invitation_id)

    async def _doubt(self, state: InvitationState, *, is_stale: bool = True) -> None:
        doubted = InvitationDoubted(
            guild_id=state.guild_id, invitation_id=state.id, is_stale=is_stale
        )
        await self._broker.publish(EVENTS, doubted.wire_name(), Envelope.first(doubted))

    async def _tell_edit(
        self, envelope: Envelope, edited: InvitationEdited, view: InvitationView
    ) -> None:
        parts = edit_notices(edited, mentioned(edited, view), await self._language(view.guild_id))
        await self._messages.tell(view.thread_id, envelope.id, parts)
        log.info("edit.announced", invitation_id=view.id, changed=edited.changed)
        if "event_name" in edited.changed:
            await self._messages.rename_thread(view)

    async def _tell_link(self, envelope: Envelope, view: InvitationView) -> None:
        if members := seated(view):
            parts = new_link(view, members, await self._language(view.guild_id))
            await self._messages.tell(view.thread_id, envelope.id, parts)
            log.info("link.announced", invitation_id=view.id, members=len(members))

    @handles(InvitationCancelled, InvitationCompleted)
    async def _end(self, envelope: Envelope, ended: InvitationEvent) -> None:
        """Show that an event is over, tell the participants if it ends early, close the thread.

        The thread is closed only here, and last: nobody can write into a closed thread.
        """
        is_seen = await self._messages.check(ended.invitation)
        if await self.refresh(ended.invitation.id) is None:
            await self._doubt(ended.invitation)
        if not is_seen:
            return  # what the reconciler owes is said to host and staff
        is_news = not isinstance(ended, InvitationCompleted) or ended.is_early
        view = await self._api.invitation(ended.invitation.id) if is_news else None
        thread_id = ended.invitation.thread_id
        people = mentioned(ended, view) if view else []
        parts = notices(view, people, await self._language(view.guild_id)) if view else []
        await self._messages.tell(thread_id, envelope.id, parts)
        place = (ended.invitation.guild_id, ended.invitation.channel_id)
        if not await self._complaints.close(envelope, *place, thread_id, "announcement"):
            await self._doubt(ended.invitation)

    @handles(ReminderDue)
    async def _remind(self, envelope: Envelope, due: ReminderDue) -> None:
        """Remind the participants of an event that starts soon and whose thread the bot sees."""
        state = due.invitation
        view = await self._api.invitation(state.id)
        is_true = view and view.status not in FINAL and view.start_time == state.start_time
        is_late = DISCORD_TIME.now() >= state.start_time
        if not is_true or is_late or not await self._messages.check(state):
            log.info("reminder.dropped", invitation_id=state.id)
            return
        language = await self._language(state.guild_id)
        parts = reminders(due, language) + host_reminder(due, language)
        await self._messages.tell(state.thread_id, envelope.id, parts)
        log.info("reminder.sent", invitation_id=state.id, members=len(due.user_ids))

    async def _refresh(self, invitation_id: str) -> InvitationView | None:
        """Show an invitation as it is now; the event may be older."""
        members = self._thread_members.expected(
            invitation_id
        )  # before the read, which tells of them all
        while True:
            view = await self._api.invitation(invitation_id)
            if view is None:
                log.warning("invitation.unknown", invitation_id=invitation_id)
                return None
            is_there = await self._messages.check(view)
            language = await self._language(view.guild_id)
            if is_there:
                await self._thread_members.place(members, view)
                is_there = await self._edit(view, language)
            if not await self._panels.refresh(view, language):
                await self._doubt(view, is_stale=False)
            if not is_there:
                return None
            if not await self._is_overtaken(view):
                return view

    async def _edit(self, view: InvitationView, language: Language) -> bool:
        locale = Locale.of(await self._guilds.of(view.guild_id))
        now = DISCORD_TIME.now()
        when = in_zone(view.start_time, view.end_time, now, locale)
        sign_up, place = shown_sign_up(view, now, locale), (view.channel_id, view.shown_id)
        is_lacking = False
        try:
            async with self._pictures.bring(view) as (shown, attached):
                is_lacking = attached is not None
                look = announcement(shown, language, when, sign_up)
                is_there = await self._messages.edit(*place, look, attached)
        except disnake.Forbidden as error:
            log.warning("announcement.forbidden", invitation_id=view.id, code=error.code)
            if is_lacking:
                # Perhaps only the file is forbidden; who takes part is shown without it.
                look = announcement(
                    view.model_copy(update={"image": None}), language, when, sign_up
                )
                with contextlib.suppress(disnake.Forbidden):
                    await self._messages.edit(*place, look)
            return False
        if is_there:
            self._pictures.note(shown)
            log.info("announcement.edited", invitation_id=view.id, version=view.version)
        return is_there

    async def _language(self, guild_id: str) -> Language:
        """Return the language of what everybody in a guild reads."""
        return Locale.of(await self._guilds.of(guild_id)).language

    async def _is_overtaken(self, view: InvitationView) -> bool:
        """Return whether a newer version exists than the one that we have just shown.

        While Discord kept it waiting, the broker may have let another replica take over.
        """
        if self._refreshes.is_awaited(view.id):
            return False  # the next run shows what is newer
        latest = await self._api.newest(view.id)
        return latest is not None and latest.version > view.version


def _host(drafted: InvitationDrafted) -> Actor:
    return Actor(user_id=drafted.host_id, name=drafted.host_name, guild_id=drafted.guild_id)
