"""`/invite add` and `/invite remove`: host and staff decide who is in."""

from typing import TypeAlias

import disnake

from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import CommandDispatcher
from services.gateway.discord.responses import Interaction
from services.gateway.features.lists.cog import invitation_id_of
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant
from shared.messages.text import person_name

Person: TypeAlias = disnake.User | disnake.Member


async def add(
    dispatcher: CommandDispatcher, interaction: Interaction, named: str, member: Person
) -> None:
    """Hand on whom to give a seat; only Discord knows who is a bot and who is here."""
    if member.bot:
        await error_replies.refuse(interaction, "bot_cannot_join")
    elif not isinstance(member, disnake.Member):
        await error_replies.refuse(interaction, "not_in_guild")
    else:
        await _dispatch(dispatcher, interaction, AddParticipant, named, member)


async def remove(
    dispatcher: CommandDispatcher, interaction: Interaction, named: str, member: Person
) -> None:
    """Hand on whom to take out, who may have left the server."""
    await _dispatch(dispatcher, interaction, RemoveParticipant, named, member)


async def _dispatch(
    dispatcher: CommandDispatcher,
    interaction: Interaction,
    kind: type[AddParticipant | RemoveParticipant],
    named: str,
    member: Person,
) -> None:
    invitation_id = invitation_id_of(named)
    if invitation_id is None:
        await error_replies.refuse(interaction, "not_found")
        return
    command = kind(
        **dispatcher.command_fields(interaction),
        invitation_id=invitation_id,
        user_id=str(member.id),
        user_name=person_name(member.display_name, member.name),
    )
    await dispatcher.dispatch(interaction, command)
