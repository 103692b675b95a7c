"""The edit forms: the values they show, and each mistake by its field and code."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from disnake.ui import TextInput

from services.gateway.drawing.notices import marked
from services.gateway.features.editing.views import edit_notices
from services.gateway.forms.edit import Shown, prefilled, read_changes
from services.gateway.forms.mistakes import Mistaken
from services.gateway.forms.modals import edit_modal
from services.gateway.i18n.translate import Language
from shared.messages.envelope import new_id
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.editing import DROPPABLE
from shared.messages.invitations.events import InvitationEdited
from shared.messages.invitations.guilds import MOST_TAGS, GuildSettings
from shared.messages.invitations.reminding import LONGEST_TEXT, Reminder
from tests.services.gateway.drawing.test_views import LONG_ID, WORST, view

TOKYO = ZoneInfo("Asia/Tokyo")
MANY_TAGS = tuple(f"{number:02}{'長' * 14}" for number in range(MOST_TAGS))
LONGEST_ZONE = ZoneInfo(max(available_timezones(), key=len))
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 20:00 in Japan
START, END = NOW + timedelta(hours=1, seconds=37), NOW + timedelta(hours=3, seconds=37)
NOTHING_DROPPED = dict.fromkeys((f"drops_{name}" for name in DROPPABLE), False)
STANDS = view(start_time=START, end_time=END, event_name="夜の会")


def read(form: Any, **typed: str) -> dict[str, Any]:
    """Fill in a form in which the rest stays as it was shown; give what changes."""
    shown = Shown.decode(Shown.of(STANDS, form).encode())
    changes = read_changes(shown, prefilled(STANDS, form, TOKYO, "ja") | typed, NOW, TOKYO)
    return changes.model_dump(exclude_none=True)


def test_a_form_shows_the_current_values() -> None:
    assert prefilled(STANDS, "content", TOKYO, "ja") == {
        "event_name": "夜の会",
        "world_name": STANDS.world_name,
        "world_link": STANDS.world_link,
        "description": STANDS.description,
    }
    assert prefilled(STANDS, "schedule", TOKYO, "ja") == {
        "start_time": "2026-11-23 21:00",
        "end_time": "2026-11-23 23:00",
        "max_participants": "4",
        "opening_time": "",
        "cutoff_time": "",
    }
    assert prefilled(view(reminder_minutes=0), "settings", TOKYO, "ja") == {
        "tag": "まったり",
        "instance_type": "friendplus",
        "reminder_minutes": "0",
        "more_reminders": "",
    }
    assert prefilled(view(world_link=None), "content", TOKYO, "ja")["world_link"] == ""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_settings_form_preselects_the_current_values(language: Language) -> None:
    state = view(reminder_minutes=0)
    modal = edit_modal(state, Shown.of(state, "settings"), language, GuildSettings())
    tag, instance_type, minutes, _, _ = (label.component for label in modal["components"])
    for select, value in ((tag, "まったり"), (instance_type, "friendplus")):
        assert [option.value for option in select.options if option.default] == [value]
    assert minutes.value == "0"
    assert all(len(label.text) <= 45 for label in modal["components"])
    assert len(modal["title"]) <= 45


@pytest.mark.parametrize("form", ["content", "schedule", "settings"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_form_fits_discord_at_the_worst(form: Any, language: Language) -> None:
    worst = view(**WORST, start_time=START, end_time=datetime(9999, 12, 31, tzinfo=UTC))
    more = [Reminder(minutes=10079 - each, text="あ" * LONGEST_TEXT) for each in range(3)]
    worst = worst.model_copy(update={"more_reminders": more, "co_host_ids": ["1" * 20] * 5})
    settings = GuildSettings(time_zone=LONGEST_ZONE.key, tags=MANY_TAGS)
    modal = edit_modal(worst, Shown.of(worst, form), language, settings)
    assert len(modal["custom_id"]) <= 100
    assert len(modal["title"]) <= 45
    assert len(modal["components"]) <= 5
    for label in modal["components"]:
        assert len(label.text) <= 45
        assert len(label.description or "") <= 100
        if isinstance(label.component, TextInput):
            assert len(label.component.value or "") <= (label.component.max_length or 0)


def test_an_unchanged_start_keeps_its_seconds() -> None:
    assert read("schedule") == {**NOTHING_DROPPED, "max_participants": 4}
    changes = read("schedule", end_time="3h", max_participants=" ８ ")
    assert "start_time" not in changes
    assert changes["end_time"] == START.replace(microsecond=0) + timedelta(hours=3)
    assert changes["max_participants"] == 8


def test_an_event_that_has_begun_can_be_prolonged() -> None:
    begun = view(start_time=NOW - timedelta(hours=2), end_time=NOW + timedelta(minutes=5))
    typed = prefilled(begun, "schedule", TOKYO, "ja") | {"end_time": "22:00"}
    changes = read_changes(Shown.of(begun, "schedule"), typed, NOW, TOKYO)
    assert (changes.start_time, changes.end_time) == (None, NOW + timedelta(hours=2))


def test_a_range_in_the_start_changes_both() -> None:
    changes = read("schedule", start_time="明日 21時〜23時半")
    assert changes["start_time"] == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert changes["end_time"] == datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    with pytest.raises(Mistaken, match="end_differs"):
        read("schedule", start_time="明日 21時〜23時半", end_time="3h")


def test_an_event_in_the_farthest_year_can_be_edited() -> None:
    """Its times were accepted before there was a limit."""
    far = view(
        start_time=datetime(9999, 12, 30, tzinfo=UTC), end_time=datetime(9999, 12, 31, tzinfo=UTC)
    )
    typed = prefilled(far, "schedule", TOKYO, "ja") | {"max_participants": "9"}
    assert read_changes(Shown.of(far, "schedule"), typed, NOW, TOKYO).max_participants == 9


def test_settings_are_read() -> None:
    changes = read("settings", tag="観光", instance_type="group", reminder_minutes=" ６０ ")
    wanted: dict[str, Any] = {"tag": "観光", "instance_type": "group", "reminder_minutes": 60}
    wanted["more_reminders"] = []

    assert changes == wanted | NOTHING_DROPPED


def test_an_empty_link_is_dropped() -> None:
    assert read("content", world_link=" ")["drops_world_link"] is True
    kept = read("content", description=" 新しい説明 ")
    assert (kept["drops_world_link"], kept["description"]) == (False, "新しい説明")


@pytest.mark.parametrize(
    ("form", "typed", "mistakes"),
    [
        ("content", {"event_name": "a\nb"}, [("event_name", "line_break")]),
        (
            "content",
            {"world_name": " ", "description": " ", "world_link": "http://vrchat.com/"},
            [
                ("world_name", "blank"),
                ("world_link", "not_a_world_link"),
                ("description", "blank"),
            ],
        ),
        ("schedule", {"start_time": "いつか"}, [("start_time", "time_unreadable")]),
        ("schedule", {"start_time": "2026-11-23 19:00"}, [("start_time", "time_past")]),
        ("schedule", {"end_time": "2026-11-23 20:30"}, [("end_time", "time_not_after_start")]),
        (
            "schedule",
            {"end_time": "すぐ", "max_participants": "たくさん"},
            [("end_time", "end_unreadable"), ("max_participants", "out_of_range")],
        ),
        ("schedule", {"max_participants": "101"}, [("max_participants", "out_of_range")]),
        ("schedule", {"max_participants": ""}, [("max_participants", "out_of_range")]),
        ("settings", {"reminder_minutes": "1441"}, [("reminder_minutes", "out_of_minutes")]),
        ("settings", {"reminder_minutes": "すぐ"}, [("reminder_minutes", "out_of_minutes")]),
        ("settings", {"tag": "長" * 17}, [("tag", "too_long")]),
        ("settings", {"instance_type": "麻雀"}, [("instance_type", "not_offered")]),
    ],
)
def test_every_mistake_is_named(form: Any, typed: Any, mistakes: Any) -> None:
    with pytest.raises(Mistaken) as mistaken:
        read(form, **typed)
    assert mistaken.value.mistakes == mistakes


@pytest.mark.parametrize(
    "custom_id",
    [
        "edit:other:1:0123456789abcdef:1:2",
        "edit:content:1:0123:1:2",
        "edit:content:1",
        "edit:schedule:1:0123456789abcdef:9999999999999:1",
    ],
)
def test_a_form_of_another_release_is_refused(custom_id: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Shown.decode(custom_id)


def edited(changed: list[str], **changes: Any) -> InvitationEdited:
    after = InvitationState(**{**STANDS.model_dump(), **changes})
    return InvitationEdited(invitation=after, changed=changed, before=STANDS)


def test_a_notice_says_old_and_new_and_pings_the_seated_alone() -> None:
    event = edited(
        ["event_name", "end_time", "world_link", "description", "max_participants"],
        event_name="**朝** @everyone <@42>",
        end_time=END + timedelta(hours=1),
        world_link=None,
        description="秘密の説明",
        max_participants=9,
    )
    [notice] = edit_notices(event, ["1", "2"], "ja")
    lines = notice["content"].splitlines()
    end = int(END.timestamp())
    assert lines[1].startswith("・イベント名: 夜の会 → \\*\\*朝\\*\\* \\@everyone")
    assert lines[2] == f"・終了: <t:{end}:F> → <t:{end + 3600}:F>"
    assert lines[3] == "・ワールドのリンク: なし"
    assert "秘密の説明" not in notice["content"]
    assert lines[5:] == ["・定員: 4 → 9", "<@1> <@2>"]
    assert notice["allowed_mentions"] == {"parse": [], "users": ["1", "2"]}
    assert "<@42>" not in notice["content"]


def test_a_notice_says_settings_in_words() -> None:
    changed = ["tag", "instance_type", "reminder_minutes"]
    event = edited(changed, tag="観光", instance_type="inviteplus", reminder_minutes=0)
    [notice] = edit_notices(event, [], "ja")
    assert notice["content"].splitlines()[1:] == [
        "・タグ: まったり → 観光",
        "・公開範囲: Friends+ → Invite+",
        "・リマインダー: 15 分前 → なし",
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_hundred_members_are_mentioned_once_and_each_part_names_its_cause(
    language: Language,
) -> None:
    ids = [f"1{number:019}" for number in range(100)]
    every = ["event_name", "start_time", "end_time", "world_name", "world_link", "description"]
    event = edited(every, **{name: WORST.get(name, getattr(STANDS, name)) for name in every})
    parts = edit_notices(event, ids, language)
    assert [each for notice in parts for each in notice["allowed_mentions"]["users"]] == ids
    for notice in parts:
        assert 0 < len(notice["content"]) <= 2000
        cause_id = new_id()
        [row] = marked(notice, cause_id)["components"]
        assert row["components"][0]["custom_id"] == f"detail:{LONG_ID}:{cause_id.hex}"
        assert len(row["components"][0]["custom_id"]) <= 100


def test_a_field_of_a_newer_release_is_passed_over() -> None:
    [notice] = edit_notices(edited(["weather", "event_name"]), [], "ja")
    assert notice["content"].count("・") == 1


def test_the_notice_shows_the_new_link_when_it_fits() -> None:
    short = "https://vrchat.com/home/world/wrld_2"
    [notice] = edit_notices(edited(["world_link"], world_link=short), [], "ja")
    assert f"<{short}>" in notice["content"]
    long = "https://vrchat.com/" + "<>" * 240
    [notice] = edit_notices(edited(["world_link"], world_link=long), [], "ja")
    assert "詳細" in notice["content"]
