"""Answers a member once Discord has done what a ticket's event says, or has refused it."""

from collections.abc import Mapping
from typing import TypeAlias

import disnake
import structlog

from services.gateway.delivery.answers import Answers
from services.gateway.discord.causes import Causes
from services.gateway.discord.rest import NEVER, Attached
from services.gateway.drawing.causes import why
from services.gateway.features.tickets.answers import done
from services.gateway.i18n.translate import language_of, refusal, translate
from shared.messages.envelope import Command
from shared.messages.replies import CommandAccepted
from shared.messages.tickets.commands import (
    AddToTicket,
    CloseTicket,
    RemoveFromTicket,
    TransferTicket,
)
from shared.messages.tickets.events import (
    PersonAdded,
    PersonRemoved,
    TicketClosed,
    TicketEvent,
    TicketTransferred,
)

COMMANDS: Mapping[type[TicketEvent], type[Command]] = {
    PersonAdded: AddToTicket,
    PersonRemoved: RemoveFromTicket,
    TicketTransferred: TransferTicket,
    TicketClosed: CloseTicket,
}
Refusals: TypeAlias = Mapping[str, disnake.HTTPException]
"""What Discord had against adding or removing a person, by the person."""

log = structlog.get_logger()


class TicketOutcomes:
    """Says what Discord did; the wish itself is stored, and tried again with the next change."""

    def __init__(self, answers: Answers, causes: Causes) -> None:
        self._answers = answers
        self._causes = causes

    async def tell(
        self, event: TicketEvent, refusals: Refusals, attached: Attached | None = None
    ) -> None:
        """Answer the member who waits for an event, if one does."""
        command = COMMANDS.get(type(event))
        if event.reply_to is None or command is None:
            return
        person = person_of(event)
        accepted = CommandAccepted(
            reply_to=event.reply_to,
            command=command.wire_name(),
            details={"ticket_id": event.ticket.id, "user_id": person or event.ticket.user_id},
        )
        refused = refusals.get(person) if person else None
        text = await self._text(accepted, event, refused)
        try:
            await self._answers.give(accepted, {"content": text}, attached)
        except disnake.HTTPException as error:
            if error.status not in NEVER:
                raise
            log.warning("answer.refused", code=error.code)  # the thread was locked meanwhile

    async def _text(
        self, accepted: CommandAccepted, event: TicketEvent, refused: disnake.HTTPException | None
    ) -> str:
        language = language_of(accepted.reply_to.locale)
        if refused is None:
            return done(accepted, language)
        ticket = event.ticket
        facts = await self._causes.of(refused, ticket.guild_id, ticket.channel_id, "ticket")
        reason = {"user_id": str(person_of(event)), "why": why(facts, language)}
        if isinstance(event, TicketTransferred):  # the ticket is theirs all the same
            said = translate(language, "ticket-not_let_in", why=reason["why"])
            return f"{done(accepted, language)}\n{said}"
        name = accepted.command.rpartition(".")[2]
        return refusal(language, "refused_by_discord", reason, name)


def person_of(event: TicketEvent) -> str | None:
    """Return the person whom an event lets in or puts out."""
    if isinstance(event, PersonAdded | PersonRemoved):
        return event.person_id
    return event.ticket.staff_id if isinstance(event, TicketTransferred) else None
