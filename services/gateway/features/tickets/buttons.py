"""The buttons of a ticket: look after it, put it on hold, close it."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from disnake.ext import commands
from disnake.interactions import MessageInteraction, ModalInteraction
from pydantic import TypeAdapter, ValidationError

from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.interactions import id_in
from services.gateway.features.tickets.list_views import TURN
from services.gateway.features.tickets.modals import CLOSE, close_modal
from services.gateway.texts import language_of, say
from shared.messages.text import Remark
from shared.messages.tickets.commands import (
    ClaimTicket,
    CloseTicket,
    HoldTicket,
    ListOwnTickets,
    ListTickets,
    ReadTranscript,
    ReleaseTicket,
    ResumeTicket,
)

Modal: TypeAlias = ModalInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]
Pressed: TypeAlias = ClaimTicket | ReleaseTicket | HoldTicket | ResumeTicket | ReadTranscript

BUTTONS: Mapping[str, type[Pressed]] = {
    "ticket-claim": ClaimTicket,
    "ticket-release": ReleaseTicket,
    "ticket-hold": HoldTicket,
    "ticket-resume": ResumeTicket,
    "ticket-transcript": ReadTranscript,
}
LISTS: Mapping[str, type[ListTickets | ListOwnTickets]] = {
    "open": ListTickets,
    "own": ListOwnTickets,
}
REASON = TypeAdapter[str](Remark)


class TicketButtons(commands.Cog):
    """Hands on what is pressed in a ticket; who may do it is the service's to say."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Ask for the reason, or hand on."""
        custom_id = interaction.component.custom_id or ""
        action = custom_id.partition(":")[0]
        if action != CLOSE and action not in BUTTONS:
            return
        with self._dispatcher.tracked(interaction):
            ticket_id = id_in(custom_id, "ticket_not_found")
            if action == CLOSE:
                modal = close_modal(ticket_id, language_of(str(interaction.locale)))
                await responses.once(lambda: interaction.response.send_modal(**modal))
                return
            command_fields = self._dispatcher.command_fields(interaction)
            await self._dispatcher.dispatch(
                interaction, BUTTONS[action](ticket_id=ticket_id, **command_fields)
            )

    @commands.Cog.listener("on_button_click")
    async def turn(self, interaction: Click) -> None:
        """Hand on that another page is wanted, in place of the one whose button was pressed."""
        action, kind, cursor, *_ = f"{interaction.component.custom_id}:::".split(":")
        if action != TURN:
            return
        with self._dispatcher.tracked(interaction):
            command_fields = self._dispatcher.command_fields(interaction)
            try:
                command = LISTS[kind](
                    guild_id=str(interaction.guild_id), cursor=cursor, **command_fields
                )
            except (KeyError, ValidationError):
                text = say(language_of(str(interaction.locale)), "list.unreadable")
                await responses.say_privately(interaction, text)
                return
            await self._dispatcher.dispatch(interaction, command, in_place=True)

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Hand on that a ticket is closed, its reason sealed to it."""
        if interaction.custom_id.partition(":")[0] != CLOSE:
            return
        with self._dispatcher.tracked(interaction):
            ticket_id = id_in(interaction.custom_id, "ticket_not_found")
            try:
                reason = REASON.validate_python(interaction.text_values.get("close_reason") or "")
            except ValidationError:
                text = say(language_of(str(interaction.locale)), "refused.unprintable")
                await responses.say_privately(interaction, text)
                return
            seal = self._dispatcher.sealer.seal
            command = CloseTicket(
                **self._dispatcher.command_fields(interaction),
                ticket_id=ticket_id,
                reason=seal(reason, column="close_reason", row=ticket_id) if reason else None,
            )
            await self._dispatcher.dispatch(interaction, command)
