"""The languages that members read."""

from typing import Literal, TypeAlias

Language: TypeAlias = Literal["ja", "en"]


def both(ja: str, en: str) -> dict[Language, str]:
    """Say one thing in each language."""
    return {"ja": ja, "en": en}
