"""What the invitations service remembers of what a member wants."""

from services.invitations.sql import reminders
from shared.database import Connection
from shared.dispatch import Outcome, accepted
from shared.messages.invitations.commands import (
    SetReminders,
)


async def set_reminders(command: SetReminders, connection: Connection) -> Outcome:
    """Remember whether a member wants to be reminded. Idempotent."""
    keep = reminders.opt_in if command.are_wanted else reminders.opt_out
    await keep(connection, command.actor.user_id)
    return accepted(choice="on" if command.are_wanted else "off")
