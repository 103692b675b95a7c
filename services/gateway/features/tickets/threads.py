"""The private threads of tickets on Discord: each step can be repeated after a crash."""

from typing import Any
from uuid import UUID

import structlog
from disnake import ChannelType, HTTPException, NotFound
from disnake.http import HTTPClient

from services.gateway.discord.messages import LOOK_BACK, MESSAGES, Messages
from services.gateway.discord.ownership import Ownership, is_ticket
from services.gateway.discord.rest import CHANNEL, MESSAGE, NEVER, call
from services.gateway.discord.threads import MEMBER
from services.gateway.drawing.announcement import Payload
from services.gateway.features.tickets.views import mark, thread_name, version_of
from services.gateway.i18n.translate import Language
from shared.messages.tickets.details import TicketState
from shared.messages.tickets.events import TicketRequested

A_WEEK = 10_080  # minutes; silence closes a ticket long before

log = structlog.get_logger()


class TicketThreads:
    """The threads of tickets, changed with the bot's token.

    A moderator ends an open ticket by closing its thread: nothing about it opens the thread again.
    """

    def __init__(self, http: HTTPClient) -> None:
        """Take disnake's client, which keeps to Discord's rate limits."""
        self._http = http
        self._messages = Messages(http)
        self.changes = self._messages.threads
        self._ownership = Ownership(http)

    async def open(self, requested: TicketRequested, language: Language) -> str:
        """Open a request's thread unless it stands already; gives its id.

        Threads have no nonce: the thread is known by the end of its name.
        """
        found = await self._standing(requested)
        if found is not None:
            return found
        thread = await call(
            self._http,
            "POST",
            f"{CHANNEL}/threads",
            channel_id=requested.channel_id,
            json={
                "name": thread_name(requested, language),
                "type": ChannelType.private_thread.value,
                "invitable": False,
                "auto_archive_duration": A_WEEK,
            },
        )
        # disnake repeats a request whose answer was lost: then there are two.
        return await self._standing(requested) or str(thread["id"])

    async def _standing(self, requested: TicketRequested) -> str | None:
        """Find a request's thread: the oldest, and others of the same request are deleted."""
        active = await call(
            self._http, "GET", "/guilds/{guild_id}/threads/active", guild_id=requested.guild_id
        )
        own_id = await self._ownership.own_id()
        ours = sorted(
            int(each["id"])
            for each in active["threads"]
            if is_ticket(each, own_id) and _is_of(each, requested)
        )
        for surplus in ours[1:]:
            log.warning("thread.surplus", thread_id=str(surplus))
            await self.delete(str(surplus))
        return str(ours[0]) if ours else None

    async def check(self, thread_id: str) -> None:
        """Check that an id is that of a ticket's thread; raises Unproven."""
        await self._ownership.check_ticket(thread_id)

    async def admit(self, thread_id: str, user_id: str) -> None:
        """Let a member into a thread; raises `disnake.HTTPException` when Discord will not."""
        await call(self._http, "PUT", MEMBER, channel_id=thread_id, user_id=user_id)

    async def write_first(self, thread_id: str, requested: TicketRequested, shown: Payload) -> str:
        """Write a ticket's message unless it stands already; gives its id."""
        return await self._messages.write_once(thread_id, requested.request_id, shown)

    async def show(self, state: TicketState, shown: Payload) -> bool:
        """Show a ticket's state; returns False if its message shows a newer one."""
        where = {"channel_id": state.id, "message_id": state.message_id}
        try:
            message = await call(self._http, "GET", MESSAGE, **where)
            if version_of(message) >= state.version:
                return version_of(message) == state.version
            await self.changes.in_open(
                state.id,
                lambda: call(self._http, "PATCH", MESSAGE, **where, json=shown),
                yields=state.status == "open",
            )
        except HTTPException as error:
            if error.status not in NEVER:
                raise
            log.info("ticket.not_shown", ticket_id=state.id, code=error.code)
            return True
        log.info("ticket.shown", ticket_id=state.id, version=state.version)
        return True

    async def say_once(self, thread_id: str, cause_id: UUID, payload: Payload) -> None:
        """Write into a thread, once: the words are known by what they say."""
        where = {"channel_id": thread_id}
        try:
            messages = await call(self._http, "GET", f"{MESSAGES}?limit={LOOK_BACK}", **where)
            if not any(_is_own(message, payload["content"]) for message in messages):
                await self.changes.in_open(
                    thread_id, lambda: self._messages.write(thread_id, cause_id, payload)
                )
        except HTTPException as error:
            if error.status not in NEVER:
                raise
            log.info("thread.untold", thread_id=thread_id, code=error.code)

    async def has_message(self, state: TicketState) -> bool:
        """Return whether the message with a ticket's buttons is there."""
        where = {"channel_id": state.id, "message_id": state.message_id}
        try:
            await call(self._http, "GET", MESSAGE, **where)
        except NotFound:
            return False
        return True

    async def write_again(self, state: TicketState, cause_id: UUID, shown: Payload) -> str:
        """Write a ticket's message in place of one that was deleted; gives its id."""
        return await self.changes.in_open(
            state.id, lambda: self._messages.write_once(state.id, cause_id, shown), yields=True
        )

    async def delete(self, thread_id: str) -> None:
        """Delete a thread; gone is gone."""
        try:
            await call(self._http, "DELETE", CHANNEL, channel_id=thread_id)
        except NotFound:
            log.info("thread.already_gone")


def _is_of(thread: dict[str, Any], requested: TicketRequested) -> bool:
    return str(thread["name"]).endswith(mark(requested.request_id))


def _is_own(message: dict[str, Any], content: str) -> bool:
    return bool(message["author"].get("bot")) and message["content"] == content
