"""Says a sentence to a member in their language."""

from collections import defaultdict

from services.gateway.sentences import TEXTS, Language


def language_of(locale: str) -> Language:
    """Choose the language for a Discord locale: Japanese for `ja`, English for all others."""
    return "ja" if locale == "ja" else "en"


def say(language: Language, key: str, **details: str | int) -> str:
    """Give a sentence with its details filled in; raises KeyError for a key nobody wrote."""
    return TEXTS[key][language].format_map(details)


def refusal(language: Language, code: str, details: dict[str, str | int], command: str = "") -> str:
    """Say why a rule said no; a code from a newer service still gets a sentence.

    What is refused of others reads differently: a command may have sentences of its own.
    """
    key = f"refused.{command}.{code}"
    if key not in TEXTS:
        key = f"refused.{code}"
    if key not in TEXTS:
        return say(language, "refused.unknown", code=code)
    # A number that did not come along must not cost the whole sentence.
    return TEXTS[key][language].format_map(defaultdict(lambda: "?", details))
