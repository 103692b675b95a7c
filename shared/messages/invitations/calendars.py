"""What members ask of calendars: the secret address of their own, and that of a guild."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.messages.envelope import Command, Frozen, Sealed, Snowflake

CalendarOwner = Literal["member", "guild"]


class NewAddress(Frozen):
    """The secret of an address: sealed to be shown again, and its SHA-256 to be found by."""

    token: Sealed
    token_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ShowCalendars(Command):
    """A member wants the address of their own calendar and of their guild's.

    The new addresses are kept where there is none yet.
    """

    guild_id: Snowflake
    member: NewAddress
    guild: NewAddress


class RenewCalendar(Command):
    """A member wants another address in place of their own, or staff in place of the guild's."""

    guild_id: Snowflake
    owner: CalendarOwner
    address: NewAddress


class RevokeCalendar(Command):
    """A member wants their own calendar to have no address any more."""

    guild_id: Snowflake
