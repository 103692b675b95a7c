"""What the invitations service does with what a host sealed."""

from dataclasses import asdict

from services.invitations.sql import audit, invitations, participants, sealed_texts
from shared.database import Connection
from shared.dispatch import Outcome, accepted, answered
from shared.messages.invitations.commands import (
    RevealSecrets,
    SetInstanceLink,
    SetProfile,
)
from shared.messages.invitations.events import InstanceLinkChanged, ProfileChanged
from shared.messages.replies import SecretsRevealed


async def set_instance_link(command: SetInstanceLink, connection: Connection) -> Outcome:
    """Keep the sealed link of an instance, and warn when it differs from what the event says."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_changed_by(command.actor)
    state = await sealed_texts.set_instance_link(connection, invitation.id, command.instance_link)
    await audit.write_down(connection, command)
    differs: dict[str, str | int] = {"other_world": 1} if command.is_other_world else {}
    if command.told_type not in (None, state.instance_type):
        differs["told_type"] = command.told_type
    return accepted(InstanceLinkChanged(invitation=state), invitation=state, **differs)


async def set_profile(command: SetProfile, connection: Connection) -> Outcome:
    """Keep the sealed profile of a host."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_changed_by(command.actor)
    state = await sealed_texts.set_profile(connection, invitation.id, command.vrchat_profile)
    await audit.write_down(connection, command)
    return accepted(ProfileChanged(invitation=state), invitation=state)


async def reveal_secrets(command: RevealSecrets, connection: Connection) -> Outcome:
    """Show a member with a seat what the host sealed, and write down that they have read it."""
    invitation = await invitations.lock_invitation(connection, command)
    current = await participants.part(connection, invitation.id, command.actor)
    invitation.check_reveal(command.actor, current)
    secrets = await sealed_texts.secrets(connection, invitation.id)
    await audit.write_down_reading(connection, command, secrets.names())
    return answered(command, SecretsRevealed, **asdict(secrets))
