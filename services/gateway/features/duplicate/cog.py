"""`/invite duplicate`: a draft filled in from an old invitation."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.interactions import press_id
from services.gateway.discord.responses import Interaction
from services.gateway.features.create import stored
from services.gateway.features.create.cog import check_room, may_announce
from services.gateway.features.lists.finding import find_invitation
from services.gateway.forms.draft import Typed, write_when, write_world
from services.gateway.forms.sign_up_times import write_cutoff
from services.gateway.forms.times import write_moment
from services.gateway.i18n.translate import Language
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
    start = _next_week(view, now, settings.zone)
    typed = Typed(
        event_name=view.event_name,
        when=write_when(start, start + (view.end_time - view.start_time), settings.zone),
        world=write_world(view.world_name, view.world_link),
        max_participants=str(view.max_participants),
        description=view.description,
        remarks=("next_week",),
        **sign_up_of_copy(view, start, now, settings.zone, press.language),
    )
    choices = Choices(**view.model_dump(include=set(Choices.model_fields)))
    draft = stored.read(typed, choices, settings, now)
    await stored.save(press, press_id(press.interaction), draft, choices, in_place=False)


def sign_up_of_copy(
    details: Details, start: datetime, now: datetime, zone: ZoneInfo, language: Language
) -> dict[str, str]:
    """Write when sign-up opens and closes, as long before the start; what is past is left out."""
    later = start - details.start_time
    texts = dict[str, str]()
    if details.opening_time is not None and details.opening_time + later > now:
        texts["opening_time"] = write_moment(details.opening_time + later, zone)
    if details.cutoff_time is not None and details.cutoff_time + later > now:
        texts["cutoff_time"] = write_cutoff(details.cutoff_time + later, start, zone, language)
    return texts


def _next_week(details: Details, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the same time of the next same day of the week, in the guild's zone."""
    start = details.start_time.astimezone(zone)
    weeks = max(1, (now - start) // A_WEEK)
    while start + weeks * A_WEEK <= now:
        weeks += 1
    return (start + weeks * A_WEEK).astimezone(UTC)
