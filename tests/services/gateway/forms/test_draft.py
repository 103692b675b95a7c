"""What can be read of a draft, and what is wrong at which field."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.forms.draft import FORM_FIELDS, Draft, Typed, read, write_when
from shared.messages.invitations.drafting import Choices
from tests.stage import INSTANCE_LINK

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
GOOD = {
    "event_name": "夜の会",
    "when": "明日 21時〜23時",
    "world": "Japan Street",
    "max_participants": "8",
    "description": "話しましょう",
}
WORLD = "https://vrchat.com/home/world/wrld_1"


def draft(**changes: str) -> Draft:
    return read(Typed.of_form({**GOOD, **changes}), Choices(), NOW, TOKYO, "リンク先のワールド")


def test_a_complete_form_is_read_and_its_times_are_written_as_moments() -> None:
    made = draft()
    assert made.details == made.shown
    assert made.shown.start_time == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert made.typed.when == "2026-11-24 21:00〜23:00"


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        ({"event_name": ""}, ("event_name", "blank")),
        ({"event_name": INSTANCE_LINK}, ("event_name", "names_an_instance")),
        ({"when": ""}, ("when", "blank")),
        ({"when": "いつか"}, ("when", "when_unreadable")),
        ({"when": "明日 21:00"}, ("when", "time_end_missing")),
        ({"when": "明日 25:99〜26:00"}, ("when", "when_unreadable")),
        ({"world": ""}, ("world", "blank")),
        ({"world": "https://example.org/w"}, ("world", "not_a_world_link")),
        ({"world": f"部屋 {INSTANCE_LINK}"}, ("world", "names_an_instance")),
        ({"world": f"{WORLD} {WORLD}2"}, ("world", "not_a_world_link")),
        ({"max_participants": "0"}, ("max_participants", "out_of_range")),
        ({"max_participants": "101"}, ("max_participants", "out_of_range")),
        ({"max_participants": "いっぱい"}, ("max_participants", "out_of_range")),
        ({"description": "\u2800"}, ("description", "blank")),
        ({"description": f"ここ {INSTANCE_LINK}"}, ("description", "names_an_instance")),
    ],
)
def test_a_mistake_costs_only_its_own_field(
    changed: dict[str, str], mistake: tuple[str, str]
) -> None:
    made = draft(**changed)
    assert made.mistakes == (mistake,)
    assert made.details is None
    whole = draft().shown
    others = {"event_name", "description", "max_participants"} - set(changed)
    assert all(getattr(made.shown, name) == getattr(whole, name) for name in others)
    [name] = changed
    assert getattr(made.typed, name) == changed[name].strip()


@pytest.mark.parametrize(
    ("typed", "name", "link"),
    [
        ("Japan Street", "Japan Street", None),
        (f"Japan Street {WORLD}", "Japan Street", WORLD),
        (f"Japan Street{WORLD}", "Japan Street", WORLD),
        (f"{WORLD} Japan Street", "Japan Street", WORLD),
        (WORLD, "リンク先のワールド", WORLD),
        ("vrchat.com/home/world/wrld_1", "リンク先のワールド", WORLD),
    ],
)
def test_a_world_is_a_name_a_link_or_both(typed: str, name: str, link: str | None) -> None:
    shown = draft(world=typed).shown
    assert (shown.world_name, shown.world_link) == (name, link)


@given(st.integers(0, 700 * 24 * 60), st.integers(1, 72 * 60), st.sampled_from((TOKYO, NEW_YORK)))
def test_a_written_time_is_read_as_the_same_moments(
    begin: int, length: int, zone: ZoneInfo
) -> None:
    start = datetime.fromtimestamp(NOW.timestamp() + 60 * begin, UTC)
    end = datetime.fromtimestamp(start.timestamp() + 60 * length, UTC)
    typed = Typed.of_form({**GOOD, "when": write_when(start, end, zone)})
    made = read(typed, Choices(), NOW, zone, "world")
    assert (made.shown.start_time, made.shown.end_time) == (start, end)


@given(st.dictionaries(st.sampled_from(FORM_FIELDS), st.text(max_size=200)))
def test_whatever_is_typed_comes_back_and_never_fails(values: dict[str, str]) -> None:
    typed = Typed.of_form(values)
    made = read(typed, Choices(), NOW, TOKYO, "world")
    again = Typed.from_json(made.typed.as_json(), made.typed.description)
    assert again == made.typed
    assert (made.details is None) == bool(made.mistakes)
