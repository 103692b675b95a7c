"""Whatever comes in a button's id, a form or an option is read, or refused in our own words."""

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.gateway.drawing.buttons import Detail, Join
from services.gateway.features.create.custom_ids import Compose
from services.gateway.features.lists.finding import ids_in
from services.gateway.features.lists.pages import HistoryPage, ListPage, OwnPage
from services.gateway.features.staff.audit_views import AuditPage
from services.gateway.forms import draft as draft_forms
from services.gateway.forms import edit as edit_forms
from services.gateway.forms import invitation as forms
from services.gateway.forms.mistakes import Mistaken, explain
from services.gateway.forms.search import search_words
from services.gateway.forms.time_words import PARTS, SPAN
from services.gateway.forms.times import TimeMistake, read_day, read_end, read_start
from shared.messages import vrchat
from shared.messages.envelope import Actor
from shared.messages.invitations.details import Details
from shared.messages.invitations.drafting import Choices
from shared.messages.text import person_name
from shared.refusal import Refused
from tests import builders

FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
FIELDS = list(Details.model_fields)
KINDS = [Detail, Join, ListPage, OwnPage, HistoryPage, AuditPage, Compose, edit_forms.Shown]
LINKS = [
    "https://vrchat.com/",
    "https://vrchat.com/home/launch?worldId=wrld_1&instanceId=",
    "https://[",
]

numbers = st.from_regex(r"-?[0-9]{1,21}", fullmatch=True)
words = (
    st.text(max_size=60) | numbers | st.sampled_from(["", "-", "content", "schedule", "settings"])
)
any_custom_ids = st.lists(words, max_size=8).map(":".join)
parts_of_times = st.one_of(*(st.from_regex(part, fullmatch=True) for part in PARTS))
moments = st.lists(parts_of_times, max_size=4).map(" ".join)
durations = st.from_regex(SPAN, fullmatch=True)
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
typed = st.text(max_size=80) | moments | durations | numbers
links = st.builds("".join, st.tuples(st.sampled_from(LINKS), st.text(max_size=80))) | st.text()
texts = typed | links | st.sampled_from(["字" * 2001, "\ufb2c" * 200, "a\x00b", "\u3164"])
filled = st.dictionaries(st.sampled_from([*FIELDS, "vrchat_profile", "instance_link"]), texts)


def refused(read: Callable[..., Any], *arguments: Any) -> Any:
    """Read what was typed; a refusal must have words in both languages, and gives None."""
    try:
        return read(*arguments)
    except Refused:
        return None
    except Mistaken as error:
        mistaken = error
    assert explain(mistaken, "ja") != explain(mistaken, "en")
    return None


@given(
    any_custom_ids,
    st.sampled_from(["list", "mine", "history", "audit", "compose", "edit", "join"]),
)
@FEW
def test_any_custom_id_is_read_or_refused(tail: str, start: str) -> None:
    custom_id = f"{start}:{tail}"
    for kind in KINDS:
        with contextlib.suppress(ValueError):
            read = kind.decode(custom_id)
            assert kind.decode(read.encode()) == read
            named = getattr(read, "invitation_id", None)
            assert named is None or (named.isascii() and named.isdigit() and len(named) <= 20)


@given(st.dictionaries(st.sampled_from(draft_forms.FORM_FIELDS), texts), zones)
@FEW
def test_any_draft_is_read_and_written_back(values: dict[str, str], zone: ZoneInfo) -> None:
    typed = draft_forms.Typed.of_form(values)
    made = draft_forms.read(typed, Choices(), NOW, zone, "world")
    again = draft_forms.read(made.typed, Choices(), NOW, zone, "world")
    assert (again.shown, again.mistakes) == (made.shown, made.mistakes)


@given(texts, zones)
@FEW
@example("9" * 5000 + "h", ZoneInfo("Asia/Tokyo"))
@example("9" * 5000, ZoneInfo("Asia/Tokyo"))
def test_any_option_in_words_is_read_or_nothing(text: str, zone: ZoneInfo) -> None:
    for read in (read_start, lambda *typed: read_end(typed[0], NOW, *typed[1:])):
        with contextlib.suppress(TimeMistake):
            reading = read(text, NOW, zone)
            assert reading.start.tzinfo is UTC
            assert reading.end is None or reading.end > reading.start
    with contextlib.suppress(TimeMistake):
        read_day(text, NOW, zone)
    assert all(len(each) <= 20 and each.isdigit() for each in ids_in(text))
    words = search_words(text)
    page = ListPage(None, "open", "a-999999999999999.99999999999999999999", words or None)
    assert len(page.encode()) <= 100
    assert ListPage.decode(page.encode()) == page


@given(filled)
@FEW
def test_any_form_is_read_or_refused(values: dict[str, str]) -> None:
    refused(forms.read_profile, values)
    link = refused(forms.read_link, values)
    if link is not None:
        address = vrchat.read(link)
        assert address
        assert address.kind == "instance"
        assert address.leads_elsewhere(vrchat.read(values.get("world_link", ""))) in {True, False}


@given(filled, st.sampled_from(["content", "schedule", "settings"]))
@FEW
def test_any_edit_is_read_or_refused(values: dict[str, str], form: Any) -> None:
    state = edit_forms.Shown(form, builders.INVITATION_ID, "0" * 16, NOW, NOW + timedelta(hours=2))
    refused(edit_forms.read_changes, state, values, NOW, ZoneInfo("Asia/Tokyo"))


@given(st.lists(st.text(max_size=40), min_size=1, max_size=3))
@FEW
def test_any_display_name_is_a_name(candidates: list[str]) -> None:
    Actor(user_id="1", name=person_name(*candidates))


@pytest.mark.parametrize("named", ["", "1 ", "１２", "-1", "9" * 21, "1\n", "abc"])
def test_no_button_reads_a_malformed_id(named: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Join.decode(f"join:{named}")
