"""`/invite duplicate`: a draft filled in from an old invitation."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.interactions import press_id
from services.gateway.discord.responses import Interaction
from services.gateway.features.create import stored
from services.gateway.features.create.cog import check_room, may_announce
from services.gateway.features.lists.finding import find_invitation
from services.gateway.forms.draft import Typed, write_when, write_world
from shared.messages.invitations.details import Details
from shared.messages.invitations.drafting import Choices
from shared.refusal import Refused

A_WEEK = timedelta(weeks=1)


async def copy(press: Press[Interaction], named: str) -> None:
    """Save a draft with the texts of an invitation, for its host and for staff."""
    view = await find_invitation(press, named, is_own=True)
    settings, _ = await may_announce(press)
    actor = await press.checked_actor()
    if not actor.is_staff_of(view.guild_id) and actor.user_id != view.host_id:
        raise Refused("not_host")
    await check_room(press)
    now = press.interaction.created_at
    typed = Typed(
        event_name=view.event_name,
        when=_next_week(view, now, settings.zone),
        world=write_world(view.world_name, view.world_link),
        max_participants=str(view.max_participants),
        description=view.description,
        remarks=("next_week",),
    )
    choices = Choices(**view.model_dump(include=set(Choices.model_fields)))
    draft = stored.read(typed, choices, settings, now)
    await stored.save(press, press_id(press.interaction), draft, choices, in_place=False)


def _next_week(details: Details, now: datetime, zone: ZoneInfo) -> str:
    """Write the same time of the next same day of the week, in the guild's zone."""
    start = details.start_time.astimezone(zone)
    length = details.end_time - details.start_time
    weeks = max(1, (now - start) // A_WEEK)
    while start + weeks * A_WEEK <= now:
        weeks += 1
    start += weeks * A_WEEK
    return write_when(start, start + length, zone)
