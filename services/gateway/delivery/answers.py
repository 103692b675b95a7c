"""Gives a member the answer to their press, whichever replica has the reply.

The answer is the press's callback while there is none, or else it replaces "thinking".
"""

import asyncio
from datetime import timedelta

import aiohttp
import disnake
import structlog
from disnake.enums import InteractionResponseType
from disnake.webhook.async_ import async_context

from services.gateway.delivery.callbacks import Callbacks
from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.interactions import TOKEN_LIFE, Pressed, pressed_by
from services.gateway.discord.request_limits import RequestLimits
from services.gateway.discord.responses import Callback, Placement, outcome_of
from services.gateway.discord.rest import (
    NEVER,
    TOKEN_EXPIRED,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Attached,
    files_of,
    multipart,
    patient,
)
from services.gateway.drawing.announcement import Payload
from services.gateway.i18n.translate import language_of, translate
from services.gateway.metrics import answered
from shared.failpoints import failpoint
from shared.messages.envelope import Answer, ReplyTo, born_at
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
# Discord takes a callback for three seconds. Of an older press without one nothing more is to be
# expected; two seconds are for clocks that differ.
CALLBACK_LIFE = timedelta(seconds=5)
# disnake sends one callback of an interaction at a time: "thinking" waits for one that hangs.
CALLBACK_SECONDS = 1.5
FIRST_LOOK_SECONDS = 0.1
EPHEMERAL = 64

log = structlog.get_logger()


class Answers:
    """Sends the answers that the services' replies become."""

    def __init__(self, sealer: Sealer, limits: RequestLimits, callbacks: Callbacks) -> None:
        self._sealer = sealer
        self._callbacks = callbacks
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
            pressed = pressed_by(reply, self._sealer)
        except SealBroken as error:
            log.error("answer.unopened", reason=str(error))
            return False
        is_whole = True
        try:
            is_given = await self._send(to, pressed, look, attached, part)
        except disnake.HTTPException as error:
            if attached is None or error.status not in NEVER_FILES:
                raise
            # After retries it would be a dead letter, with everything that is in the file.
            log.warning("file.refused", status=error.status, code=error.code)
            text = translate(language_of(to.locale), "refused-file")
            is_whole = False
            is_given = await self._send(to, pressed, {"content": text}, None, part)
        if is_given:
            answered(command_name(reply), int(to.interaction_id))
        return is_given and is_whole

    async def _send(
        self, to: ReplyTo, pressed: Pressed, look: Payload, attached: Attached | None, part: int
    ) -> bool:
        failpoint("gateway.answering")
        is_new = part == 1 and DISCORD_TIME.now() <= born_at(to.interaction_id) + CALLBACK_LIFE
        is_taken = is_new and await self._call_back(to, pressed, look, attached)
        is_given = is_taken or await self._edit(to, pressed, look, attached, part)
        if is_given:
            self._callbacks.take(to.interaction_id)
            failpoint("gateway.answered")
        return is_given

    async def _call_back(
        self, to: ReplyTo, pressed: Pressed, look: Payload, attached: Attached | None
    ) -> bool:
        """Answer by the callback, unless there is one; returns whether Discord took it.

        A callback of another replica, which this one does not know of, costs one refused call.
        """
        placement, interaction_id = pressed.placement, to.interaction_id
        if placement is None or self._callbacks.is_taken(interaction_id):
            return False
        kind = InteractionResponseType.channel_message
        data = {"allowed_mentions": NOTHING["allowed_mentions"]} | look
        if placement is Placement.IN_PLACE:
            kind = InteractionResponseType.message_update
            data = NOTHING | look
        elif placement is Placement.PRIVATE:
            data["flags"] = EPHEMERAL
        try:
            async with asyncio.timeout(CALLBACK_SECONDS):
                outcome = await outcome_of(
                    lambda: async_context.get().create_interaction_response(
                        int(interaction_id),
                        pressed.token,
                        session=self._session,
                        type=kind.value,
                        data=dict(data),
                        files=files_of(attached) if attached else None,
                    )
                )
        except TimeoutError:
            log.warning("callback.slow")
            return False
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            # In a locked thread, or for a message that is gone, Discord takes no answer at all. If
            # it is the answer's own fault, the edit is refused too.
            log.warning("callback.refused", status=error.status, code=error.code)
            return False
        return outcome is Callback.TAKEN

    async def _edit(
        self, to: ReplyTo, pressed: Pressed, look: Payload, attached: Attached | None, part: int
    ) -> bool:
        """Edit as soon as the press is acknowledged; returns whether Discord took the answer.

        `to.expires_at` comes from another gateway's clock, so it decides nothing: Discord says
        that a token has expired, and no call is made if its clock already says so.
        """
        pressed_at = born_at(to.interaction_id)
        over_at = pressed_at + TOKEN_LIFE
        pause = FIRST_LOOK_SECONDS
        while not DISCORD_TIME.is_surely_past(over_at):
            try:
                if part == 1:
                    await self._patch(to, pressed.token, look, attached)
                else:
                    await self._follow(to, pressed.token, look, attached)
            except disnake.HTTPException as error:
                if error.code == TOKEN_EXPIRED:
                    break
                if error.code not in (UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK):
                    raise patient(error) from None
                if DISCORD_TIME.now() > pressed_at + CALLBACK_LIFE:
                    # No replica has called back. Discord says whether it is too late for that.
                    if part == 1 and await self._call_back(to, pressed, look, attached):
                        return True
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
