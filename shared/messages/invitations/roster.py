"""What others can ask for a member: a seat, to be out of an event, or out of all of them."""

from collections.abc import Sequence

from shared.messages.envelope import Snowflake, UnpressedCommand, UtcDatetime
from shared.messages.invitations.commands import InvitationCommand
from shared.messages.text import PersonName


class RosterCommand(InvitationCommand):
    """Host or staff decide on a member's part."""

    user_id: Snowflake
    user_name: PersonName

    def concerns(self) -> Sequence[str]:
        """Return the actor and the member that the command names."""
        return [self.actor.user_id, self.user_id]


class AddParticipant(RosterCommand):
    """Host or staff give a member a seat that is free; who waits is not overtaken."""


class RemoveParticipant(RosterCommand):
    """Host or staff take a member's seat, bookmark or place in the queue."""


class WithdrawMember(UnpressedCommand):
    """A member has left the guild: take them out of all its open events.

    What they took part in after `left_at` stays: they have come back since.
    """

    guild_id: Snowflake
    left_at: UtcDatetime
