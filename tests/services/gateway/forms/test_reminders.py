"""Reminders as hosts type them: what can be read, and that it is written back as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.forms.mistakes import Mistaken
from services.gateway.forms.reminders import read_reminders, write_reminders
from services.gateway.i18n.translate import LANGUAGES
from shared.messages.invitations.reminding import FARTHEST_MINUTES, LONGEST_TEXT, Reminder


@pytest.mark.parametrize(
    ("typed", "minutes", "text"),
    [
        ("60 集合は入口です", 60, "集合は入口です"),
        ("１時間前　集合は入口です", 60, "集合は入口です"),
        ("30分前: 10時に開きます", 30, "10時に開きます"),
        ("1日前、あした開きます", 1440, "あした開きます"),
        ("90", 90, ""),
        ("2h We meet at the gate", 120, "We meet at the gate"),
        ("45 minutes before: bring a friend", 45, "bring a friend"),
        ("1 day before", 1440, ""),
    ],
)
def test_a_line_is_a_time_and_words(typed: str, minutes: int, text: str) -> None:
    assert read_reminders(typed) == [Reminder(minutes=minutes, text=text)]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("集合は入口です", "reminder_unreadable"),
        ("10時集合", "reminder_unreadable"),
        ("0 いま", "reminder_out_of_range"),
        ("8日前 早い", "reminder_out_of_range"),
        ("60 a\n1時間 b", "reminder_twice"),
        ("1\n2\n3\n4", "reminders_too_many"),
        ("5 " + "あ" * (LONGEST_TEXT + 1), "too_long"),
    ],
)
def test_what_cannot_be_read_is_a_mistake(typed: str, code: str) -> None:
    with pytest.raises(Mistaken) as mistaken:
        read_reminders(typed)
    assert mistaken.value.mistakes == [("more_reminders", code)]


TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=LONGEST_TEXT)
REMINDERS = st.lists(
    st.builds(Reminder, minutes=st.integers(1, FARTHEST_MINUTES), text=TEXTS),
    max_size=3,
    unique_by=lambda each: each.minutes,
)


@given(REMINDERS)
def test_what_is_written_is_read_as_the_same(reminders: list[Reminder]) -> None:
    in_order = sorted(reminders, key=lambda each: -each.minutes)
    for language in LANGUAGES:
        assert read_reminders(write_reminders(in_order, language)) == in_order
