"""`/ticket`: the panel, and what is done in a ticket's thread."""

from typing import Any

import disnake
from disnake.ext import commands

from services.gateway.commands import options
from services.gateway.delivery.dispatcher import CommandDispatcher, Press
from services.gateway.discord.interactions import named_actor
from services.gateway.features.tickets.cog import Slash, close_here, show_panel
from shared.messages.tickets.commands import (
    AddToTicket,
    ListOwnTickets,
    ListTickets,
    ReadTranscript,
    RemoveFromTicket,
    TransferTicket,
)
from shared.refusal import Refused


class Tickets(commands.Cog):
    """The tree of `/ticket`."""

    def __init__(self, dispatcher: CommandDispatcher) -> None:
        self._dispatcher = dispatcher

    @commands.slash_command(
        name=options.named("ticket"),
        description=options.localized("command-ticket"),
        contexts=disnake.InteractionContextTypes(guild=True),
        install_types=disnake.ApplicationInstallTypes(guild=True),
    )
    async def ticket(self, _interaction: Slash) -> None:
        """Hold the subcommands; Discord never calls it alone."""

    @ticket.sub_command(
        name=options.named("panel"), description=options.localized("command-ticket_panel")
    )
    async def panel(self, interaction: Slash) -> None:
        """Put the panel into the channel."""
        async with self._dispatcher.tracked(interaction) as press:
            await show_panel(press)

    @ticket.sub_command(
        name=options.named("close"), description=options.localized("command-ticket_close")
    )
    async def close(self, interaction: Slash) -> None:
        """Close this ticket."""
        async with self._dispatcher.tracked(interaction) as press:
            await close_here(press)

    @ticket.sub_command(
        name=options.named("transfer"),
        description=options.localized("command-ticket_transfer"),
    )
    async def transfer(self, interaction: Slash, person: disnake.User = options.PERSON) -> None:
        """Hand this ticket over to another staff member."""
        async with self._dispatcher.tracked(interaction) as press:
            settings = await press.settings()
            if not isinstance(person, disnake.Member):
                raise Refused("member_gone", user_id=str(person.id))
            to = named_actor(interaction, person, settings.staff_role_ids)
            await press.dispatch(TransferTicket(**await _here(press), to=to))

    @ticket.sub_command(
        name=options.named("add"), description=options.localized("command-ticket_add")
    )
    async def add(self, interaction: Slash, person: disnake.User = options.PERSON) -> None:
        """Add a member to this ticket."""
        async with self._dispatcher.tracked(interaction) as press:
            if not isinstance(person, disnake.Member):
                raise Refused("member_gone", user_id=str(person.id))
            await press.dispatch(AddToTicket(**await _here(press), user_id=str(person.id)))

    @ticket.sub_command(
        name=options.named("remove"), description=options.localized("command-ticket_remove")
    )
    async def remove(self, interaction: Slash, person: disnake.User = options.PERSON) -> None:
        """Remove a member from this ticket."""
        async with self._dispatcher.tracked(interaction) as press:
            await press.dispatch(RemoveFromTicket(**await _here(press), user_id=str(person.id)))

    @ticket.sub_command(
        name=options.named("transcript"),
        description=options.localized("command-ticket_transcript"),
    )
    async def transcript(self, interaction: Slash) -> None:
        """Read the transcript of this ticket."""
        async with self._dispatcher.tracked(interaction) as press:
            await press.dispatch(ReadTranscript(**await _here(press)))

    @ticket.sub_command(
        name=options.named("list"), description=options.localized("command-ticket_list")
    )
    async def browse(self, interaction: Slash) -> None:
        """Show the open tickets to staff."""
        async with self._dispatcher.tracked(interaction) as press:
            fields = await press.checked_fields()
            await press.dispatch(ListTickets(guild_id=press.guild_id, **fields))

    @ticket.sub_command(
        name=options.named("history"), description=options.localized("command-ticket_history")
    )
    async def history(self, interaction: Slash) -> None:
        """Show a member their own tickets."""
        async with self._dispatcher.tracked(interaction) as press:
            await press.dispatch(ListOwnTickets(guild_id=press.guild_id, **press.command_fields))


async def _here(press: Press[Slash]) -> dict[str, Any]:
    """Return the fields of a command about the ticket in whose thread it was typed."""
    return {"ticket_id": str(press.interaction.channel_id), **await press.checked_fields()}
