"""The buttons and forms of tickets, and the bodies of `/ticket`'s subcommands."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import disnake
from disnake.interactions import ApplicationCommandInteraction
from pydantic import TypeAdapter, ValidationError

from services.gateway.delivery.components import Click, Components, Modal
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.interactions import press_id
from services.gateway.features.tickets import views
from services.gateway.features.tickets.list_views import TicketPage
from services.gateway.features.tickets.modals import close_modal, ticket_modal
from services.gateway.features.tickets.views import NewTicket, TicketButton
from services.gateway.forms.mistakes import Mistaken, mistakes_in
from shared.messages.text import Remark
from shared.messages.tickets.commands import (
    ClaimTicket,
    CloseTicket,
    HoldTicket,
    ListOwnTickets,
    ListTickets,
    ReadTranscript,
    ReleaseTicket,
    RequestTicket,
    ResumeTicket,
    ShowTicketPanel,
)
from shared.messages.tickets.details import Details, Subject
from shared.refusal import Refused

Slash: TypeAlias = ApplicationCommandInteraction[Any]
Dispatched: TypeAlias = ClaimTicket | ReleaseTicket | HoldTicket | ResumeTicket | ReadTranscript

COMMANDS: Mapping[type[TicketButton], type[Dispatched]] = {
    views.ClaimTicket: ClaimTicket,
    views.ReleaseTicket: ReleaseTicket,
    views.HoldTicket: HoldTicket,
    views.ResumeTicket: ResumeTicket,
    views.ReadTranscript: ReadTranscript,
}
LISTS: Mapping[str, type[ListTickets | ListOwnTickets]] = {
    "open": ListTickets,
    "own": ListOwnTickets,
}
CONTRACTS = {"subject": TypeAdapter[str](Subject), "details": TypeAdapter[str](Details)}
REASON = TypeAdapter[str](Remark)

components = Components()


async def show_panel(press: Press[Slash]) -> None:
    """Ask for the panel of the guild, which everybody in the channel sees."""
    fields = await press.checked_fields()
    if not fields["actor"].is_staff:
        raise Refused("not_staff")
    if press.interaction.channel.type is not disnake.ChannelType.text:
        raise Refused("no_panel_here")
    command = ShowTicketPanel(guild_id=press.guild_id, **fields)
    await press.dispatch(command, is_public=True)


@components.button(NewTicket)
async def ask_what_it_is_about(press: Press[Click], button: NewTicket) -> None:
    """Ask for the subject and the details of a new ticket."""
    await press.open_form(ticket_modal(button.category, press.language))


@components.form(NewTicket)
async def request(press: Press[Modal], form: NewTicket) -> None:
    """Check the form, encrypt its texts for the request, and dispatch it."""
    texts = checked(press.interaction.text_values)
    request_id = press_id(press.interaction)  # the same at both replicas
    seal, row = press.dispatcher.sealer.seal, str(request_id)
    command = RequestTicket(
        **press.command_fields,
        request_id=request_id,
        guild_id=press.guild_id,
        channel_id=str(press.interaction.channel_id),
        category=form.category,
        subject=seal(texts["subject"], column="ticket_subject", row=row),
        details=seal(texts["details"], column="ticket_details", row=row),
    )
    await press.dispatch(command)


@components.button(*COMMANDS)
async def change_ticket(press: Press[Click], button: TicketButton) -> None:
    """Dispatch what a button of a ticket stands for; the service decides who may press it."""
    command = COMMANDS[type(button)]
    fields = await press.checked_fields()
    await press.dispatch(command(ticket_id=button.ticket_id, **fields))


@components.button(views.CloseTicket)
async def ask_for_reason(press: Press[Click], button: TicketButton) -> None:
    """Ask why the ticket is closed."""
    await press.open_form(close_modal(button.ticket_id, press.language))


async def close_here(press: Press[Slash]) -> None:
    """Ask why the ticket is closed in whose thread the command was typed."""
    await press.open_form(close_modal(str(press.interaction.channel_id), press.language))


@components.form(views.CloseTicket)
async def close(press: Press[Modal], form: TicketButton) -> None:
    """Close a ticket; its reason is encrypted for the ticket."""
    try:
        reason = REASON.validate_python(press.interaction.text_values.get("close_reason") or "")
    except ValidationError:
        raise Refused("unprintable") from None
    seal, row = press.dispatcher.sealer.seal, form.ticket_id
    command = CloseTicket(
        **await press.checked_fields(),
        ticket_id=form.ticket_id,
        reason=seal(reason, column="close_reason", row=row) if reason else None,
    )
    await press.dispatch(command)


@components.button(TicketPage)
async def turn_page(press: Press[Click], page: TicketPage) -> None:
    """Show another page in place of the one whose button was pressed."""
    list_tickets = LISTS[page.kind]
    fields = await press.checked_fields()
    command = list_tickets(guild_id=press.guild_id, cursor=page.cursor, **fields)
    await press.dispatch(command, in_place=True)


def checked(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a new ticket, checked by the message contracts; raises Mistaken."""
    texts, mistakes = dict[str, str](), []
    for field, contract in CONTRACTS.items():
        try:
            texts[field] = contract.validate_python(typed.get(field, "").strip())
        except ValidationError as error:
            mistakes += mistakes_in(field, error)
    if mistakes:
        raise Mistaken(mistakes)
    return texts
