"""What the invitations service does with the secret addresses of calendars."""

from services.invitations.sql import audit, calendars
from services.invitations.sql.calendars import Owner
from shared.database import Connection
from shared.dispatch import Outcome, answered
from shared.messages.envelope import Actor
from shared.messages.invitations.calendars import RenewCalendar, RevokeCalendar, ShowCalendars
from shared.messages.replies import CalendarsShown
from shared.refusal import Refused


async def show_calendars(command: ShowCalendars, connection: Connection) -> Outcome:
    """Show a member the addresses; a member who has none gets the one in the command."""
    await calendars.keep(connection, _member(command.actor), command.member)
    await calendars.keep(connection, _guild(command), command.guild)
    return await _shown(command, connection)


async def renew_calendar(command: RenewCalendar, connection: Connection) -> Outcome:
    """Replace a member's own address, or by staff that of the guild."""
    if command.owner == "guild":
        if not command.actor.is_staff:
            raise Refused("not_staff")
        await calendars.replace(connection, _guild(command), command.address)
        await audit.write_down(connection, command, guild_id=command.guild_id)
    else:
        await calendars.replace(connection, _member(command.actor), command.address)
    return await _shown(command, connection)


async def revoke_calendar(command: RevokeCalendar, connection: Connection) -> Outcome:
    """Leave a member's calendar without an address. Idempotent."""
    await calendars.revoke(connection, _member(command.actor))
    return await _shown(command, connection)


async def _shown(
    command: ShowCalendars | RenewCalendar | RevokeCalendar, connection: Connection
) -> Outcome:
    return answered(
        command,
        CalendarsShown,
        member_id=command.actor.user_id,
        guild_id=command.guild_id,
        member=await calendars.sealed_token(connection, _member(command.actor)),
        guild=await calendars.sealed_token(connection, _guild(command)),
        may_renew_guild=command.actor.is_staff,
    )


def _member(actor: Actor) -> Owner:
    return Owner("member", actor.user_id)


def _guild(command: ShowCalendars | RenewCalendar | RevokeCalendar) -> Owner:
    return Owner("guild", command.guild_id)
