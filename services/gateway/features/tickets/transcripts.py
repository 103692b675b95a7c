"""Makes the transcript of a ticket from its thread, for the log channel and for its readers."""

from typing import Any
from uuid import UUID

import disnake
import structlog
from disnake import HTTPException, NotFound
from disnake.http import HTTPClient

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.discord.messages import LOOK_BACK, MESSAGES
from services.gateway.discord.ownership import Ownership
from services.gateway.discord.rest import NEVER, Attached, call
from services.gateway.features.tickets.transcript_view import Standing, transcript
from services.gateway.features.tickets.views import record
from services.gateway.i18n.locale import Locale
from shared.messages.tickets.details import TicketState

PAGE = 100
TOO_LARGE = 413
MOST_MESSAGES = 1000
# The flags of an application that may read what others write, in every or in a few guilds.
READS_CONTENT = 1 << 18 | 1 << 19
MANAGES = disnake.Permissions(administrator=True, manage_guild=True).value

log = structlog.get_logger()


class Transcripts:
    """Reads threads with the bot's token."""

    def __init__(self, http: HTTPClient, guilds: GuildSettingsCopy) -> None:
        self._http = http
        self._guilds = guilds
        self._ownership = Ownership(http)

    async def of(self, ticket: TicketState, locale: Locale) -> Attached | None:
        """Make the file of a ticket as its thread is now; None when the thread is gone.

        Raises Unproven for any other channel, of which nothing is read.
        """
        await self._ownership.check_ticket(ticket.id)
        try:
            messages = await self._messages(ticket.id)
        except NotFound as error:
            log.warning("transcript.missing", ticket_id=ticket.id, code=error.code)
            return None
        standings = await self._standings(ticket.guild_id, messages)
        has_words = await self._has_words()
        text = transcript(ticket, messages, standings, locale, has_words=has_words)
        return _file_name(ticket), text

    async def keep(
        self, ticket: TicketState, log_channel_id: str, cause_id: UUID, locale: Locale
    ) -> None:
        """Post the record of a ticket into the log channel, once; the file's name knows it.

        The tickets service names both channels: the record stays in the guild of its thread.
        """
        where = {"channel_id": log_channel_id}
        try:
            recent = await call(self._http, "GET", f"{MESSAGES}?limit={LOOK_BACK}", **where)
            if any(_file_name(ticket) in _file_names(message) for message in recent):
                return
            attached = await self.of(ticket, locale)
            if attached is None:
                return
            if await self._guild_of(log_channel_id) != await self._guild_of(ticket.id):
                log.error("transcript.astray", ticket_id=ticket.id, channel_id=log_channel_id)
                return
            nonce = {"nonce": cause_id.hex[:25], "enforce_nonce": True}
            body = record(ticket, locale.language) | nonce
            await call(self._http, "POST", MESSAGES, **where, json=body, attached=attached)
        except HTTPException as error:
            if error.status not in {*NEVER, TOO_LARGE}:
                raise
            log.error("transcript.refused", status=error.status, code=error.code)
            return
        log.info("transcript.kept", ticket_id=ticket.id)

    async def _guild_of(self, channel_id: str) -> str | None:
        channel = await call(self._http, "GET", "/channels/{channel_id}", channel_id=channel_id)
        guild_id: str | None = channel.get("guild_id")
        return guild_id

    async def _messages(self, thread_id: str) -> list[dict[str, Any]]:
        """Read the newest messages of a thread, and give them oldest first."""
        found: list[dict[str, Any]] = []
        before = ""
        while len(found) < MOST_MESSAGES:
            path = f"{MESSAGES}?limit={PAGE}{before}"
            page = await call(self._http, "GET", path, channel_id=thread_id)
            found += page
            if len(page) < PAGE:
                break
            before = f"&before={page[-1]['id']}"
        return found[::-1]

    async def _standings(
        self, guild_id: str, messages: list[dict[str, Any]]
    ) -> dict[str, Standing]:
        """Return which authors are staff now, or have left; by the rule that presses follow."""
        guild = await call(self._http, "GET", "/guilds/{guild_id}", guild_id=guild_id)
        staff_role_ids = (await self._guilds.of(guild_id)).staff_role_ids
        managing = {r["id"] for r in guild["roles"] if int(r["permissions"]) & MANAGES}
        standings: dict[str, Standing] = {guild["owner_id"]: "staff"}
        path = "/guilds/{guild_id}/members/{user_id}"
        for user_id in {m["author"]["id"] for m in messages if not m["author"].get("bot")}:
            try:
                member = await call(self._http, "GET", path, guild_id=guild_id, user_id=user_id)
            except NotFound:
                standings[user_id] = "left"
                continue
            # Everybody has the role whose id is the guild's.
            if {guild_id, *member["roles"]} & {*managing, *staff_role_ids}:
                standings[user_id] = "staff"
        return standings

    async def _has_words(self) -> bool:
        application = await call(self._http, "GET", "/applications/@me")
        return bool(application["flags"] & READS_CONTENT)


def _file_name(ticket: TicketState) -> str:
    return f"ticket-{ticket.id}.html"


def _file_names(message: dict[str, Any]) -> set[str]:
    return {attachment["filename"] for attachment in message["attachments"]}
