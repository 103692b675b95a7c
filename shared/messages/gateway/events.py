"""What a replica of the gateway tells the active consumer of `gateway.events`."""

from shared.messages.envelope import Event, Snowflake


class InvitationDoubted(Event):
    """What Discord shows of an invitation may differ from how it stands: it must be looked at.

    Every replica hears Discord and publishes this, so that each event of Discord is looked at by
    one of them, also if none is active at that moment.
    """

    guild_id: Snowflake
    invitation_id: Snowflake
    is_stale: bool = False
    """Whether the announcement could not be edited: it says what was so before."""


class ListDoubted(Event):
    """The pinned list of a guild may show what was so before, or may be gone."""

    guild_id: Snowflake
