"""`/invite repeat`: an event repeats every week, a number of times or until a day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.gateway.delivery.dispatcher import Press
from services.gateway.discord.responses import Interaction
from services.gateway.features.lists.finding import find_own_open_id
from services.gateway.forms.mistakes import Mistaken, time_mistake
from services.gateway.forms.times import TimeMistake, read_day
from shared.messages.invitations.repetition import (
    RepeatInvitation,
    Repetition,
    StopRepetition,
)
from shared.refusal import Refused


async def repeat(
    press: Press[Interaction], named: str, wanted: tuple[int | None, str | None], *, is_last: bool
) -> None:
    """Repeat an event so many times, or until a day, or no longer: exactly one of the three."""
    times, until = wanted
    if [times is not None, until is not None, is_last].count(True) != 1:
        raise Refused("one_end")
    invitation_id = await find_own_open_id(press, named)
    fields = {**await press.checked_fields(), "invitation_id": invitation_id}
    if is_last:
        await press.dispatch(StopRepetition(**fields))
        return
    zone = (await press.guild_locale()).zone
    repetition = _repetition(times, until, press.interaction.created_at, zone)
    await press.dispatch(RepeatInvitation(**fields, repetition=repetition))


def _repetition(times: int | None, until: str | None, now: datetime, zone: ZoneInfo) -> Repetition:
    if until is None:
        return Repetition(times=times)
    try:
        return Repetition(until=read_day(until, now, zone))
    except TimeMistake as mistake:
        mistakes = [time_mistake("until", mistake, "day")]
        raise Mistaken(mistakes, zone, {"until": until}) from None
