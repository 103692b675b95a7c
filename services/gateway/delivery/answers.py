"""Gives a member the answer to their press: it replaces "thinking", whichever replica gives it."""

import asyncio
from datetime import timedelta

import aiohttp
import disnake
import structlog
from disnake.webhook.async_ import async_context

from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.interactions import TOKEN_LIFE, pressed_by
from services.gateway.discord.request_limits import RequestLimits
from services.gateway.discord.rest import (
    TOKEN_EXPIRED,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Attached,
    multipart,
    patient,
)
from services.gateway.drawing.announcement import Payload
from services.gateway.i18n.translate import language_of, translate
from services.gateway.metrics import answered
from shared.messages.envelope import Answer, ReplyTo
from shared.sealing import SealBroken, Sealer

# An answer takes the place of whatever its message showed before.
NOTHING: Payload = {
    "content": "",
    "embeds": [],
    "components": [],
    "allowed_mentions": {"parse": []},
}
# How Discord refuses a file for good: its form, a permission, its size.
NEVER_FILES = {400, 403, 413}
# A reply can be faster than the callback it completes, which has three seconds. Of an older press
# without a callback nothing more is to be expected; two seconds are for clocks that differ.
CALLBACK_LIFE = timedelta(seconds=5)
FIRST_LOOK_SECONDS = 0.1
EPHEMERAL = 64

log = structlog.get_logger()


class Answers:
    """Edits the answers that only the member who pressed sees."""

    def __init__(self, sealer: Sealer, limits: RequestLimits) -> None:
        self._sealer = sealer
        self._session = aiohttp.ClientSession()
        limits.listen_to(self._session)

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    async def give(
        self, reply: Answer, look: Payload, attached: Attached | None = None, part: int = 1
    ) -> bool:
        """Give an answer, with a file if there is one; returns whether Discord took all of it.

        The parts after the first one are messages of their own below it. Raises Unproven for an
        answer to another command than the member's.
        """
        to = reply.reply_to
        try:
            token = pressed_by(reply, self._sealer).token
        except SealBroken as error:
            log.error("answer.unopened", reason=str(error))
            return False
        is_whole = True
        try:
            is_given = await self._edit(to, token, look, attached, part)
        except disnake.HTTPException as error:
            if attached is None or error.status not in NEVER_FILES:
                raise
            # After retries it would be a dead letter, with everything that is in the file.
            log.warning("file.refused", status=error.status, code=error.code)
            text = translate(language_of(to.locale), "refused-file")
            is_whole = False
            is_given = await self._edit(to, token, {"content": text}, None, part)
        if is_given:
            answered(command_name(reply), int(to.interaction_id))
        return is_given and is_whole

    async def _edit(
        self, to: ReplyTo, token: str, look: Payload, attached: Attached | None, part: int
    ) -> bool:
        """Edit as soon as the press is acknowledged; returns whether Discord took the answer.

        `to.expires_at` comes from another gateway's clock, so it decides nothing: Discord says
        that a token has expired, and no call is made if its clock already says so.
        """
        pressed_at = disnake.utils.snowflake_time(int(to.interaction_id))
        over_at = pressed_at + TOKEN_LIFE
        pause = FIRST_LOOK_SECONDS
        while not DISCORD_TIME.is_surely_past(over_at):
            try:
                if part == 1:
                    await self._patch(to, token, look, attached)
                else:
                    await self._follow(to, token, look, attached)
            except disnake.HTTPException as error:
                if error.code == TOKEN_EXPIRED:
                    break
                if error.code not in (UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK):
                    raise patient(error) from None
                if DISCORD_TIME.now() > pressed_at + CALLBACK_LIFE:
                    log.warning("answer.unacknowledged")
                    return False
                await asyncio.sleep(pause)
                pause *= 2
            else:
                return True
        log.warning("answer.expired")
        return False

    async def _patch(
        self, to: ReplyTo, token: str, look: Payload, attached: Attached | None
    ) -> None:
        shown = NOTHING | look
        body = {"payload": shown} if attached is None else multipart(shown, attached)
        await async_context.get().edit_original_interaction_response(
            int(to.application_id), token, session=self._session, **body
        )

    async def _follow(
        self, to: ReplyTo, token: str, look: Payload, attached: Attached | None
    ) -> None:
        shown = look | {"flags": EPHEMERAL, "allowed_mentions": {"parse": []}}
        body = {"payload": shown} if attached is None else multipart(shown, attached)
        await async_context.get().execute_webhook(
            int(to.application_id), token, session=self._session, wait=True, **body
        )


def command_name(reply: Answer) -> str:
    """Return the name of the answered command without its service."""
    return reply.command.rpartition(".")[2]
