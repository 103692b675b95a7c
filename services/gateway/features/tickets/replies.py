"""Replies of the tickets service that are more than a sentence."""

import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.delivery.answers import Answers
from services.gateway.delivery.handlers import handles
from services.gateway.features.privacy.data import MemberData
from services.gateway.features.privacy.views import exported
from services.gateway.features.tickets.list_views import listing
from services.gateway.features.tickets.transcripts import Transcripts
from services.gateway.features.tickets.views import panel
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language, language_of, translate
from services.gateway.security.key_rotation import KeyRotation
from shared.messages.envelope import Envelope
from shared.messages.tickets.details import TicketLine
from shared.messages.tickets.replies import (
    DataExported,
    TicketPanelShown,
    TicketsListed,
    TranscriptGranted,
)
from shared.messages.tickets.seals import SealsOutdated
from shared.sealing import SealBroken, Sealer

log = structlog.get_logger()


class TicketReplies:
    """Shows members and staff what they may read of tickets."""

    def __init__(
        self,
        answers: Answers,
        transcripts: Transcripts,
        sealer: Sealer,
        key_rotation: KeyRotation,
        member_data: MemberData,
        guilds: GuildSettingsCopy,
    ) -> None:
        self._guilds = guilds
        self._member_data = member_data
        self._answers = answers
        self._key_rotation = key_rotation
        self._transcripts = transcripts
        self._sealer = sealer

    @handles(SealsOutdated)
    async def _renew(self, envelope: Envelope, outdated: SealsOutdated) -> None:
        await self._key_rotation.renew(envelope, outdated)

    @handles(TicketsListed)
    async def _list(self, _envelope: Envelope, reply: TicketsListed) -> None:
        language = language_of(reply.reply_to.locale)
        subjects = [self._subject(each, language) for each in reply.tickets]
        await self._answers.give(reply, listing(reply, subjects, language))

    @handles(TicketPanelShown)
    async def _show_panel(self, _envelope: Envelope, shown: TicketPanelShown) -> None:
        guild = Locale.of(await self._guilds.of(shown.guild_id))
        await self._answers.give(shown, panel(shown.categories, guild.language))

    @handles(DataExported)
    async def _export(self, envelope: Envelope, reply: DataExported) -> None:
        if reply.next is None or await self._give_tickets(reply):
            await self._member_data.go_on_with_tickets(envelope, reply)

    @handles(TranscriptGranted)
    async def _give_transcript(self, _envelope: Envelope, granted: TranscriptGranted) -> None:
        language = language_of(granted.reply_to.locale)
        guild = Locale.of(await self._guilds.of(granted.ticket.guild_id))
        attached = await self._transcripts.of(granted.ticket, guild._replace(language=language))
        text = translate(language, "transcript-here" if attached else "transcript-gone")
        await self._answers.give(granted, {"content": text}, attached)

    async def _give_tickets(self, reply: DataExported) -> bool:
        """Give a part that is not the last one: the invitations service gives that one."""
        language = language_of(reply.reply_to.locale)
        attached = self._member_data.file_of_tickets(reply, language)
        look = exported(language, reply.part, is_last=False)
        return await self._answers.give(reply, look, attached, reply.part)

    def _subject(self, line: TicketLine, language: Language) -> str:
        try:
            return self._sealer.open(
                line.subject, column="ticket_subject", row=str(line.request_id)
            )
        except SealBroken as error:
            log.error("ticket.unopened", column="subject", reason=str(error))
            return translate(language, "reveal-broken")
