"""When sign-up opens and closes, as announcements show it."""

from datetime import datetime
from typing import NamedTuple

from services.gateway.drawing.markdown import moment
from services.gateway.drawing.periods import beginning
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import Language, translate, zone_name
from shared.messages.invitations.details import Details, InvitationState, SignUp


class ShownSignUp(NamedTuple):
    """Whether members can join now, and the times in the words of a zone; "" shows no words."""

    state: SignUp = "open"
    words: str = ""


ALWAYS_OPEN = ShownSignUp()


def shown_sign_up(state: InvitationState, now: datetime, locale: Locale) -> ShownSignUp:
    """Return what to show of an event's sign-up at a moment, in the guild's words and zone."""
    return ShownSignUp(state.sign_up(now), _words(state, now, locale))


def sign_up_field(details: Details, language: Language, words: str) -> str:
    """Return both times in words and in each reader's zone; "" if sign-up is always open."""
    times = [at for at in (details.opening_time, details.cutoff_time) if at is not None]
    if not times:
        return ""
    span = _span(details, [moment(at, "F") for at in times], language)
    if len(times) == 1:
        span = translate(language, "sign_up-away", span=span, away=moment(times[0], "R"))
    return f"{words}\n{span}" if words else span


def _words(details: Details, now: datetime, locale: Locale) -> str:
    times = (details.opening_time, details.cutoff_time)
    written = [beginning(at, now, locale) for at in times if at is not None]
    if not written:
        return ""
    when = _span(details, written, locale.language)
    zone = zone_name(locale.language, locale.zone.key)
    return translate(locale.language, "label-in_zone", when=when, zone=zone)


def _span(details: Details, written: list[str], language: Language) -> str:
    if details.opening_time is None:
        return translate(language, "sign_up-until", until=written[0])
    if details.cutoff_time is None:
        return translate(language, "sign_up-from", opens=written[0])
    return translate(language, "sign_up-between", opens=written[0], until=written[1])
