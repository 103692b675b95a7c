"""Answers of the tickets service that are more than a sentence."""

import structlog

from services.gateway.consumers.replies import Replies
from services.gateway.features.privacy.data import MemberData
from services.gateway.features.privacy.views import exported
from services.gateway.features.tickets.list_views import listing
from services.gateway.features.tickets.transcripts import Transcripts
from services.gateway.i18n.translate import Language, language_of, translate
from services.gateway.security.key_rotation import KeyRotation
from shared.dispatch import Handled
from shared.messages.envelope import Envelope
from shared.messages.tickets.details import TicketLine
from shared.messages.tickets.replies import DataExported, TicketsListed, TranscriptGranted
from shared.messages.tickets.seals import SealsOutdated
from shared.sealing import SealBroken, Sealer

log = structlog.get_logger()


class TicketReplies:
    """Shows who asked what they may read; any replica finishes any press."""

    def __init__(
        self,
        replies: Replies,
        transcripts: Transcripts,
        sealer: Sealer,
        rotation: KeyRotation,
        member_data: MemberData,
    ) -> None:
        """Take what gives answers, makes records, opens subjects, renews seals and asks on."""
        self._member_data = member_data
        self._replies = replies
        self._key_rotation = rotation
        self._transcripts = transcripts
        self._sealer = sealer

    async def handle(self, envelope: Envelope) -> Handled:
        """Give one answer."""
        reply = envelope.body
        if isinstance(reply, SealsOutdated):
            return await self._key_rotation.handle(envelope, reply)
        if isinstance(reply, TranscriptGranted):
            await self._give_record(reply)
        elif isinstance(reply, DataExported):
            if reply.next is None or await self._give_tickets(reply):
                await self._member_data.go_on_with_tickets(envelope, reply)
        elif isinstance(reply, TicketsListed):
            language = language_of(reply.reply_to.locale)
            subjects = [self._subject(each, language) for each in reply.tickets]
            await self._replies.answer(reply, listing(reply, subjects, language))
        else:
            raise TypeError(envelope.name)
        return "done"

    async def _give_record(self, granted: TranscriptGranted) -> None:
        language = language_of(granted.reply_to.locale)
        attached = await self._transcripts.of(granted.ticket, language)
        text = translate(language, "transcript-here" if attached else "transcript-gone")
        await self._replies.answer(granted, {"content": text}, attached)

    async def _give_tickets(self, reply: DataExported) -> bool:
        """Give a part that is not the last one: that one is given with what invitations tell."""
        language = language_of(reply.reply_to.locale)
        attached = self._member_data.file_of_tickets(reply, language)
        look = exported(language, reply.part, is_last=False)
        return await self._replies.answer(reply, look, attached, reply.part)

    def _subject(self, line: TicketLine, language: Language) -> str:
        try:
            return self._sealer.open(
                line.subject, column="ticket_subject", row=str(line.request_id)
            )
        except SealBroken as error:
            log.error("ticket.unopened", column="subject", reason=str(error))
            return translate(language, "reveal-broken")
