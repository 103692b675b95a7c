"""Attaches the picture of an event to its announcement: once, since an edit keeps what is there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.discord.messages import Messages
from services.gateway.discord.rest import Attached
from services.gateway.drawing.announcement import Payload
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.views import InvitationView

MOST_KNOWN = 10_000
# A picture is in memory until Discord has taken it, which may be long when many series go on.
MOST_AT_ONCE = 8


class Pictures:
    """Knows which announcements have their picture, and brings it to those that have not."""

    def __init__(self, messages: Messages, api: InvitationsApi) -> None:
        self._messages = messages
        self._api = api
        self._attached: dict[str, str] = {}
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)

    @contextlib.asynccontextmanager
    async def bring(
        self, view: InvitationView
    ) -> AsyncIterator[tuple[InvitationView, Attached | None]]:
        """Give the invitation as it can be shown, and the file that its message still lacks.

        One whose picture is nowhere any more is shown without it. Raises ApiUnavailable, and
        `disnake.HTTPException` where Discord does not let the message be read.
        """
        if view.image is None or await self._has(view, view.image):
            yield view, None
            return
        async with self._turns:
            content = await self._api.image(view.guild_id, view.image)
            if content is None:
                yield view.model_copy(update={"image": None}), None
            else:
                yield view, (view.image, content)

    async def _has(self, view: InvitationView, name: str) -> bool:
        """Return whether there is nothing to bring: the message has the file, or is gone."""
        if self._attached.get(view.shown_id) == name:
            return True
        message = await self._messages.look(view.channel_id, view.shown_id)
        return message is None or name in _files(message)

    @contextlib.asynccontextmanager
    async def of_draft(
        self, drafted: InvitationDrafted
    ) -> AsyncIterator[tuple[InvitationDrafted, Attached | None]]:
        """Give a draft as it can be posted, and its picture. Raises ApiUnavailable."""
        if drafted.image is None:
            yield drafted, None
            return
        async with self._turns:
            content = await self._api.image(drafted.guild_id, drafted.image)
            if content is None:
                yield drafted.model_copy(update={"image": None}), None
            else:
                yield drafted, (drafted.image, content)

    def note(self, view: InvitationView) -> None:
        """Remember that a message has its picture."""
        if view.image is not None:
            if len(self._attached) >= MOST_KNOWN:
                self._attached.clear()  # it is only a way around a request
            self._attached[view.shown_id] = view.image


def _files(message: Payload) -> set[str]:
    return {each["filename"] for each in message.get("attachments", [])}
