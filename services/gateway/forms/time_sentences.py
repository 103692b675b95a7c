"""What was read from a typed time, in words: to be shown before anything is posted."""

from datetime import datetime

from services.gateway.drawing.markdown import plain
from services.gateway.drawing.periods import beginning, duration, period
from services.gateway.forms.mistakes import LONGEST_QUOTE
from services.gateway.forms.times import Reading
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import translate_one, zone_name


def reading_in_words(reading: Reading, typed: str, now: datetime, locale: Locale) -> str:
    """Say day, start, end and duration on one line, and below it one line for each remark."""
    if reading.end is None:
        line = beginning(reading.start, now, locale)
    else:
        line = period(reading.start, reading.end, now, locale)
    return "\n".join([line, *remarks_in_words(reading, typed, locale)])


def remarks_in_words(reading: Reading, typed: str, locale: Locale) -> list[str]:
    """Say what is odd about a reading, one sentence each; it quotes what was typed."""
    words = {
        "typed": plain(typed, LONGEST_QUOTE),
        "zone": zone_name(locale.language, locale.zone.key),
    }
    if reading.end is not None:
        words["duration"] = duration(reading.end - reading.start, locale.language)
    return [translate_one(locale.language, "remark", remark, **words) for remark in reading.remarks]
