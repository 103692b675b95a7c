"""Rule: a language is a file, and a guild chooses it; no code outside `i18n` names one."""

import ast
from pathlib import Path

from services.gateway.i18n.translate import LANGUAGES
from services.invitations.http.i18n.words import RESOURCES
from tests.house.tree import PROJECT, files

# What a guild has until it chooses: the contract's defaults.
DEFAULTS = Path("shared/messages/invitations/guilds.py")
# The zones that /setup offers.
OFFERED = Path("services/gateway/features/setup/pages/locale.py")
OF_THE_PRODUCT = {"services", "shared", "operations"}


def places() -> list[Path]:
    return [
        path
        for path in files("*.py")
        if path.parts[0] in OF_THE_PRODUCT and "i18n" not in path.parts and path != DEFAULTS
    ]


def named(source: str, words: set[str]) -> list[int]:
    """Return the lines of the texts that are one of these words."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and node.value in words
    ]


def test_no_code_names_a_language() -> None:
    found = [
        f"{path}:{line}"
        for path in places()
        for line in named((PROJECT / path).read_text(), set(LANGUAGES))
    ]
    assert len(places()) > 100
    assert found == []


def test_no_code_names_a_time_zone() -> None:
    found = [
        f"{path}:{line}"
        for path in places()
        if path != OFFERED
        for line in named((PROJECT / path).read_text(), {"Asia/Tokyo", "JST"})
    ]
    assert found == []


def test_a_language_in_code_is_found() -> None:
    assert named('shown = panel(view, "ja")\n# "ja"\n', set(LANGUAGES)) == [1]


def test_calendars_are_in_no_language_that_the_bot_does_not_speak() -> None:
    assert {"en", "ja"} <= set(RESOURCES) <= set(LANGUAGES)
