"""Takes what services say to the gateway: any replica finishes any press."""

import asyncio
import time
from collections.abc import Mapping

import aiohttp
import disnake
import structlog
from disnake.webhook.async_ import async_context

from services.gateway.discord.clocks import DISCORD_TIME
from services.gateway.discord.interactions import TOKEN_LIFE, opened_token
from services.gateway.discord.rest import (
    TOKEN_EXPIRED,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Attached,
    multipart,
    patient,
)
from services.gateway.drawing.announcement import Payload
from services.gateway.drawing.markdown import message_link, plain
from services.gateway.features.calendars.addresses import CalendarAddresses
from services.gateway.features.calendars.views import calendars
from services.gateway.features.privacy.data import MemberData
from services.gateway.features.privacy.views import exported, history
from services.gateway.features.secrets.views import revealed
from services.gateway.features.staff.audit_views import audit_log
from services.gateway.features.tickets.answers import done
from services.gateway.i18n.translate import (
    Language,
    language_of,
    refusal,
    translate,
    translate_if_known,
    translate_one,
)
from services.gateway.metrics import answered
from services.gateway.security.key_rotation import KeyRotation
from shared.dispatch import Handled
from shared.messages.envelope import Answer, Envelope, ReplyTo
from shared.messages.replies import (
    AuditLogShown,
    CalendarsShown,
    CommandAccepted,
    CommandRefused,
    DataExported,
    HistoryShown,
    SealsOutdated,
    SecretsRevealed,
)
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
# A reply can be faster than the callback it completes, which has three seconds.
CALLBACK_SECONDS = 4.0
LOOK_SECONDS = 0.1
NAME = 200
EPHEMERAL = 64

log = structlog.get_logger()


class Replies:
    """Edits the ephemeral answer of whoever pressed."""

    def __init__(
        self,
        sealer: Sealer,
        rotation: KeyRotation,
        addresses: CalendarAddresses,
        member_data: MemberData,
    ) -> None:
        """Take what it opens, renews, writes and asks on; opens the session for webhooks."""
        self._sealer = sealer
        self._key_rotation = rotation
        self._member_data = member_data
        self._addresses = addresses
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        """Close the session."""
        await self._session.close()

    async def handle(self, envelope: Envelope) -> Handled:
        """Give one answer; what nobody can read any more is dropped with a line in the log."""
        reply = envelope.body
        if isinstance(reply, SealsOutdated):
            return await self._key_rotation.handle(envelope, reply)
        if not isinstance(reply, Answer):
            raise TypeError(envelope.name)
        if isinstance(reply, CommandAccepted) and await self._member_data.erase_on(envelope, reply):
            return "done"
        language = language_of(reply.reply_to.locale)
        if isinstance(reply, DataExported):
            part, is_last = reply.export.part, reply.next is None
            # Those in front of the last one of tickets hold nothing else, and come first.
            has_tickets = reply.tickets is not None or part > 1
            look = exported(language, part, is_last=is_last, has_tickets=has_tickets)
            if await self.answer(reply, look, self._member_data.file(reply, language), part):
                await self._member_data.go_on(envelope, reply)
            return "done"
        await self.answer(reply, self._look(reply, language))
        return "done"

    async def answer(
        self, reply: Answer, look: Payload, attached: Attached | None = None, part: int = 1
    ) -> bool:
        """Give an answer, and a file with it, if there is one; return whether it was given so.

        The parts after the first one are messages of their own below it.
        """
        to = reply.reply_to
        try:
            _, token = opened_token(to, self._sealer)
        except SealBroken as error:
            log.error("answer.unopened", reason=str(error))
            return False
        is_whole = True
        try:
            is_given = await self._edit(to, token, look, attached, part)
        except disnake.HTTPException as error:
            if attached is None or error.status not in NEVER_FILES:
                raise
            # Tried again it would end among the dead letters, with all that stands in the file.
            log.warning("file.refused", status=error.status, code=error.code)
            text = translate(language_of(to.locale), "refused-file")
            is_whole = False
            is_given = await self._edit(to, token, {"content": text}, None, part)
        if is_given:
            answered(_command(reply), int(to.interaction_id))
        return is_given and is_whole

    def _look(self, reply: Answer, language: Language) -> Payload:
        if isinstance(reply, HistoryShown):
            return history(reply, language)
        if isinstance(reply, AuditLogShown):
            return audit_log(reply, language)
        if isinstance(reply, CalendarsShown):
            return calendars(reply, self._addresses.opened(reply, language), language)
        if isinstance(reply, SecretsRevealed):
            return {"content": revealed(reply, self._sealer, language)}
        return {"content": sentence(reply, language)}

    async def _edit(
        self, to: ReplyTo, token: str, look: Payload, attached: Attached | None, part: int
    ) -> bool:
        """Edit as soon as the press is acknowledged; give whether Discord took the answer.

        `to.expires_at` is another gateway's clock and decides nothing. Discord itself says that a
        token is over; where its clock has said so already, no call is wasted on it.
        """
        give_up_at = time.monotonic() + CALLBACK_SECONDS
        over_at = disnake.utils.snowflake_time(int(to.interaction_id)) + TOKEN_LIFE
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
                if time.monotonic() > give_up_at:
                    log.warning("answer.unacknowledged")
                    return False
                await asyncio.sleep(LOOK_SECONDS)
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


def sentence(reply: Answer, language: Language) -> str:
    """Put a reply into words."""
    if isinstance(reply, CommandRefused):
        return refusal(language, reply.code, _harmless(reply.details), _command(reply))
    if not isinstance(reply, CommandAccepted):
        return translate(language, "accepted-unknown")
    if reply.command.startswith("tickets."):
        return done(reply, language)
    key, about = f"accepted-{_command(reply)}", reply.invitation
    arguments = {**reply.details, "next": f"<t:{reply.details.get('next_at')}:F>"}
    if about is not None:
        arguments["event"] = plain(about.event_name, 400)
        arguments["link"] = message_link(about.guild_id, about.channel_id, about.id)
    chosen = translate_if_known(language, f"{key}-{reply.details.get('choice')}", arguments)
    unknown = translate(language, "accepted-unknown")
    if about is None:
        return chosen or unknown
    text = chosen or translate_if_known(language, key, arguments) or unknown
    text += _goes_on(reply.details.get("goes_on_at"), language)
    return text + _warnings(reply.details, about.instance_type, language)


def _goes_on(at: str | int | None, language: Language) -> str:
    return "\n" + translate(language, "repetition-goes_on", next=f"<t:{at}:F>") if at else ""


def _harmless(details: Mapping[str, str | int]) -> dict[str, str | int]:
    """Escape what may be somebody's name."""
    return {name: plain(v, NAME) if isinstance(v, str) else v for name, v in details.items()}


def _warnings(details: Mapping[str, str | int], chosen_type: str, language: Language) -> str:
    """Say where an instance link differs from what its event says."""
    lines = []
    if details.get("other_world"):
        lines.append(translate(language, "warning-other_world"))
    if actual := translate_if_known(language, f"instance-{details.get('told_type')}"):
        chosen = translate_one(language, "instance", chosen_type)
        lines.append(translate(language, "warning-other_type", actual=actual, chosen=chosen))
    return "".join(f"\n{line}" for line in lines)


def _command(reply: Answer) -> str:
    return reply.command.rpartition(".")[2]
