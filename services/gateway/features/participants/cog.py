"""`/invite add` and `/invite remove`: host and staff decide who is in."""

from typing import TypeAlias

import disnake

from services.gateway.delivery import error_replies
from services.gateway.delivery.dispatcher import Desk
from services.gateway.discord.responses import Interaction
from services.gateway.features.lists.cog import invitation_id_of
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant
from shared.messages.text import person_name

Person: TypeAlias = disnake.User | disnake.Member


async def add(desk: Desk, interaction: Interaction, named: str, member: Person) -> None:
    """Hand on whom to give a seat; only Discord knows who is a bot and who is here."""
    if member.bot:
        await error_replies.refuse(interaction, "bot_cannot_join")
    elif not isinstance(member, disnake.Member):
        await error_replies.refuse(interaction, "not_in_guild")
    else:
        await _hand_on(desk, interaction, AddParticipant, named, member)


async def remove(desk: Desk, interaction: Interaction, named: str, member: Person) -> None:
    """Hand on whom to take out, who may have left the server."""
    await _hand_on(desk, interaction, RemoveParticipant, named, member)


async def _hand_on(
    desk: Desk,
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
        **desk.asked(interaction),
        invitation_id=invitation_id,
        user_id=str(member.id),
        user_name=person_name(member.display_name, member.name),
    )
    await desk.hand_on(interaction, command)
