"""Texts with their arguments: plurals, numbers, and whatever members type."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from fluent.runtime.errors import FluentReferenceError
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.i18n import translate as i18n
from services.gateway.i18n.translate import (
    language_of,
    refusal,
    translate,
    translate_if_known,
    translate_one,
)


@pytest.mark.parametrize(
    ("locale", "language"), [("ja", "ja"), ("en-US", "en"), ("en-GB", "en"), ("fr", "en")]
)
def test_a_locale_chooses_the_language(locale: str, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("minutes", "text"), [(1, "1 minute before"), (0, "0 minutes before"), (5, "5 minutes before")]
)
def test_english_has_a_singular(minutes: int, text: str) -> None:
    assert translate("en", "reminder-minutes", minutes=minutes) == text
    assert translate("ja", "reminder-minutes", minutes=minutes) == f"{minutes} 分前"


def test_a_number_has_no_separators() -> None:
    """Discord reads a moment's seconds as digits alone."""
    text = refusal("en", "limit_events", {"most": 1234, "again_at": 1764000000})
    assert "1234 events" in text
    assert "<t:1764000000:R>" in text


@settings(deadline=None)
@given(st.text(max_size=2500) | st.integers())
def test_any_argument_stands_in_the_text_as_it_is(argument: str | int) -> None:
    text = translate("en", "notice-cancelled", event=argument)
    assert text == f"“{argument}” was cancelled."


def test_an_argument_that_no_message_has_room_for_is_cut() -> None:
    text = translate("en", "notice-cancelled", event="x" * 10_000)
    assert 2000 < len(text) < 10_000


def test_a_text_names_a_button_by_its_label() -> None:
    text = translate("ja", "refused-not_full")
    assert translate_one("ja", "button", "join") in text


def test_a_command_may_have_words_of_its_own_for_a_refusal() -> None:
    own = refusal("ja", "already_joined", {}, "AddParticipant")
    assert own == translate("ja", "refused-AddParticipant-already_joined")
    assert refusal("ja", "already_joined", {}) == translate("ja", "refused-already_joined")


def test_a_code_of_a_newer_service_still_gets_a_text() -> None:
    assert "too_early" in refusal("ja", "too_early", {})
    assert translate_if_known("ja", "accepted-NewCommand") is None


def test_a_refusal_with_a_missing_argument_is_still_shown() -> None:
    assert "満員" in refusal("ja", "full", {})
    assert "8" in refusal("en", "full", {"max_participants": 8})


def test_an_unknown_key_or_a_missing_argument_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        translate_one("ja", "button", "no_such")
    with pytest.raises(FluentReferenceError):
        translate_one("ja", "form", "ticket")


def test_a_third_language_is_one_file(tmp_path: Path) -> None:
    """What it does not say yet is said in English."""
    for file in Path(i18n.__file__).parent.glob("*.*"):
        shutil.copy(file, tmp_path)
    (tmp_path / "ko.ftl").write_text("button-join = 참가\n", encoding="utf-8")
    module = loaded(tmp_path / "translate.py")
    assert set(module.LANGUAGES) == {"en", "ja", "ko"}
    assert module.language_of("ko") == "ko"
    assert module.translate("ko", "button-join") == "참가"
    assert "참가" in module.translate("ko", "refused-not_full")
    assert module.translate("ko", "button-leave") == translate("en", "button-leave")


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("translate_of_three", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
