"""Announcements and their threads on Discord: each step can be repeated after a crash."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.discord.direct_messages import write_privately
from services.gateway.discord.ownership import Ownership
from services.gateway.discord.rest import (
    CHANNEL,
    MESSAGE,
    NEVER,
    THREAD_ARCHIVED,
    THREAD_EXISTS,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    call,
)
from services.gateway.drawing.announcement import Payload, draft, thread_name
from services.gateway.drawing.notices import marked
from services.gateway.i18n.translate import Language
from shared.failpoints import failpoint
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import InvitationDrafted

MESSAGES = "/channels/{channel_id}/messages"
LOOK_BACK, MOST_PAGES = 50, 100
CLOCKS_DIFFER = timedelta(minutes=2)
A_DAY = 1440  # minutes without a word until Discord hides the thread; it opens again by itself
GONE = {UNKNOWN_CHANNEL, UNKNOWN_MESSAGE}

log = structlog.get_logger()


class Messages:
    """Messages and threads, written with the bot's token."""

    def __init__(self, http: HTTPClient) -> None:
        """Take disnake's client, which keeps to Discord's rate limits."""
        self._http = http
        self.ownership = Ownership(http)

    async def check(self, state: InvitationState) -> None:
        """Check that an invitation's ids are those of an announcement; raises Unproven."""
        await self.ownership.check_announcement(state)

    async def post(self, drafted: InvitationDrafted, language: Language, since: datetime) -> str:
        """Post a draft's announcement unless it stands already; gives the message's id.

        It is looked for back to `since`, however much was said after it. Raises Unproven for a
        thread, where no announcement stands.
        """
        await self.ownership.check_place(drafted.channel_id)
        look = draft(drafted, language)
        earliest = str(disnake.utils.time_snowflake(since - CLOCKS_DIFFER))
        found = await self._found_since(drafted.channel_id, look, earliest)
        return found or await self.write(drafted.channel_id, drafted.request_id, look)

    async def look(self, channel_id: str, message_id: str) -> Payload | None:
        """Read a message; None if it or its channel was deleted."""
        where = {"channel_id": channel_id, "message_id": message_id}
        try:
            found: Payload = await call(self._http, "GET", MESSAGE, **where)
        except disnake.NotFound:
            return None
        return found

    async def direct_channel(self, user_id: str) -> str | None:
        """Return the channel of a direct message to a member; None if Discord refuses."""
        try:
            channel = await call(
                self._http, "POST", "/users/@me/channels", json={"recipient_id": user_id}
            )
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            return None
        return str(channel["id"])

    async def stands(self, channel_id: str) -> bool:
        """Return whether a channel or thread is there."""
        try:
            await call(self._http, "GET", CHANNEL, channel_id=channel_id)
        except disnake.NotFound:
            return False
        return True

    async def tell(
        self, thread_id: str, event_id: UUID, parts: Sequence[Payload], *, reopens: bool = False
    ) -> bool:
        """Write a notice about an event into a thread: each part once, also after a repetition.

        `reopens` opens a thread that was closed by hand, because nobody can write into it. For a
        deleted thread nothing is written. Returns whether Discord took all of it.
        """
        is_written = True
        for number, part in enumerate(parts):
            cause_id = uuid5(event_id, f"notice {number}")
            try:
                await self._tell_part(thread_id, cause_id, marked(part, cause_id), reopens=reopens)
            except disnake.HTTPException as error:
                if error.status not in NEVER:
                    raise
                log.warning("thread.untold", status=error.status, code=error.code)
                is_written = False
            failpoint("gateway.notified")
        return is_written

    async def _tell_part(
        self, thread_id: str, cause_id: UUID, part: Payload, *, reopens: bool
    ) -> None:
        if await self._found(thread_id, part) is None:
            if reopens:
                await self.open_again(thread_id)
            await self.write(thread_id, cause_id, part)

    async def tell_privately(self, user_id: str, cause_id: UUID, text: str) -> None:
        """Write a text to a member in private, once; see direct_messages.py."""
        await write_privately(self._http, user_id, cause_id, text)

    async def write_once(
        self, channel_id: str, cause_id: UUID, shown: Payload, after: str | None = None
    ) -> str:
        """Write a message unless it stands already, known by its buttons; gives its id.

        It is looked for among the newest, or among the first after another message.
        """
        found = await self._found(channel_id, shown, after)
        return found or await self.write(channel_id, cause_id, shown)

    async def _found(self, channel_id: str, shown: Payload, after: str | None = None) -> str | None:
        messages = await self._page(channel_id, f"&after={after}" if after else "")
        return _same(shown, messages)

    async def _found_since(self, channel_id: str, shown: Payload, earliest: str) -> str | None:
        """Look among the newest messages, and on until the id of one is below `earliest`."""
        before = ""
        for _ in range(MOST_PAGES):
            messages = await self._page(channel_id, before)
            if found := _same(shown, messages):
                return found
            oldest = min((int(message["id"]) for message in messages), default=0)
            if len(messages) < LOOK_BACK or oldest < int(earliest):
                break
            before = f"&before={oldest}"
        return None

    async def _page(self, channel_id: str, where: str) -> list[Payload]:
        path = f"{MESSAGES}?limit={LOOK_BACK}{where}"
        messages: list[Payload] = await call(self._http, "GET", path, channel_id=channel_id)
        return messages

    async def write(self, channel_id: str, cause_id: UUID, shown: Payload) -> str:
        """Write a message; gives its id.

        The nonce covers what a search cannot see: a post whose answer was lost just now.
        """
        nonce = {"nonce": cause_id.hex[:25], "enforce_nonce": True}
        message = await call(
            self._http, "POST", MESSAGES, channel_id=channel_id, json=shown | nonce
        )
        return str(message["id"])

    async def open_thread(self, drafted: InvitationDrafted, message_id: str) -> str:
        """Open the announcement's thread, whose id is the message's."""
        try:
            await call(
                self._http,
                "POST",
                f"{MESSAGE}/threads",
                channel_id=drafted.channel_id,
                message_id=message_id,
                json={"name": thread_name(drafted.details), "auto_archive_duration": A_DAY},
            )
        except disnake.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise
        else:
            self.ownership.remember_announcement(drafted.channel_id, message_id)
        return message_id

    async def edit(self, channel_id: str, message_id: str, shown: Payload) -> bool:
        """Edit the announcement; returns False if it was deleted."""
        try:
            await call(
                self._http,
                "PATCH",
                MESSAGE,
                channel_id=channel_id,
                message_id=message_id,
                json=shown,
            )
        except disnake.NotFound as error:
            log.info("announcement.missing", code=error.code)
            return False
        return True

    async def open_again(self, thread_id: str) -> None:
        """Open a thread that was closed by hand or by Discord: nobody can write into it."""
        where = {"channel_id": thread_id}
        thread = await call(self._http, "GET", CHANNEL, **where)
        if thread["thread_metadata"]["archived"] or thread["thread_metadata"]["locked"]:
            opened = {"archived": False, "locked": False}
            await call(self._http, "PATCH", CHANNEL, **where, json=opened)

    async def close_thread(self, thread_id: str) -> None:
        """Archive and lock a thread; one that is archived or gone stays so."""
        try:
            await call(
                self._http,
                "PATCH",
                CHANNEL,
                channel_id=thread_id,
                json={"archived": True, "locked": True},
            )
        except disnake.HTTPException as error:
            if error.code not in {THREAD_ARCHIVED, *GONE}:
                raise

    async def add_to_thread(self, thread_id: str, user_id: str) -> None:
        """Add a member to a thread; a refusal by Discord is only logged."""
        path = "/channels/{channel_id}/thread-members/{user_id}"
        try:
            await call(self._http, "PUT", path, channel_id=thread_id, user_id=user_id)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.info("thread.closed_to_member", code=error.code)

    async def remove_from_thread(self, thread_id: str, user_id: str) -> None:
        """Remove a member from a thread, unless it is closed or deleted."""
        path = "/channels/{channel_id}/thread-members/{user_id}"
        try:
            await call(self._http, "DELETE", path, channel_id=thread_id, user_id=user_id)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.info("thread.kept_member", code=error.code)

    async def delete_draft(self, channel_id: str, message_id: str, request_id: UUID) -> None:
        """Delete a draft's announcement, its thread first; one that is gone stays so.

        Raises Unproven for any other message.
        """
        if not await self.ownership.check_draft(channel_id, message_id, request_id):
            log.info("announcement.already_gone")
            return
        for path, ids in (
            (CHANNEL, {"channel_id": message_id}),
            (MESSAGE, {"channel_id": channel_id, "message_id": message_id}),
        ):
            try:
                await call(self._http, "DELETE", path, **ids)
            except disnake.NotFound:
                log.info("announcement.already_gone")


def _same(shown: Payload, messages: Sequence[Payload]) -> str | None:
    """Return the id of the first message that has a button of `shown`."""
    wanted = _custom_ids(shown)
    return next((str(m["id"]) for m in messages if wanted & _custom_ids(m)), None)


def _custom_ids(message: Payload) -> set[str]:
    rows = message.get("components", [])
    return {part.get("custom_id", "") for row in rows for part in row.get("components", [])}
