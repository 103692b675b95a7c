"""Tells the people of an event what happened to it: in its thread, or in private."""

import structlog
from disnake.http import HTTPClient

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.discord.direct_messages import write_privately
from services.gateway.discord.messages import Messages
from services.gateway.drawing.notices import new_link
from services.gateway.drawing.people import seated
from services.gateway.features.editing.views import edit_notices
from services.gateway.features.telling.audience import mentioned
from services.gateway.features.telling.summary import Summaries
from services.gateway.features.telling.views import removal
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import (
    InstanceLinkChanged,
    InvitationEdited,
    InvitationEvent,
    ParticipantEvent,
    ParticipantLeft,
)
from shared.messages.views import InvitationView

log = structlog.get_logger()


class Telling:
    """Writes what an event of an open invitation means to its people."""

    def __init__(
        self,
        http: HTTPClient,
        messages: Messages,
        api: InvitationsApi,
        guilds: GuildSettingsCopy,
    ) -> None:
        self._http = http
        self._messages = messages
        self._guilds = guilds
        self._summaries = Summaries(http, messages, api, guilds)

    async def tell(self, envelope: Envelope, event: InvitationEvent, view: InvitationView) -> None:
        """Tell of an event; a repeated one writes nothing twice."""
        if isinstance(event, ParticipantEvent):
            if isinstance(event, ParticipantLeft) and event.by_id is not None:
                await self._tell_removed(envelope, event, view)
            await self._summaries.note(envelope, event)
        elif isinstance(event, InvitationEdited) and event.changed:  # or it is only restated
            parts = edit_notices(event, mentioned(event, view), await self._language(view))
            await self._messages.tell(view.thread_id, envelope.id, parts)
            log.info("edit.announced", invitation_id=view.id, changed=event.changed)
        elif isinstance(event, InstanceLinkChanged):
            await self._tell_link(envelope, view)

    async def _tell_link(self, envelope: Envelope, view: InvitationView) -> None:
        if members := seated(view):
            parts = new_link(view, members, await self._language(view))
            await self._messages.tell(view.thread_id, envelope.id, parts)
            log.info("link.announced", invitation_id=view.id, members=len(members))

    async def _tell_removed(
        self, envelope: Envelope, event: ParticipantLeft, view: InvitationView
    ) -> None:
        """Tell a member in private that another one has removed them, unless they are back."""
        if event.user_id in _holding(view):
            return
        text = removal(event.invitation, envelope.sent_at, await self._language(view))
        await write_privately(self._http, event.user_id, envelope.id, text)
        log.info("member.notified", invitation_id=view.id, message=envelope.name)

    async def _language(self, view: InvitationView) -> Language:
        return Locale.of(await self._guilds.of(view.guild_id)).language


def _holding(view: InvitationView) -> set[str]:
    """Return the members who have a seat or wait for one."""
    return {each.user_id for each in view.participants} | {each.user_id for each in view.waitlist}
