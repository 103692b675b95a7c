"""What people may type: names of one line, texts without control characters, a number of seats.

A contract repairs what it can: a stored text may be older than a rule, and nobody chose a display
name for us. The rules for a new announcement stand in `invitations.details.mistakes_in`.
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared.messages.characters import is_blank, readable
from shared.messages.vrchat import names_instance

UNREADABLE = "?"  # in place of a name with nothing to see in it
LONGEST_PERSON_NAME = 100
MOST_PARTICIPANTS = 100
MOST_TAG_CHARACTERS = 16  # what a custom id has room for, beside a cursor and words


def composed(name: object) -> object:
    """Bring a name to NFC before its length is judged: one character can become three."""
    return unicodedata.normalize("NFC", readable(name)).strip() if isinstance(name, str) else name


def one_line(name: str) -> str:
    """Refuse an empty name and one with a line break of any kind."""
    if "\n" in name:
        raise PydanticCustomError("line_break", "must be one line")
    if not name:
        raise PydanticCustomError("blank", "must not be blank")
    return name


def fits_custom_id(tag: str) -> str:
    """Refuse a colon, which separates the fields of a custom id."""
    if ":" in tag:
        raise PydanticCustomError("colon", "must not contain a colon")
    return tag


def visible(name: str) -> str:
    """Replace a name of invisible characters."""
    return UNREADABLE if is_blank(name) else name


def words(text: object) -> object:
    """Remove control characters from a text of several lines; one of nothing else is replaced."""
    if not isinstance(text, str):
        return text
    return readable(text) or (text and UNREADABLE)


def remark(text: object) -> object:
    """Bring a text that may be left out to its bare words; one with nothing to see is empty."""
    if not isinstance(text, str):
        return text
    bare = readable(text).strip()
    return "" if is_blank(bare) else bare


def person_name(*candidates: str) -> str:
    """Choose the first name with something to see in it, made to fit `PersonName`.

    A Discord display name may be blank, or hold anything: a link into an instance, too.
    """
    for name in map(fitting, candidates):
        if name != UNREADABLE and not names_instance(name):
            return name
    return UNREADABLE


def fitting(name: str) -> str:
    """Make a person's name fit, whatever it is: it must not cost the press that it comes with."""
    line = readable(unicodedata.normalize("NFC", name)).replace("\n", " ")
    return visible(line.strip()[:LONGEST_PERSON_NAME].strip())


Name = Annotated[
    str,
    Field(max_length=200),
    BeforeValidator(composed),
    AfterValidator(one_line),
    AfterValidator(visible),
]
TagName = Annotated[
    str,
    Field(max_length=MOST_TAG_CHARACTERS),
    BeforeValidator(composed),
    AfterValidator(one_line),
    AfterValidator(visible),
    AfterValidator(fits_custom_id),
]
PersonName = Annotated[str, Field(max_length=LONGEST_PERSON_NAME), AfterValidator(fitting)]
Description = Annotated[str, Field(min_length=1, max_length=2000), BeforeValidator(words)]
Remark = Annotated[str, Field(max_length=500), BeforeValidator(remark)]
# Stored texts are sent unchanged; these are the limits of the tables' columns.
StoredName = Annotated[str, Field(max_length=LONGEST_PERSON_NAME)]
StoredTitle = Annotated[str, Field(max_length=200)]
StoredText = Annotated[str, Field(max_length=500)]
Code = Annotated[str, Field(max_length=100)]
"""The name of a message, a field, a rule or an action, and a place in a list."""
Facts = Annotated[dict[Code, StoredText | int], Field(max_length=20)]
"""What the sentence of an answer needs besides."""
Codes = Annotated[list[Code], Field(max_length=20)]
Noted = Annotated[dict[Code, StoredText | Codes], Field(max_length=5)]
"""What an entry of the audit log notes besides."""
ExportPlace = Annotated[str, Field(pattern=r"^[a-z]{1,20}:[0-9a-f-]{1,36}$")]
"""Where the next part of an export begins, as the service gave it."""
ExportPart = Annotated[int, Field(ge=1, le=100_000)]
"""Which part of an export it is, from 1."""
Seats = Annotated[int, Field(ge=1, le=MOST_PARTICIPANTS)]
