"""Panels in the staff channel: no failure of theirs costs an invitation anything."""

from typing import NamedTuple
from uuid import uuid5

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.discord.messages import Messages
from services.gateway.discord.rest import MESSAGE, NEVER, call
from services.gateway.drawing.announcement import FINAL
from services.gateway.features.staff.views import draft_panel, panel
from services.gateway.i18n.translate import Language
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.views import InvitationView

log = structlog.get_logger()


class Panel(NamedTuple):
    """Where a panel stands."""

    channel_id: str
    message_id: str


class Panels:
    """What the bot writes for staff; in a guild without a staff channel, nothing."""

    def __init__(self, http: HTTPClient, messages: Messages, guilds: GuildSettingsCopy) -> None:
        self._http = http
        self._messages = messages
        self._guilds = guilds

    async def post(
        self, drafted: InvitationDrafted, message_id: str, language: Language
    ) -> Panel | None:
        """Post a panel unless it stands already; None where there is none."""
        channel_id = (await self._guilds.of(drafted.guild_id)).staff_channel_id
        if channel_id is None:
            return None
        try:
            panel_id = await self._messages.write_once(
                channel_id,
                uuid5(drafted.request_id, f"panel {message_id}"),
                draft_panel(drafted, message_id, language),
                # It was written after its announcement, however much was said there since.
                after=message_id,
            )
            return Panel(channel_id, panel_id)
        except disnake.HTTPException as error:
            _bear(error)
            return None

    async def refresh(self, view: InvitationView, language: Language) -> bool:
        """Show an invitation's panel as the invitation is now; raises Unproven for no panel.

        Returns False if Discord does not take it or has not taken the panel at all, which the
        reconciler repairs.
        """
        if view.staff_message_id is None:
            return await self._is_right_without(view)
        channel_id = view.staff_channel_id or await self._present(view.guild_id)
        if channel_id is None:
            return True
        try:
            await self._check(Panel(channel_id, view.staff_message_id), view.id)
            look = panel(view, language)
            return await self._messages.edit(channel_id, view.staff_message_id, look)
        except disnake.HTTPException as error:
            _bear(error)
            return False

    async def delete(self, posted: Panel, invitation_id: str) -> None:
        """Delete a panel; gone is gone. Raises Unproven for any other message."""
        ids = {"channel_id": posted.channel_id, "message_id": posted.message_id}
        try:
            await self._check(posted, invitation_id)
            await call(self._http, "DELETE", MESSAGE, **ids)
        except disnake.HTTPException as error:
            _bear(error)

    async def _is_right_without(self, view: InvitationView) -> bool:
        """Return whether there need not be a panel, or a missing one is owed already."""
        is_known = any(each.kind == "panel" for each in view.owed)
        return is_known or view.status in FINAL or await self._present(view.guild_id) is None

    async def _present(self, guild_id: str) -> str | None:
        """Return where panels stand of events from before the channel was written down."""
        return (await self._guilds.of(guild_id)).staff_channel_id

    async def _check(self, posted: Panel, invitation_id: str) -> None:
        ownership = self._messages.ownership
        await ownership.check_panel(posted.channel_id, posted.message_id, invitation_id)


def _bear(error: disnake.HTTPException) -> None:
    """Log what Discord will never take; raise what it may take a moment later."""
    if error.status not in NEVER:
        raise error
    log.error("panel.refused", status=error.status, code=error.code)
