"""Panels in the staff channel: no failure of theirs costs an invitation anything."""

from uuid import uuid5

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.discord.messages import MESSAGE, NEVER, Messages
from services.gateway.discord.rest import call
from services.gateway.features.staff.views import draft_panel, panel
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.views import InvitationView

log = structlog.get_logger()


class Panels:
    """What the bot writes for staff; without a staff channel, nothing."""

    def __init__(self, http: HTTPClient, messages: Messages, channel_id: str | None) -> None:
        self._http = http
        self._messages = messages
        self._channel_id = channel_id

    async def post(self, drafted: InvitationDrafted, message_id: str) -> str | None:
        """Post a panel unless it stands already; gives its id, or None where there is none."""
        if self._channel_id is None:
            return None
        try:
            return await self._messages.write_once(
                self._channel_id,
                uuid5(drafted.request_id, f"panel {message_id}"),
                draft_panel(drafted, message_id, "ja"),
                # It was written after its announcement, however much was said there since.
                after=message_id,
            )
        except disnake.HTTPException as error:
            _bear(error)
            return None

    async def refresh(self, view: InvitationView) -> None:
        """Show an invitation's panel as the invitation is now."""
        if self._channel_id is None or view.staff_message_id is None:
            return
        try:
            await self._messages.edit(self._channel_id, view.staff_message_id, panel(view, "ja"))
        except disnake.HTTPException as error:
            _bear(error)

    async def delete(self, message_id: str) -> None:
        """Delete a panel; gone is gone."""
        if self._channel_id is None:
            return
        ids = {"channel_id": self._channel_id, "message_id": message_id}
        try:
            await call(self._http, "DELETE", MESSAGE, **ids)
        except disnake.HTTPException as error:
            _bear(error)


def _bear(error: disnake.HTTPException) -> None:
    """Log what Discord will never take; raise what it may take a moment later."""
    if error.status not in NEVER:
        raise error
    log.error("panel.refused", status=error.status, code=error.code)
