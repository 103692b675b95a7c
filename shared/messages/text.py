"""What people may type: names of one line, texts without control characters, so many seats."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

LINE_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# PostgreSQL stores no NUL; the other controls only disturb who reads.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f]")
# What looks like nothing although it is no white space: zero-width and filler characters.
INVISIBLE = re.compile(r"[\s\x85\u180e\u200b-\u200f\u2060-\u2064\u3164\ufeff\uffa0\u115f\u1160]*")
LONGEST_PERSON_NAME = 100
MOST_PARTICIPANTS = 100


def composed(text: object) -> object:
    """Bring a name to NFC before its length is judged: one character can become three."""
    return unicodedata.normalize("NFC", text).strip() if isinstance(text, str) else text


def one_line(name: str) -> str:
    """Refuse a blank name and one with a line break of any kind."""
    if LINE_BREAK.search(name):
        raise PydanticCustomError("line_break", "must be one line")
    if INVISIBLE.fullmatch(name):
        raise PydanticCustomError("blank", "must not be blank")
    return printable(name)


def printable(text: str) -> str:
    """Refuse control characters."""
    if CONTROL.search(text):
        raise PydanticCustomError("control_character", "must not hold control characters")
    return text


def remark(text: str) -> str:
    """Bring a text that may be left out to its bare words; one with nothing to read is empty."""
    words = printable(text.strip())
    return "" if INVISIBLE.fullmatch(words) else words


def person_name(*candidates: str) -> str:
    """Choose the first name with something to read in it, made to fit `PersonName`.

    Nobody chose these for us: a Discord display name may be blank, or hold anything.
    """
    for candidate in candidates:
        line = CONTROL.sub("", LINE_BREAK.sub(" ", unicodedata.normalize("NFC", candidate)))
        name = line.strip()[:LONGEST_PERSON_NAME].strip()
        if not INVISIBLE.fullmatch(name):
            return name
    return "?"


Name = Annotated[str, Field(max_length=200), BeforeValidator(composed), AfterValidator(one_line)]
PersonName = Annotated[
    str,
    Field(max_length=LONGEST_PERSON_NAME),
    BeforeValidator(composed),
    AfterValidator(one_line),
]
Description = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(printable)]
Remark = Annotated[str, Field(max_length=500), AfterValidator(remark)]
Seats = Annotated[int, Field(ge=1, le=MOST_PARTICIPANTS)]
