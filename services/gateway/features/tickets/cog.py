"""`/ticket`, the panel that opens tickets, and the form behind it."""

from typing import Any, TypeAlias

import disnake
from disnake.ext import commands
from disnake.interactions import (
    ApplicationCommandInteraction,
    MessageInteraction,
    ModalInteraction,
)
from pydantic import TypeAdapter, ValidationError

from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord import responses
from services.gateway.discord.interactions import press_id
from services.gateway.features.tickets.modals import ticket_modal
from services.gateway.features.tickets.views import CATEGORIES, PANEL, panel, panel_buttons
from services.gateway.forms import options
from services.gateway.forms.invitation import Mistaken, mistakes_in
from services.gateway.texts import language_of, say
from shared.messages.tickets.commands import (
    AddToTicket,
    ListOwnTickets,
    ListTickets,
    ReadTranscript,
    RemoveFromTicket,
    RequestTicket,
    TransferTicket,
)
from shared.messages.tickets.details import Category, Details, Subject
from shared.refusal import Refused

Slash: TypeAlias = ApplicationCommandInteraction[Any]
Modal: TypeAlias = ModalInteraction[Any]
Click: TypeAlias = MessageInteraction[Any]

CONTRACTS = {"subject": TypeAdapter[str](Subject), "details": TypeAdapter[str](Details)}


class Tickets(commands.Cog):
    """Translates what members and staff press and type about tickets, and hands it on."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        """Take the desk."""
        self._dispatcher = dispatcher

    @commands.slash_command(
        name=options.named("ticket", "チケット"),
        description=options.both("command.ticket"),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def ticket(self, _interaction: Slash) -> None:
        """Hold the subcommands; Discord never calls it alone."""

    @ticket.sub_command(
        name=options.named("panel", "受付"), description=options.both("command.ticket_panel")
    )
    async def panel(self, interaction: Slash) -> None:
        """Put the panel into the channel, for all to see: it is the answer itself."""
        language = language_of(str(interaction.locale))
        with self._dispatcher.tracked(interaction):
            if not self._dispatcher.actor(interaction).is_staff:
                await responses.say_privately(interaction, say(language, "refused.not_staff"))
            elif interaction.channel.type is not disnake.ChannelType.text:
                await responses.say_privately(interaction, say(language, "refused.no_panel_here"))
            else:
                await responses.once(
                    lambda: interaction.response.send_message(
                        embed=panel("ja"), components=list(panel_buttons("ja"))
                    )
                )

    @ticket.sub_command(
        name=options.named("transfer", "担当変更"),
        description=options.both("command.ticket_transfer"),
    )
    async def transfer(self, interaction: Slash, person: disnake.Member = options.PERSON) -> None:
        """Hand on that another member of staff looks after this ticket."""
        with self._dispatcher.tracked(interaction):
            to = self._dispatcher.named(interaction, person)
            command = TransferTicket(**self._here(interaction), to=to)
            await self._dispatcher.dispatch(interaction, command)

    @ticket.sub_command(
        name=options.named("add", "追加"), description=options.both("command.ticket_add")
    )
    async def add(self, interaction: Slash, person: disnake.Member = options.PERSON) -> None:
        """Hand on that somebody is let into this ticket."""
        with self._dispatcher.tracked(interaction):
            command = AddToTicket(**self._here(interaction), user_id=str(person.id))
            await self._dispatcher.dispatch(interaction, command)

    @ticket.sub_command(
        name=options.named("remove", "外す"), description=options.both("command.ticket_remove")
    )
    async def remove(self, interaction: Slash, person: disnake.Member = options.PERSON) -> None:
        """Hand on that somebody is put out of this ticket."""
        with self._dispatcher.tracked(interaction):
            command = RemoveFromTicket(**self._here(interaction), user_id=str(person.id))
            await self._dispatcher.dispatch(interaction, command)

    @ticket.sub_command(
        name=options.named("transcript", "記録"),
        description=options.both("command.ticket_transcript"),
    )
    async def transcript(self, interaction: Slash) -> None:
        """Hand on that somebody wants the record of this ticket."""
        with self._dispatcher.tracked(interaction):
            await self._dispatcher.dispatch(interaction, ReadTranscript(**self._here(interaction)))

    @ticket.sub_command(
        name=options.named("list", "一覧"), description=options.both("command.ticket_list")
    )
    async def browse(self, interaction: Slash) -> None:
        """Hand on that staff want to see the open tickets."""
        with self._dispatcher.tracked(interaction):
            command = ListTickets(
                guild_id=str(interaction.guild_id), **self._dispatcher.command_fields(interaction)
            )
            await self._dispatcher.dispatch(interaction, command)

    @ticket.sub_command(
        name=options.named("history", "履歴"), description=options.both("command.ticket_history")
    )
    async def history(self, interaction: Slash) -> None:
        """Hand on that a member wants to see their tickets."""
        with self._dispatcher.tracked(interaction):
            command_fields = self._dispatcher.command_fields(interaction)
            command = ListOwnTickets(guild_id=str(interaction.guild_id), **command_fields)
            await self._dispatcher.dispatch(interaction, command)

    def _here(self, interaction: Slash) -> dict[str, Any]:
        """Name the ticket whose thread the command was typed in, and who typed it."""
        return {
            "ticket_id": str(interaction.channel_id),
            **self._dispatcher.command_fields(interaction),
        }

    @commands.Cog.listener("on_button_click")
    async def press(self, interaction: Click) -> None:
        """Ask in a form what it is about."""
        custom_id = interaction.component.custom_id or ""
        if custom_id.partition(":")[0] != PANEL:
            return
        with self._dispatcher.tracked(interaction):
            modal = ticket_modal(_category(custom_id), language_of(str(interaction.locale)))
            await responses.once(lambda: interaction.response.send_modal(**modal))

    @commands.Cog.listener("on_modal_submit")
    async def submit(self, interaction: Modal) -> None:
        """Check the form, seal what is in it to the request, and hand it on."""
        if interaction.custom_id.partition(":")[0] != PANEL:
            return
        with self._dispatcher.tracked(interaction):
            try:
                command = self._request(interaction, _category(interaction.custom_id))
            except Mistaken as mistaken:
                await error_replies.name_mistakes(interaction, mistaken)
                return
            await self._dispatcher.dispatch(interaction, command)

    def _request(self, interaction: Modal, category: Category) -> RequestTicket:
        request_id = press_id(interaction)  # both replicas agree on it
        seal, row = self._dispatcher.sealer.seal, str(request_id)
        texts = checked(interaction.text_values)
        return RequestTicket(
            **self._dispatcher.command_fields(interaction),
            request_id=request_id,
            guild_id=str(interaction.guild_id),
            channel_id=str(interaction.channel_id),
            category=category,
            subject=seal(texts["subject"], column="ticket_subject", row=row),
            details=seal(texts["details"], column="ticket_details", row=row),
        )


def checked(typed: dict[str, str]) -> dict[str, str]:
    """Check by the message contracts, before anything is sealed; raises Mistaken."""
    texts, mistakes = dict[str, str](), []
    for field, contract in CONTRACTS.items():
        try:
            texts[field] = contract.validate_python(typed.get(field, "").strip())
        except ValidationError as error:
            mistakes += mistakes_in(field, error)
    if mistakes:
        raise Mistaken(mistakes)
    return texts


def _category(custom_id: str) -> Category:
    named = custom_id.partition(":")[2]
    for category in CATEGORIES:
        if category == named:
            return category
    raise Refused("no_such_category")
