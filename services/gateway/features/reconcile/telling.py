"""Tells host and staff, once, what was repaired and what cannot be."""

from uuid import UUID, uuid5

import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.delivery.handlers import handles
from services.gateway.discord.messages import Messages
from services.gateway.drawing.announcement import Payload
from services.gateway.features.participants.thread_members import ThreadMembers, belonging
from services.gateway.features.reconcile.views import moved, notice, owing
from services.gateway.i18n.locale import Locale
from shared.messages.envelope import Envelope
from shared.messages.invitations.repairs import AnnouncementMoved, RepairsOwed
from shared.messages.views import InvitationView

log = structlog.get_logger()


class RepairNotices:
    """Writes into the event's thread for the host, and into the staff channel for staff."""

    def __init__(
        self,
        messages: Messages,
        api: InvitationsApi,
        guilds: GuildSettingsCopy,
        thread_members: ThreadMembers,
    ) -> None:
        self._messages = messages
        self._api = api
        self._guilds = guilds
        self._thread_members = thread_members

    @handles(AnnouncementMoved)
    async def follow_move(self, envelope: Envelope, event: AnnouncementMoved) -> None:
        """Let the participants into a new thread, and say why there is another announcement."""
        view = await self._api.invitation(event.invitation.id)
        if view is None or view.shown_id != event.invitation.shown_id:
            return  # deleted once more: the next move says so
        is_seen = await self._messages.check(view)
        if is_seen:
            await self._thread_members.place(set(belonging(view)), view)
        if event.before_id == view.shown_id:
            return  # only the thread is another one
        language = Locale.of(await self._guilds.of(view.guild_id)).language
        await self._tell(envelope.id, view, moved(view, language), is_seen=is_seen)

    @handles(RepairsOwed)
    async def tell_owed(self, envelope: Envelope, event: RepairsOwed) -> None:
        """Say what Discord refuses, and which permission would help."""
        view = await self._api.invitation(event.invitation_id)
        if view is None:
            return
        is_seen = await self._messages.check(view)
        language = Locale.of(await self._guilds.of(view.guild_id)).language
        await self._tell(envelope.id, view, owing(view, event.owed, language), is_seen=is_seen)

    async def _tell(
        self, event_id: UUID, view: InvitationView, text: str, *, is_seen: bool
    ) -> None:
        settings = await self._guilds.of(view.guild_id)
        language = Locale.of(settings).language
        parts = notice(view, text, language, *view.hosts, view.staff_id)
        if not (is_seen and await self._messages.tell(view.thread_id, event_id, parts)):
            await self._tell_directly(event_id, view, notice(view, text, language))
        if channel_id := settings.staff_channel_id:
            for_staff = notice(view, text, language, view.staff_id)
            await self._messages.tell(channel_id, uuid5(event_id, "staff"), for_staff)
        log.info("repair.announced", invitation_id=view.id)

    async def _tell_directly(
        self, event_id: UUID, view: InvitationView, parts: list[Payload]
    ) -> None:
        """Write to each host alone: the bot cannot write where the event is."""
        for user_id in view.hosts:
            channel_id = await self._messages.direct_channel(user_id)
            if channel_id is not None:
                await self._messages.tell(channel_id, uuid5(event_id, f"host {user_id}"), parts)
