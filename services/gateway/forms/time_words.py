"""The words in which hosts write times, in Japanese and in English: a text is cut into its parts.

What the parts mean together is decided in `time_places`. An unknown part, or two of one kind, make
a text unreadable.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

Code: TypeAlias = Literal[
    "unreadable",
    "no_such_day",
    "past",
    "too_far",
    "time_missing",
    "end_missing",
    "too_long",
    "not_after_start",
    "skipped_time",
    "weekday_differs",  # only of a day without a time; else it is a remark
]
CODES: tuple[Code, ...] = get_args(Code)

WEEKDAYS = {each: number % 7 for number, each in enumerate("月火水木金土日")} | {
    each: number for number, each in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _same(value: int, *words: str) -> dict[str, int]:
    return dict.fromkeys(words, value)


DAYS = {
    **_same(-2, "一昨日", "おととい"),
    **_same(-1, "昨日", "きのう", "昨夜", "昨晩", "yesterday"),
    **_same(
        0, "今日", "きょう", "本日", "今夜", "今晩", "今朝", "today", "tonight", "this evening"
    ),
    **_same(1, "明日", "あした", "あす", "明朝", "明晩", "tomorrow", "tmrw"),
    **_same(2, "明後日", "あさって", "the day after tomorrow", "day after tomorrow"),
    **_same(3, "明々後日", "明明後日", "しあさって"),
}
# Days after the start; only an end can be written so.
LATER_DAYS = {
    **_same(0, "同日", "当日", "the same day", "same day"),
    **_same(1, "翌日", "翌朝", "翌", "the next day", "next day", "the following day"),
    **_same(2, "翌々日", "翌翌日"),
}
WEEKS = {
    **_same(0, "今週", "this week", "this"),
    **_same(1, "来週", "next week", "next"),
    **_same(2, "再来週"),
}
MONTHS_AHEAD = {"今月": 0, "来月": 1}
YEARS_AHEAD = {"今年": 0, "来年": 1}


def _hours(first: int, last: int, later: int = 0) -> dict[int, int]:
    return {hour: hour + later for hour in range(first, last + 1)}


AM, PM = {12: 0, **_hours(0, 11)}, {12: 12, **_hours(1, 11, 12), **_hours(13, 23)}
MORNING, MIDDAY = _hours(4, 11), {**_hours(11, 15), **_hours(1, 3, 12)}
AFTERNOON = {**_hours(12, 18), **_hours(1, 6, 12)}
NIGHT = {**_hours(5, 11, 12), 12: 24, **_hours(17, 29)}
# For each part of a day the hours that it goes with, and the hour of the day that is meant. One
# that can be read in two ways is in none: 午前12時 is noon to some and midnight to others.
DAY_PARTS: Mapping[str, Mapping[int, int]] = {
    **dict.fromkeys(("am", "a.m."), AM),
    **dict.fromkeys(("pm", "p.m."), PM),
    "午前": _hours(0, 11),
    "午後": {0: 12, **_hours(1, 11, 12), **_hours(13, 23)},
    **dict.fromkeys(("朝", "早朝", "今朝", "明朝", "翌朝", "in the morning", "morning"), MORNING),
    **dict.fromkeys(("昼", "お昼"), MIDDAY),
    "夕方": _hours(3, 6, 12) | _hours(15, 19),
    **dict.fromkeys(("in the afternoon", "afternoon"), AFTERNOON),
    **dict.fromkeys(("夜", "晩", "今夜", "今晩", "明晩", "昨夜", "昨晩"), NIGHT),
    **dict.fromkeys(("tonight", "this evening", "in the evening", "at night", "evening"), NIGHT),
    "night": NIGHT,
    "深夜": _hours(0, 5) | _hours(24, 29),
}


def _any(words: Iterable[str]) -> str:
    # The longest first: 今日 begins with 今.
    listed = "|".join(re.escape(each) for each in sorted(words, key=len, reverse=True))
    return rf"(?:{listed})(?![a-z])"


MONTH = (
    r"(?P<month_name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)(?![a-z])\.?"
)
DAY, CLOCK = r"(?P<day>[0-9]{1,2})", r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
# 21時, 21時半, 21時30分, 21時30; in front of 30分後 and of 2時間 there is no minute.
HOUR = (
    r"(?P<hour>[0-9]{1,2}) ?[時じ](?!間)"
    r"(?: ?(?P<minute>半|[0-9]{1,2}(?= ?分(?!後|間))|[0-9]{2}(?! ?[0-9:時じ分])))?(?: ?分)?"
)
ISO = (
    rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-{DAY}t{CLOCK}(?::[0-9.]+)?"
    r"(?P<offset>z|[+-][0-9]{2}:?[0-9]{2})?(?![0-9])"
)
OFFSET = r"[+-][0-9]{1,2}(?::?[0-9]{2})?(?![0-9])"
SPAN = (
    r"(?:[0-9]{1,4} ?(?:日間|days?)"
    r"|[0-9]{1,5}(?:\.[0-9]{1,2})? ?(?:時間|hours?|hrs?|h)(?:半| and a half)?(?![a-z])"
    r"(?: ?(?:and )?[0-9]{1,2} ?(?:分|minutes?|mins?|m|(?=間|$)))?"
    r"|[0-9]{1,5} ?(?:分|minutes?|mins?|m))間?(?![a-z])"
)
# Tried in this order at each place of a text; a group is named as the part.
PARTS = (
    r"<t:(?P<unix>-?[0-9]{1,14})(?::[a-z])?>",
    ISO,
    rf"(?P<year>[0-9]{{4}})[-/.](?P<month>[0-9]{{1,2}})[-/.]{DAY}(?![0-9])",
    r"(?P<year>[0-9]{4}) ?年",
    rf"(?P<month>[0-9]{{1,2}})/{DAY}(?![0-9/])",
    rf"(?P<month>[0-9]{{1,2}}) ?月 ?{DAY} ?日(?!間|後)",
    rf"{MONTH} ?{DAY}(?:st|nd|rd|th)?(?![0-9:])",
    rf"(?:the )?{DAY}(?:st|nd|rd|th)? ?(?:of )?{MONTH}",
    rf"(?:the )?{DAY}(?:st|nd|rd|th)(?![a-z])",
    rf"{DAY} ?日(?!間|後)",
    r"(?P<ahead>[0-9]{1,4}) ?日後",
    r"in (?P<ahead>[0-9]{1,4}) days?(?![a-z])",
    r"(?P<ahead>[0-9]{1,4}) days? (?:later|from now)",
    r"(?P<weeks>[0-9]{1,3}) ?週間後",
    r"in (?P<weeks>[0-9]{1,3}) weeks?(?![a-z])",
    rf"(?P<span>{SPAN}) ?(?:後|later|from now)",
    rf"in (?P<span>{SPAN})",
    rf"(?P<later>{_any(LATER_DAYS)})",
    rf"(?P<word>{_any(DAYS)})",
    rf"(?P<month_ahead>{_any(MONTHS_AHEAD)})",
    rf"(?P<year_ahead>{_any(YEARS_AHEAD)})",
    rf"(?P<week>{_any(WEEKS)})",
    r"(?P<weekday>[月火水木金土日])(?:曜日?|(?=[ ・,)0-9の午早朝昼夕夜晩深正]|$))(?:・?祝日?)?",
    WEEKDAY,
    rf"{CLOCK}(?::00)?(?![0-9:])",
    HOUR,
    r"(?P<hour>[0-9]{1,2}):?(?P<minute>[0-9]{2})?(?= ?[ap]\.?m(?![a-z]))",
    # 21〜23時, and "tonight at 9", which needs a part of the day
    r"(?P<hour>[0-9]{1,2})(?= ?[-~〜] ?[0-9]{1,2} ?時(?!間))",
    r"at (?P<bare>[0-9]{1,2})(?![0-9:]|st|nd|rd|th)",
    r"(?P<four>[0-9]{4})(?![0-9])",
    r"(?P<noon>正午|noon|midday)(?![a-z])",
    r"(?P<midnight>midnight)(?![a-z])",
    rf"(?P<part>{_any(DAY_PARTS)})",
    rf"(?:utc|gmt) ?(?P<offset>{OFFSET})",
    r"(?P<offset>\+[0-9]{2}:?[0-9]{2})(?![0-9])",
    r"(?P<now>今すぐ|今|いま|right now|now)(?![a-z])",
)
RANGE = r" ?(?:[~〜–—→-]|ー|から|より|(?:to|until|till|for)(?![a-z]))"
FILLER = (
    r"[ ,、。()「」・]|の|に|は|頃|ごろ|くらい|ぐらい|ちょうど|スタート|開始"
    r"|(?:at|on|from|start(?:s|ing)?|around)(?![a-z])"
)
ZONE = r"(?P<zone>日本時間|[a-z]{1,5}(?![a-z]))"
SCANNERS = tuple(re.compile(part) for part in (*PARTS, FILLER, ZONE))
RANGE_SIGN = re.compile(RANGE)
HOURS_OF_DAY, HOURS_OF_DIAL = 24, 12
WAYS_TO_NAME_A_DAY = ("day", "ahead", "weeks", "word", "later", "week")
MONTH_PARTS = {"month", "month_name"}
OF_DAYS = {"year", "month", "month_name", "day", "ahead", "weeks", "word", "later", "weekday"}
OF_DAYS |= {"month_ahead", "year_ahead", "week"}
OF_CLOCKS = {"hour", "bare", "four", "noon", "midnight"}
OF_MOMENTS = {"unix", "span", "now"}

BEFORE_END = re.compile(r"(?:開始)?(?:[+~〜–—→-]|から|(?:to|until|till|for) )? ?")
AFTER_END = re.compile(r" ?(?:まで|迄|くらい|ぐらい|ほど|程度|終了|終わり)+$")
DURATION_BEHIND = re.compile(r"(.+?) ?\(([^()]+)\)")
AMOUNT = re.compile(r"([0-9.]+) ?(日|d|時間|h|分|m|)[a-z]*(半| and a half)?")
MINUTES = {"日": 1440, "d": 1440, "時間": 60, "h": 60, "分": 1, "m": 1, "": 1}
KANJI_NUMBER = re.compile(r"([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)(?= ?[時分日月週])")
DIGITS = {"": 0} | {each: number for number, each in enumerate("一二三四五六七八九", 1)}
ARTICLE = re.compile(r"\b(?:an?|one) (?=hour|minute|day|week)")


class TimeMistake(Exception):  # noqa: N818 - it reads as what a text is
    """A text that cannot be taken as a time, and why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Phrase:
    """The parts of one moment as they are written, and the text of an end behind a range's sign."""

    parts: Mapping[str, str]
    rest: str = ""

    @property
    def day_parts(self) -> list[str]:
        """The parts of a day that are written: 夜 and pm, and the one in 今夜."""
        written = (self.parts.get(name, "") for name in ("part", "word", "later"))
        return [each for each in written if each in DAY_PARTS]

    @property
    def is_on_dial(self) -> bool:
        """Return whether the hour is one of a dial and not of the day: 夜9時, 9pm."""
        hour = int(self.parts.get("hour") or self.parts.get("bare") or HOURS_OF_DAY)
        return bool(self.day_parts) and hour <= HOURS_OF_DIAL

    def has(self, names: Iterable[str]) -> bool:
        """Return whether one of these parts is written."""
        return not self.parts.keys().isdisjoint(names)


def simplified(text: str) -> str:
    """Return a text with usual letters, digits and spaces: Japanese keyboards type others, too."""
    plain = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    plain = ARTICLE.sub("1 ", plain.replace("half an hour", "30 minutes"))
    return KANJI_NUMBER.sub(_number, plain)


def scan(text: str, unwanted: Iterable[str]) -> Phrase:
    """Cut a simplified text into its parts. Raises TimeMistake for unknown and unwanted ones."""
    parts: dict[str, str] = {}
    rest, at = "", 0
    while at < len(text):
        is_timed = not parts.keys().isdisjoint(OF_CLOCKS | OF_MOMENTS)
        if is_timed and (sign := RANGE_SIGN.match(text, at)):
            rest = text[sign.end() :].strip()
            break
        match = next((found for each in SCANNERS if (found := each.match(text, at))), None)
        new = {name: value for name, value in match.groupdict().items() if value} if match else {}
        if match is None or not parts.keys().isdisjoint(new):
            raise TimeMistake("unreadable")
        parts |= new
        at = match.end()
    if "four" in parts and not parts.keys().isdisjoint(OF_CLOCKS - {"four"}):
        # Dec 5 2026 9pm
        parts = {"year": parts.pop("four")} | parts
    phrase = Phrase(parts, rest)
    if not parts or phrase.has(unwanted):
        raise TimeMistake("unreadable")
    return phrase


def cut_end(text: str) -> tuple[str, timedelta | None]:
    """Remove what may stand around an end; return it, and a duration that stands behind it.

    〜23:00, 23:00まで, +2h, and as we write it 23:00 (2時間).
    """
    bare = AFTER_END.sub("", BEFORE_END.sub("", text, count=1))
    found = DURATION_BEHIND.fullmatch(bare)
    span = read_span(found[2]) if found else None
    return (found[1], span) if found and span else (bare, None)


def read_span(text: str) -> timedelta | None:
    """Read a simplified text that is a duration, to the minute; None if it is none."""
    if not re.fullmatch(SPAN, text):
        return None
    minutes = Fraction(0)
    for amount, unit, half in AMOUNT.findall(text):
        minutes += Fraction(amount) * MINUTES[unit] + (30 if half else 0)
    return timedelta(minutes=int(minutes)) if minutes.denominator == 1 else None


def _number(found: re.Match[str]) -> str:
    tens, ten, ones = found.groups()
    if not found[0]:
        return ""
    if not ten:
        return str(DIGITS[tens]) if not ones else found[0]
    return str((DIGITS[tens] or 1) * 10 + DIGITS[ones])
