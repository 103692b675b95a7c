"""Tells staff what Discord refused the bot, and what helps."""

from typing import Literal, TypeAlias
from uuid import uuid5

import disnake
import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.discord.causes import Causes
from services.gateway.discord.messages import Messages
from services.gateway.discord.permissions import Place
from services.gateway.drawing.causes import why
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import translate_one
from shared.messages.envelope import Envelope

Complaint: TypeAlias = Literal["lock", "ticket"]

log = structlog.get_logger()


class Complaints:
    """Writes into the staff channel; the same words are not said twice among its newest messages.

    Without a staff channel it writes where the caller wants.
    """

    def __init__(self, messages: Messages, guilds: GuildSettingsCopy, causes: Causes) -> None:
        self._messages = messages
        self._guilds = guilds
        self.causes = causes

    async def close(
        self, envelope: Envelope, guild_id: str, channel_id: str, thread_id: str, place: Place
    ) -> bool:
        """Close a thread; say what is missing if it could not be locked. Returns whether it was."""
        refusal = await self._messages.threads.close(thread_id)
        if refusal is None:
            return True
        if await self.say("lock", envelope, refusal, (guild_id, channel_id, place), thread_id):
            # The words have opened the thread again.
            await self._messages.threads.close(thread_id)
        return False

    async def say(
        self,
        complaint: Complaint,
        envelope: Envelope,
        refusal: disnake.HTTPException,
        where: tuple[str, str, Place],
        otherwise: str | None = None,
    ) -> bool:
        """Say what was refused in a guild's channel; returns whether it was said `otherwise`."""
        guild_id, channel_id, _ = where
        settings = await self._guilds.of(guild_id)
        language = Locale.of(settings).language
        facts = await self.causes.of(refusal, *where)
        text = translate_one(
            language, "complaint", complaint, channel=f"<#{channel_id}>", why=why(facts, language)
        )
        place = settings.staff_channel_id or otherwise
        if place is not None:
            part = {"content": text, "allowed_mentions": {"parse": []}}
            event_id = uuid5(envelope.id, f"complaint {complaint}")
            await self._messages.tell(place, event_id, [part], reopens=False)
        log.warning("discord.refused", complaint=complaint, cause=facts["cause"])
        return settings.staff_channel_id is None and place is not None
