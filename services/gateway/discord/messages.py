"""Announcements and their threads on Discord: each step can be repeated after a crash."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import disnake
import structlog
from disnake.http import HTTPClient

from services.gateway.discord.direct_messages import write_privately
from services.gateway.discord.ownership import Ownership
from services.gateway.discord.rest import CHANNEL, MESSAGE, NEVER, THREAD_EXISTS, Attached, call
from services.gateway.discord.threads import Threads
from services.gateway.drawing.announcement import Payload, draft, thread_name
from services.gateway.drawing.mentions import mentioning
from services.gateway.drawing.notices import marked
from services.gateway.i18n.translate import Language
from shared.failpoints import failpoint
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import InvitationDrafted

MESSAGES = "/channels/{channel_id}/messages"
LOOK_BACK, MOST_PAGES = 50, 100
CLOCKS_DIFFER = timedelta(minutes=2)
RENAME_SECONDS = 5.0
A_DAY = 1440  # minutes without a word until Discord hides the thread; it opens again by itself

log = structlog.get_logger()


class Messages:
    """Messages and threads, written with the bot's token."""

    def __init__(self, http: HTTPClient) -> None:
        """Take disnake's client, which keeps to Discord's rate limits."""
        self._http = http
        self.ownership = Ownership(http)
        self.threads = Threads(http)

    async def check(self, state: InvitationState) -> bool:
        """Check that an invitation's ids are those of an announcement; raises Unproven.

        Returns False if the bot may not see it.
        """
        return await self.ownership.check_announcement(state)

    async def post(
        self,
        drafted: InvitationDrafted,
        language: Language,
        since: datetime,
        attached: Attached | None = None,
    ) -> str:
        """Post a draft's announcement unless it stands already; gives the message's id.

        It is looked for back to `since`, however much was said after it. Raises Unproven for a
        thread, where no announcement stands.
        """
        await self.ownership.check_place(drafted.channel_id)
        look = draft(drafted, language) | mentioning(drafted.mention)
        earliest = str(disnake.utils.time_snowflake(since - CLOCKS_DIFFER))
        found = await self._found_since(drafted.channel_id, look, earliest)
        return found or await self.write(drafted.channel_id, drafted.request_id, look, attached)

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
        self, thread_id: str, event_id: UUID, parts: Sequence[Payload], *, reopens: bool = True
    ) -> bool:
        """Write a notice about an event into a thread: each part once, also after a repetition.

        `reopens` opens a thread that was locked by hand, because nobody can write into it. For a
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
        if await self._found(thread_id, part) is not None:
            return
        if reopens:
            await self.threads.in_open(thread_id, lambda: self.write(thread_id, cause_id, part))
        else:
            await self.write(thread_id, cause_id, part)

    async def tell_privately(self, user_id: str, cause_id: UUID, text: str) -> None:
        """Write a text to a member in private, once; see direct_messages.py."""
        await write_privately(self._http, user_id, cause_id, text)

    async def write_once(
        self, channel_id: str, cause_id: UUID, shown: Payload, after: str | None = None
    ) -> str:
        """Write a message unless it stands already, known by its buttons or words; gives its id.

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

    async def write(
        self, channel_id: str, cause_id: UUID, shown: Payload, attached: Attached | None = None
    ) -> str:
        """Write a message; gives its id.

        The nonce covers what a search cannot see: a post whose answer was lost just now.
        """
        nonce = {"nonce": cause_id.hex[:25], "enforce_nonce": True}
        message = await call(
            self._http,
            "POST",
            MESSAGES,
            channel_id=channel_id,
            json=shown | nonce,
            attached=attached,
        )
        return str(message["id"])

    async def open_thread(self, drafted: InvitationDrafted, message_id: str) -> str:
        """Open the announcement's thread, whose id is the message's."""
        name = thread_name(drafted.details)
        if await self.open_thread_at(drafted.channel_id, message_id, name):
            self.ownership.remember_announcement(drafted.channel_id, message_id)
        return message_id

    async def open_thread_at(self, channel_id: str, message_id: str, name: str) -> bool:
        """Open a thread at a message; returns False if there is one."""
        where = {"channel_id": channel_id, "message_id": message_id}
        body = {"name": name, "auto_archive_duration": A_DAY}
        try:
            await call(self._http, "POST", f"{MESSAGE}/threads", **where, json=body)
        except disnake.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise
            return False
        return True

    async def edit(
        self, channel_id: str, message_id: str, shown: Payload, attached: Attached | None = None
    ) -> bool:
        """Edit the announcement; returns False if it was deleted.

        A file takes the place of those there are; without one they stay.
        """
        try:
            await call(
                self._http,
                "PATCH",
                MESSAGE,
                channel_id=channel_id,
                message_id=message_id,
                json=shown,
                attached=attached,
            )
        except disnake.NotFound as error:
            log.info("announcement.missing", code=error.code)
            return False
        return True

    async def rename_thread(self, state: InvitationState) -> None:
        """Call a thread like its event; a refusal is logged, a delay left to the next look.

        Discord lets a channel be renamed twice in ten minutes, and disnake would wait that long.
        """
        try:
            async with asyncio.timeout(RENAME_SECONDS):
                await self.threads.rename(state.thread_id, thread_name(state))
        except TimeoutError:
            log.info("thread.rename_delayed", invitation_id=state.id)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.warning("thread.not_renamed", invitation_id=state.id, code=error.code)

    async def open_again(self, thread_id: str) -> None:
        """Open a thread that was closed by hand or by Discord: nobody can write into it."""
        await self.threads.open(thread_id)

    async def drafts_in(self, channel_id: str) -> list[tuple[str, UUID]]:
        """Find what shows a draft among the newest messages, with the id of its request."""
        found = []
        for message in await self._page(channel_id, ""):
            request_id = await self.ownership.draft_of(message)
            if request_id is not None:
                found.append((str(message["id"]), request_id))
        return found

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
    """Return the id of the first message with a button of `shown`, or without one, its words."""
    wanted = _custom_ids(shown)
    for message in messages:
        if wanted & _custom_ids(message) or (not wanted and _is_own(message, shown["content"])):
            return str(message["id"])
    return None


def _is_own(message: Payload, content: str) -> bool:
    return bool(message["author"].get("bot")) and bool(message["content"] == content)


def _custom_ids(message: Payload) -> set[str]:
    rows = message.get("components", [])
    return {part.get("custom_id", "") for row in rows for part in row.get("components", [])}
