"""Both languages say everything, with the same details."""

import re
import string
from pathlib import Path

import pytest

import services
from services.gateway.forms.invitation import CODES, INSTANCE_TYPES
from services.gateway.sentences import TEXTS
from services.gateway.texts import language_of, refusal, say

SERVICES = Path(services.__file__).parent


def details_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same(key: str) -> None:
    sentences = TEXTS[key]
    assert set(sentences) == {"ja", "en"}
    assert all(sentences.values())
    assert details_of(sentences["ja"]) == details_of(sentences["en"])


def test_no_sentence_is_written_twice() -> None:
    """One file's sentence would silently take the place of another's."""
    keys = [
        key
        for path in (SERVICES / "gateway" / "sentences").glob("*.py")
        for key in re.findall(r'(?m)^    "([\w.]+)": both\(', path.read_text())
    ]
    assert len(keys) > 100
    assert sorted(keys) == sorted(TEXTS)


def test_every_code_a_service_refuses_with_has_a_sentence() -> None:
    sources = "".join(path.read_text() for path in SERVICES.rglob("*.py"))
    codes = set(re.findall(r'(?:Refused\(|code=|_refuse\(interaction, )"(\w+)"', sources))
    assert {"full", "not_found", "cannot_post"} <= codes
    assert {code for code in codes if f"refused.{code}" not in TEXTS} == set()


def test_every_text_the_gateway_asks_for_is_there() -> None:
    sources = "".join(path.read_text() for path in (SERVICES / "gateway").rglob("*.py"))
    asked = set(re.findall(r'(?:say\([^"\n]*|both\()"([a-z_]+\.\w+)"', sources))
    assert len(asked) > 20
    assert {key for key in asked if key not in TEXTS} == set()
    assert all(f"mistake.{code}" in TEXTS for code in CODES.values())
    assert all(f"instance.{kind}" in TEXTS for kind in INSTANCE_TYPES)


def test_a_code_of_a_newer_service_still_gets_a_sentence() -> None:
    assert "too_early" in refusal("ja", "too_early", {})


def test_a_missing_number_costs_no_sentence() -> None:
    assert "満員" in refusal("ja", "full", {})
    assert "8" in refusal("en", "full", {"max_participants": 8})


@pytest.mark.parametrize(("locale", "language"), [("ja", "ja"), ("en-US", "en"), ("fr", "en")])
def test_a_locale_chooses_the_language(locale: str, language: str) -> None:
    assert language_of(locale) == language


def test_an_unknown_key_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        say("ja", "no.such")
