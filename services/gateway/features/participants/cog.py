"""Who takes part: the buttons under an announcement, `/invite add` and `/invite remove`."""

from collections.abc import Mapping
from typing import TypeAlias

import disnake

from services.gateway.delivery.components import Click, Components
from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.drawing.buttons import Interest, InvitationButton, Join, JoinQueue, Leave
from services.gateway.features.lists.finding import find_open_id
from shared.messages.invitations.commands import (
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from shared.messages.invitations.roster import AddParticipant, RemoveParticipant
from shared.messages.text import person_name
from shared.refusal import Refused

Person: TypeAlias = disnake.User | disnake.Member
Participation: TypeAlias = JoinInvitation | JoinWaitlist | ShowInterest | LeaveInvitation

COMMANDS: Mapping[type[InvitationButton], type[Participation]] = {
    Join: JoinInvitation,
    JoinQueue: JoinWaitlist,
    Interest: ShowInterest,
    Leave: LeaveInvitation,
}

components = Components()


@components.button(*COMMANDS)
async def change_participation(press: Press[Click], button: InvitationButton) -> None:
    """Dispatch what the member wants to be: participant, waiting, interested, or nothing."""
    command = COMMANDS[type(button)]
    await press.dispatch(command(invitation_id=button.invitation_id, **press.command_fields))


async def add(press: Press[Interaction], named: str, member: Person) -> None:
    """Give a member a seat; only Discord knows whether they are a bot or have left."""
    if member.bot:
        raise Refused("bot_cannot_join")
    if not isinstance(member, disnake.Member):
        raise Refused("not_in_guild")
    await _dispatch(press, AddParticipant, named, member)


async def remove(press: Press[Interaction], named: str, member: Person) -> None:
    """Remove a member, who may have left the guild."""
    await _dispatch(press, RemoveParticipant, named, member)


async def _dispatch(
    press: Press[Interaction],
    kind: type[AddParticipant | RemoveParticipant],
    named: str,
    member: Person,
) -> None:
    command = kind(
        **await press.checked_fields(),
        invitation_id=await find_open_id(press, named),
        user_id=str(member.id),
        user_name=person_name(member.display_name, member.name),
    )
    await press.dispatch(command)
