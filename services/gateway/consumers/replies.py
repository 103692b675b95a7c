"""Answers the members whom the services reply to: any replica can answer any press."""

from collections.abc import Mapping

import structlog

from services.gateway.clients.guild_settings import GuildSettingsCopy
from services.gateway.clients.invitations_api import ApiUnavailable
from services.gateway.delivery.answers import Answers, command_name
from services.gateway.delivery.handlers import handles
from services.gateway.discord.interactions import check_member
from services.gateway.drawing.causes import why
from services.gateway.drawing.markdown import message_link, plain
from services.gateway.features.calendars.addresses import CalendarAddresses
from services.gateway.features.calendars.views import calendars
from services.gateway.features.confirming.views import question
from services.gateway.features.create.custom_ids import DraftPage
from services.gateway.features.create.redraw import DraftCards
from services.gateway.features.privacy.data import MemberData
from services.gateway.features.privacy.views import exported, history
from services.gateway.features.secrets.views import revealed
from services.gateway.features.setup.pages import tickets
from services.gateway.features.setup.redraw import SetupPanel
from services.gateway.features.staff.audit_views import audit_log
from services.gateway.features.tickets.answers import done
from services.gateway.forms.time_sentences import remarks_in_words
from services.gateway.forms.times import odd_about
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import (
    Language,
    language_of,
    refusal,
    translate,
    translate_if_known,
    translate_one,
)
from services.gateway.security.key_rotation import KeyRotation
from shared.messages.envelope import Answer, Envelope
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
from shared.messages.tickets.replies import TicketLogShown, TicketSettingsShown
from shared.sealing import Sealer

NAME = 200
READ_TIMES = {"DraftInvitation", "EditInvitation"}

log = structlog.get_logger()


class Replies:
    """Handles the replies of the services."""

    def __init__(  # noqa: PLR0913, PLR0917 - a part for each kind of reply
        self,
        answers: Answers,
        sealer: Sealer,
        key_rotation: KeyRotation,
        addresses: CalendarAddresses,
        member_data: MemberData,
        guilds: GuildSettingsCopy,
        setup_panel: SetupPanel,
        draft_cards: DraftCards,
    ) -> None:
        self._draft_cards = draft_cards
        self._guilds = guilds
        self._answers = answers
        self._sealer = sealer
        self._key_rotation = key_rotation
        self._member_data = member_data
        self._addresses = addresses
        self._setup_panel = setup_panel

    @handles(SealsOutdated)
    async def _renew(self, envelope: Envelope, outdated: SealsOutdated) -> None:
        await self._key_rotation.renew(envelope, outdated)

    @handles(CommandAccepted)
    async def _accept(self, envelope: Envelope, accepted: CommandAccepted) -> None:
        if not await self._member_data.erase_on(envelope, accepted):
            await self._say(envelope, accepted)

    @handles(Answer)
    async def _say(self, _envelope: Envelope, reply: Answer) -> None:
        """Answer in a sentence; a reply of a newer service has one too."""
        language = language_of(reply.reply_to.locale)
        content = sentence(reply, language)
        if isinstance(reply, CommandAccepted):
            content += await self._time_warning(reply, language)
        asked = question(reply, language) if isinstance(reply, CommandRefused) else {}
        page = reply.reply_to.page
        if page is not None and page.startswith(f"{DraftPage.name}:"):
            await self._draft_cards.answer(reply, content)
        elif page is not None:
            await self._setup_panel.answer(reply, content)
        else:
            await self._answers.give(reply, {"content": content, **asked})

    @handles(TicketSettingsShown)
    async def _show_ticket_settings(self, _envelope: Envelope, shown: TicketSettingsShown) -> None:
        language = language_of(shown.reply_to.locale)
        await self._setup_panel.answer(shown, tickets.changed(shown, language))

    async def _time_warning(self, accepted: CommandAccepted, language: Language) -> str:
        """Say what is odd about the times of an event that was created or edited."""
        state = accepted.invitation
        if state is None or command_name(accepted) not in READ_TIMES:
            return ""
        try:
            zone = (await self._guilds.of(state.guild_id)).zone
        except ApiUnavailable as error:  # the answer is worth more than the warning
            log.warning("api.unavailable", reason=str(error))
            return ""
        reading = odd_about(state.start_time, state.end_time, zone)
        return "".join(
            f"\n{line}" for line in remarks_in_words(reading, "", Locale(language, zone))
        )

    @handles(HistoryShown)
    async def _show_history(self, _envelope: Envelope, shown: HistoryShown) -> None:
        await self._answers.give(shown, history(shown, language_of(shown.reply_to.locale)))

    @handles(TicketLogShown)
    async def _show_ticket_log(self, _envelope: Envelope, shown: TicketLogShown) -> None:
        await self._answers.give(shown, audit_log(shown, language_of(shown.reply_to.locale)))

    @handles(AuditLogShown)
    async def _show_audit_log(self, _envelope: Envelope, shown: AuditLogShown) -> None:
        await self._answers.give(shown, audit_log(shown, language_of(shown.reply_to.locale)))

    @handles(CalendarsShown)
    async def _show_calendars(self, _envelope: Envelope, shown: CalendarsShown) -> None:
        # The address opens the member's history to everybody who has it.
        check_member(shown, shown.member_id, self._sealer)
        language = language_of(shown.reply_to.locale)
        look = calendars(shown, self._addresses.opened(shown, language), language)
        await self._answers.give(shown, look)

    @handles(SecretsRevealed)
    async def _reveal(self, _envelope: Envelope, reply: SecretsRevealed) -> None:
        text = revealed(reply, self._sealer, language_of(reply.reply_to.locale))
        await self._answers.give(reply, {"content": text})

    @handles(DataExported)
    async def _export(self, envelope: Envelope, reply: DataExported) -> None:
        """Give a part of an export, then ask for the next one."""
        language = language_of(reply.reply_to.locale)
        part, is_last = reply.export.part, reply.next is None
        # Those in front of the last one of tickets hold nothing else, and come first.
        has_tickets = reply.tickets is not None or part > 1
        look = exported(language, part, is_last=is_last, has_tickets=has_tickets)
        if await self._answers.give(reply, look, self._member_data.file(reply, language), part):
            await self._member_data.go_on(envelope, reply)


def sentence(reply: Answer, language: Language) -> str:
    """Put a reply into words."""
    if isinstance(reply, CommandRefused):
        facts = _harmless(reply.details) | {"why": why(reply.details, language)}
        return refusal(language, reply.code, facts, command_name(reply))
    if not isinstance(reply, CommandAccepted):
        return translate(language, "accepted-unknown")
    if reply.command.startswith("tickets."):
        return done(reply, language)
    key, about = f"accepted-{command_name(reply)}", reply.invitation
    arguments = {**reply.details, "next": f"<t:{reply.details.get('next_at')}:F>"}
    if about is not None:
        arguments["event"] = plain(about.event_name, 400)
        arguments["link"] = message_link(about.guild_id, about.channel_id, about.shown_id)
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
    """Escape the texts, because they may be names of members."""
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
