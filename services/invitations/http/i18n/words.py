"""Says what a calendar feed says, in a language; English where a file or a text is missing."""

from pathlib import Path

from fluent.runtime import FluentBundle
from fluent.syntax import FluentParser

FALLBACK = "en"
RESOURCES = {
    path.stem: FluentParser(with_spans=False).parse(path.read_text(encoding="utf-8"))
    for path in sorted(Path(__file__).parent.glob("*.ftl"))
}


def _bundle(language: str) -> FluentBundle:
    # Isolating characters would stand in the names of calendars and events.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(RESOURCES[FALLBACK])
    bundle.add_resource(RESOURCES[language], allow_overrides=True)
    return bundle


BUNDLES = {language: _bundle(language) for language in RESOURCES}


def say(locale: str, key: str, **arguments: str) -> str:
    """Return a text in the language of a Discord locale; raises KeyError if there is none."""
    names = (locale, locale.partition("-")[0], FALLBACK)
    bundle = next(BUNDLES[name] for name in names if name in BUNDLES)
    pattern = bundle.get_message(key).value
    if pattern is None:
        raise KeyError(key)
    text, errors = bundle.format_pattern(pattern, arguments)
    if errors:
        raise errors[0]
    return str(text)
