"""Checks that an id in a service's message names what the bot itself has made for that service.

RabbitMQ tells which service sent a message. The ids in it are only that service's word: with one
password stolen, they could name the staff's channel or another service's thread.
"""

from collections import OrderedDict
from typing import Any
from uuid import UUID

from disnake import ChannelType, Forbidden, NotFound
from disnake.http import HTTPClient

from services.gateway.discord.refusals import REFUSALS
from services.gateway.discord.rest import CHANNEL, MESSAGE, call
from services.gateway.drawing.announcement import DraftMark
from services.gateway.drawing.buttons import Detail, OpenList
from shared.messages.invitations.details import InvitationState
from shared.proofs import Unproven

PUBLIC = {ChannelType.public_thread.value, ChannelType.news_thread.value}
THREADS = {*PUBLIC, ChannelType.private_thread.value}
DIRECT = {ChannelType.private.value, ChannelType.group.value}
MOST_REMEMBERED = 10_000


class Ownership:
    """Looks at a channel, thread or message once, and remembers that it is the bot's.

    A thing that is gone passes every check: nothing can be done to it. Each check raises Unproven.
    """

    def __init__(self, http: HTTPClient) -> None:
        self._http = http
        self._own_id = ""
        self._known: OrderedDict[tuple[str, ...], None] = OrderedDict()

    async def see(self, channel_id: str) -> None:
        """Raise `disnake.Forbidden` if the bot may not see a channel; Discord is rarely asked."""
        if not REFUSALS.has_let("GET", CHANNEL, channel_id):
            await self._read(CHANNEL, channel_id=channel_id)

    async def check_announcement(self, state: InvitationState) -> bool:
        """Check that a message is an invitation's announcement, and that the thread is its own.

        Returns False if the bot may not see them: Discord refuses whatever follows, too.
        """
        try:
            await self.see(state.channel_id)
            await self._check_announcement(state)
        except Forbidden:
            return False
        return True

    async def _check_announcement(self, state: InvitationState) -> None:
        channel_id, message_id, thread_id = state.channel_id, state.shown_id, state.thread_id
        is_first = thread_id == message_id == state.id
        key = ("announcement", channel_id, message_id, thread_id)
        if key in self._known:
            return
        thread = await self._read(CHANNEL, channel_id=thread_id)
        # The bot opens public threads at its announcements only.
        is_ours = (
            thread is not None
            and thread["type"] in PUBLIC
            and thread["parent_id"] == channel_id
            and thread["owner_id"] == await self.own_id()
        )
        if is_ours and is_first:
            self._remember(key)
            return
        # The thread was deleted, a member was faster in opening it, or it is older than the
        # message.
        message = await self._read(MESSAGE, channel_id=channel_id, message_id=message_id)
        if thread is None and message is None:
            return
        if message is None and not is_first:  # deleted once more, and not yet posted again
            self._pass(key, "no_announcement", is_ours=is_ours)
            return
        marks = await self._marks(message)
        is_shown = Detail(state.id).encode() in marks or any(map(_is_draft, marks))
        is_thread = is_first or is_ours or thread is None
        self._pass(key, "no_announcement", is_ours=is_shown and is_thread)

    def remember_announcement(self, channel_id: str, message_id: str) -> None:
        """Save the look at an announcement whose thread has just been opened."""
        self._remember(("announcement", channel_id, message_id, message_id))

    async def check_draft(self, channel_id: str, message_id: str, request_id: UUID) -> bool:
        """Check that a message is the announcement of a draft; return whether it is still there."""
        message = await self._read(MESSAGE, channel_id=channel_id, message_id=message_id)
        if message is None:
            return False
        if DraftMark(request_id).encode() not in await self._marks(message):
            raise Unproven("no_draft")
        return True

    async def draft_of(self, message: dict[str, Any]) -> UUID | None:
        """Return the request of the draft that a message shows; None if it is no announcement."""
        marks = await self._marks(message)
        return next((DraftMark.decode(each).request_id for each in marks if _is_draft(each)), None)

    async def check_panel(self, channel_id: str, message_id: str, invitation_id: str) -> None:
        """Check that a message is the staff's panel of an invitation."""
        key = ("panel", channel_id, message_id, invitation_id)
        if key in self._known:
            return
        message = await self._read(MESSAGE, channel_id=channel_id, message_id=message_id)
        if message is not None:
            mark = Detail(invitation_id, "panel").encode()
            self._pass(key, "no_panel", is_ours=mark in await self._marks(message))

    async def check_list(self, channel_id: str, message_id: str) -> None:
        """Check that a message is a pinned list."""
        key = ("list", channel_id, message_id)
        if key in self._known:
            return
        message = await self._read(MESSAGE, channel_id=channel_id, message_id=message_id)
        if message is not None:
            self._pass(key, "no_list", is_ours=OpenList().encode() in await self._marks(message))

    async def check_ticket(self, thread_id: str) -> None:
        """Check that a channel is a ticket's thread: private, and opened by the bot."""
        key = ("ticket", thread_id)
        if key in self._known:
            return
        thread = await self._channel(thread_id)
        if thread is not None:
            self._pass(key, "no_ticket", is_ours=is_ticket(thread, await self.own_id()))

    async def check_place(self, channel_id: str) -> None:
        """Check that an announcement may be posted in a channel: no thread, no direct message."""
        key = ("place", channel_id)
        if key in self._known:
            return
        channel = await self._channel(channel_id)
        if channel is not None:
            self._pass(key, "no_place", is_ours=channel["type"] not in THREADS | DIRECT)

    async def own_id(self) -> str:
        """Return the bot's id."""
        if not self._own_id:
            self._own_id = (await call(self._http, "GET", "/users/@me"))["id"]
        return self._own_id

    def _pass(self, key: tuple[str, ...], refusal: str, *, is_ours: bool) -> None:
        if not is_ours:
            raise Unproven(refusal)
        self._remember(key)

    def _remember(self, key: tuple[str, ...]) -> None:
        self._known[key] = None
        if len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)

    async def _channel(self, channel_id: str) -> dict[str, Any] | None:
        """Return a channel; None if it is gone, or if the bot may not even see it."""
        try:
            return await self._read(CHANNEL, channel_id=channel_id)
        except Forbidden:
            return None

    async def _read(self, path: str, **where: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = await call(self._http, "GET", path, **where)
        except NotFound:
            return None
        return found

    async def _marks(self, message: dict[str, Any] | None) -> set[str]:
        """Return the custom ids in a message of the bot's; those of others count for nothing."""
        if message is None or message["author"]["id"] != await self.own_id():
            return set()
        rows = message["components"]
        return {part.get("custom_id", "") for row in rows for part in row["components"]}


def is_ticket(thread: dict[str, Any], own_id: str) -> bool:
    """Return whether a channel is a private thread that the bot has opened."""
    is_private = thread["type"] == ChannelType.private_thread.value
    return is_private and bool(thread["owner_id"] == own_id)


def _is_draft(custom_id: str) -> bool:
    return custom_id.partition(":")[0] == DraftMark.name
