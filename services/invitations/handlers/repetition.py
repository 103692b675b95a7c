"""What the invitations service does for events that come back every week."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.invitations.handlers.publishing import keep_draft
from services.invitations.sql import audit, guilds, images, invitations, repetitions
from services.invitations.weekly import NextWeek, Occurrence
from shared.database import Connection, database_time
from shared.dispatch import Outcome, accepted
from shared.limits import Limit, count
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import DraftInvitation
from shared.messages.invitations.details import NEEDED, Details, InvitationState
from shared.messages.invitations.events import InvitationDrafted
from shared.messages.invitations.repetition import (
    RepeatInvitation,
    Repetition,
    RepetitionChanged,
    StopRepetition,
)
from shared.messages.vrchat import names_instance, without_instances
from shared.refusal import Refused


async def repeat_invitation(command: RepeatInvitation, connection: Connection) -> Outcome:
    """Let an event come back every week."""
    invitation = await invitations.lock_invitation(connection, command)
    now = await database_time(connection)
    zone = await _zone(connection, invitation.guild_id)
    first = invitation.repeat(command.actor, command.repetition, now, zone)
    await repetitions.keep(connection, invitation.id, command.repetition)
    end = _in_words(command.repetition)
    await audit.write_down(connection, command, **end)
    state = await invitations.next_version(connection, invitation.id)
    changed = RepetitionChanged(invitation=state, repetition=command.repetition)
    next_at = _seconds(first.start_time)
    return accepted(changed, invitation=state, choice=next(iter(end)), next_at=next_at, **end)


async def stop_repetition(command: StopRepetition, connection: Connection) -> Outcome:
    """Let an event be the last of its series."""
    invitation = await invitations.lock_invitation(connection, command)
    invitation.check_changed_by(command.actor)
    events = await stop_series(connection, invitation.id)
    if not events:
        raise Refused("not_repeated")
    await audit.write_down(connection, command)
    return accepted(*events, invitation=events[0].invitation)


async def stop_series(connection: Connection, invitation_id: str) -> Sequence[RepetitionChanged]:
    """Let a locked event be the last of its series, if it is in one."""
    series = await repetitions.series(connection, invitation_id)
    if series is None:
        return ()
    await repetitions.delete(connection, series.request_id)
    return [RepetitionChanged(invitation=await invitations.next_version(connection, invitation_id))]


async def draft_next(
    connection: Connection,
    ended: InvitationState,
    *,
    by: Actor | None = None,
    limit: Limit | None = None,
) -> Sequence[InvitationDrafted]:
    """Draft the next occurrence of an event that has just ended, as it said last; none after all.

    In the transaction of the end, so that no crash can come between the two. One that a host ends
    before its time counts towards the host's events of a day; the one too many ends the series.
    """
    series = await repetitions.series(connection, ended.id)
    if series is None:
        return ()
    now = await database_time(connection)
    zone = await _zone(connection, ended.guild_id)
    last = Occurrence(ended.start_time, ended.end_time, series.skipped_start)
    found = NextWeek.after(last, series.repetition, now, zone)
    if found is None or not await _is_counted(connection, ended, by, limit):
        await repetitions.delete(connection, series.request_id)
        return ()
    guild = await guilds.view(connection, ended.guild_id)
    channel_id = guild.announcement_channel_id or ended.channel_id
    request_id = uuid5(series.request_id, "next week")
    draft = _next_draft(ended, found, request_id, channel_id, now)
    if found.left is None:
        await repetitions.delete(connection, series.request_id)
    else:
        await repetitions.move(connection, series.request_id, draft.request_id, found)
    drafted = await keep_draft(draft, connection)
    image = await images.copy_to_draft(connection, request_id, ended.id)
    return [drafted.model_copy(update={"image": image})]


async def _is_counted(
    connection: Connection, ended: InvitationState, by: Actor | None, limit: Limit | None
) -> bool:
    if limit is None or by is None or by.is_staff_of(ended.guild_id):
        return True
    try:
        await count(connection, limit, f"{ended.guild_id} {by.user_id}")
    except Refused:  # it has written nothing
        return False
    return True


def goes_on(drafted: Sequence[InvitationDrafted]) -> dict[str, int]:
    """Return the detail about the next occurrence, if there is one."""
    return {"goes_on_at": _seconds(drafted[0].details.start_time)} if drafted else {}


def _next_draft(
    ended: InvitationState, found: NextWeek, request_id: UUID, channel_id: str, now: datetime
) -> DraftInvitation:
    """Copy what the event said, and move all its times by the same span.

    A link into its instance, from before the rule, is left out.
    """
    said = ended.model_dump(include=set(Details.model_fields))
    said |= {name: without_instances(said[name]) for name in NEEDED}
    if names_instance(said["world_link"] or ""):
        said["world_link"] = None
    times = ("start_time", "end_time", "opening_time", "cutoff_time")
    later = found.start_time - ended.start_time
    moved = {name: said[name] + later for name in times if said[name] is not None}
    if "cutoff_time" in moved and moved["cutoff_time"] <= now:
        moved["cutoff_time"] = None  # nobody could join
    return DraftInvitation(
        actor=Actor(user_id=ended.host_id, name=ended.host_name),
        request_id=request_id,
        guild_id=ended.guild_id,
        channel_id=channel_id,
        host_name=ended.host_name,
        details=Details(**said | moved),
    )


async def _zone(connection: Connection, guild_id: str) -> ZoneInfo:
    return (await guilds.view(connection, guild_id)).zone


def _in_words(repetition: Repetition) -> dict[str, str]:
    if repetition.until is not None:
        return {"until": repetition.until.isoformat()}
    return {"times": str(repetition.times)}


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
