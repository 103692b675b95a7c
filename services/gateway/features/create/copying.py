"""A draft that repeats an old event or a template, at the next same day and time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.interactions import press_id
from services.gateway.discord.responses import Interaction
from services.gateway.features.create import stored
from services.gateway.forms.draft import Typed, write_when, write_world
from services.gateway.forms.reminders import write_reminders
from services.gateway.forms.sign_up_times import write_cutoff
from services.gateway.forms.times import write_moment
from services.gateway.i18n.translate import Language
from shared.messages.invitations.details import Details
from shared.messages.invitations.drafting import Choices
from shared.messages.invitations.mentions import NOBODY, Mention

A_WEEK = timedelta(weeks=1)


async def save_copy(
    press: Press[Interaction],
    details: Details,
    after: datetime,
    remark: str,
    *,
    mention: Mention = NOBODY,
    in_place: bool = False,
) -> None:
    """Save a draft with these texts, at the first same day and time after a moment."""
    now, settings = press.interaction.created_at, await press.settings()
    zone = settings.zone
    start = next_same_day(details.start_time, after, zone)
    typed = Typed(
        event_name=details.event_name,
        when=write_when(start, start + (details.end_time - details.start_time), zone),
        world=write_world(details.world_name, details.world_link),
        max_participants=str(details.max_participants),
        description=details.description,
        more_reminders=write_reminders(details.more_reminders, press.language),
        remarks=(remark,),
        **sign_up_of_copy(details, start, now, zone, press.language),
    )
    chosen = details.model_dump(include=set(Choices.model_fields))
    chosen["tag"] = settings.offered(details.tag)
    chosen["co_host_ids"] = [each for each in details.co_host_ids if each != press.user_id]
    choices = Choices(**chosen, mention=mention)
    draft = stored.read(typed, choices, settings, now)
    await stored.save(press, press_id(press.interaction), draft, choices, in_place=in_place)


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


def next_same_day(start: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment after another with the day of the week and the clock of a start."""
    start = start.astimezone(zone)
    weeks = (after - start) // A_WEEK
    while start + weeks * A_WEEK <= after:
        weeks += 1
    return (start + weeks * A_WEEK).astimezone(UTC)
