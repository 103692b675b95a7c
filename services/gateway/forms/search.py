"""Words that a member searches for in the names of events."""

import unicodedata

from services.gateway.drawing.custom_ids import ABSENT

MOST_CHARACTERS = 28
"""What the words have room for in a custom id."""


def folded(text: str) -> str:
    """Return a text as it is compared: Japanese keyboards type full-width letters, too."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def search_words(typed: str) -> str:
    """Return the words to search for, without what separates the fields of a custom id."""
    text = "".join(" " if character in ":\0" else character for character in folded(typed))
    words = " ".join(text[:MOST_CHARACTERS].split())
    return "" if words == ABSENT else words


def holds_words(name: str, typed: str) -> bool:
    """Return whether a name holds all words that are typed."""
    held = folded(name)
    return all(word in held for word in search_words(typed).split())
