"""The mistakes in what a person typed: a field and a code each, and the words for them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from services.gateway.drawing.markdown import plain
from services.gateway.forms.time_words import TimeMistake
from services.gateway.i18n.translate import KEYS, Language, translate, translate_one, zone_name
from shared.messages.invitations import details as contract

Mistake: TypeAlias = tuple[str, str]
"""The field, and the code of what is wrong with it."""

# What pydantic calls a mistake, in our words; our own codes stand for themselves.
CODES = {
    "missing": "blank",
    "string_too_short": "blank",
    "string_too_long": "too_long",
    "literal_error": "not_offered",
    "less_than_equal": "out_of_range",
    "greater_than_equal": "out_of_range",
    "int_parsing": "out_of_range",
}

LONGEST_QUOTE = 60


class Mistaken(Exception):  # noqa: N818 - it reads as what the form is
    """A form that cannot be taken, with every mistake in it."""

    def __init__(
        self,
        mistakes: list[Mistake],
        zone: ZoneInfo | None = None,
        times: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take the mistakes: they name fields, never what was typed in them.

        `zone` is the one that times were read in, and `times` has what was typed in their fields,
        for the sentences about them; nothing else may be in it, for it is shown.
        """
        super().__init__(mistakes)
        self.mistakes = mistakes
        self.zone = zone
        self.times = times


def explain(mistaken: Mistaken, language: Language) -> str:
    """Name every mistake in words, one a line."""
    zone = zone_name(language, mistaken.zone.key) if mistaken.zone else ""
    lines = [
        translate(
            language,
            "mistake-line",
            field=translate_one(language, "field", field),
            mistake=translate_one(
                language,
                "mistake",
                code,
                zone=zone,
                typed=plain(mistaken.times.get(field, ""), LONGEST_QUOTE),
            ),
        )
        for field, code in mistaken.mistakes
    ]
    return translate(language, "mistake-all", mistakes="\n".join(lines))


def time_mistake(
    field: str,
    mistake: TimeMistake,
    kind: Literal["time", "when", "end", "day", "cutoff"] = "time",
) -> Mistake:
    """Return a mistake in a typed time; examples of what can be read depend on the kind."""
    is_by_kind = mistake.code == "unreadable"
    return field, f"{kind if is_by_kind else 'time'}_{mistake.code}"


def mistakes_of(error: ValidationError) -> list[Mistake]:
    """Put what the message contract says into our words."""
    return [_mistake(each["loc"], each["type"]) for each in error.errors(include_input=False)]


def unpublishable(
    typed: Mapping[str, object], error: ValidationError | None = None
) -> list[Mistake]:
    """List what the contract refuses, and what must not be published; one mistake for a field."""
    own = dict(contract.mistakes_in(typed))
    others = dict(mistakes_of(error)) if error else {}
    return list((others | own).items())


def mistakes_in(field: str, error: ValidationError) -> list[Mistake]:
    """Put what the contract of one field says into our words."""
    return [_mistake((field,), each["type"]) for each in error.errors(include_input=False)]


def _mistake(location: tuple[int | str, ...], kind: str) -> Mistake:
    field = str(location[0]) if location else "end_time"
    code = CODES.get(kind, kind)
    if (field, code) == ("reminder_minutes", "out_of_range"):
        return field, "out_of_minutes"
    return field, code if f"mistake-{code}" in KEYS else "unreadable"
