"""What everybody in a guild reads is in the guild's language, but for what members wrote."""

import json
import re
from collections.abc import Iterator
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.gateway.drawing import notices
from services.gateway.drawing.announcement import announcement, draft
from services.gateway.features.closing.views import notices as closing_notices
from services.gateway.features.editing.views import LABELS, edit_notices
from services.gateway.features.staff import views as staff
from services.gateway.features.telling import views as telling
from services.gateway.features.tickets import views as tickets
from services.gateway.features.tickets.transcript_view import transcript
from services.gateway.forms.invitation import INSTANCE_TYPES
from services.gateway.i18n.locale import Locale
from services.gateway.i18n.translate import LANGUAGES, Language
from shared.messages.invitations.details import TAGS, Status
from shared.messages.invitations.events import (
    InvitationDrafted,
    InvitationEdited,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantPromoted,
    ParticipantWaitlisted,
    ReminderDue,
)
from shared.messages.invitations.guilds import GuildSettings
from shared.messages.tickets.details import Category
from shared.messages.tickets.events import CloseCause, TicketClosed, TicketRequested
from tests import builders
from tests.services.gateway.drawing.test_views import view
from tests.services.gateway.features.tickets.test_transcripts import message, state

# Kana, ideographs, and the full-width signs of Japanese sentences.
JAPANESE = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uff9f]")
REQUEST = UUID(int=1)
TYPED = {"event_name": "Night club", "world_name": "Club", "description": "Come along"}


def events(language: Language) -> Iterator[object]:
    """Draw announcements, panels and notices in every state."""
    for tag, kind in zip(TAGS, INSTANCE_TYPES, strict=False):
        yield announcement(view(tag=tag, instance_type=kind, **TYPED), language)
    for status in get_args(Status):
        shown = view(40, 1, 1, status=status, max_participants=99, **TYPED)
        off = shown.model_copy(update={"cancel_reason": "Rain", "host_id": "0"})
        for each in (shown, off):
            yield from (announcement(each, language), staff.panel(each, language))
            yield closing_notices(each, ["1"], language)
    details = builders.details(**TYPED)
    drafted = InvitationDrafted(
        request_id=REQUEST,
        guild_id="1",
        channel_id="2",
        host_id="3",
        host_name="S",
        details=details,
    )
    yield from (draft(drafted, language), staff.draft_panel(drafted, "4", language))
    for changes in ({"reminder_minutes": 0}, {"world_link": None}, {"tag": "観光"}):
        after = view(**TYPED).model_copy(update=changes)
        edited = InvitationEdited(invitation=after, changed=list(LABELS), before=details)
        yield edit_notices(edited, ["1"], language)


def in_threads(language: Language) -> Iterator[object]:
    """Draw what is written to members in the thread of an event."""
    shown = view(1, **TYPED)
    yield notices.promotion("1", "2", language)
    yield notices.addition("1", "2", "3", language)
    yield notices.removal(shown, shown.start_time, language)
    yield notices.new_link(shown, ["1"], language)
    due = ReminderDue(invitation=shown, user_ids=["1"], is_for_host=True)
    yield from (notices.reminders(due, language), telling.host_reminder(due, language))
    about = {"invitation": shown, "user_id": "2", "user_name": "T"}
    kinds = (ParticipantJoined, ParticipantPromoted, ParticipantWaitlisted)
    lost = [ParticipantLeft(**about, gave_up=part) for part in ("joined", "waitlisted")]
    by_host = [kind(**about, by_id="3") for kind in (ParticipantJoined, ParticipantLeft)]
    lines = [
        telling.line(event, shown.start_time, language)
        for event in (*(kind(**about) for kind in kinds), *lost, *by_host)
    ]
    yield telling.summary(shown, list(filter(None, lines)), language)


def of_tickets(language: Language) -> Iterator[object]:
    """Draw the panel, threads of all categories, every state of a ticket, and its record."""
    yield tickets.panel(get_args(Category), language)
    for category in get_args(Category):
        requested = TicketRequested(
            request_id=REQUEST,
            guild_id="1",
            channel_id="2",
            user_id="3",
            user_name="Alex",
            category=category,
            subject=builders.SEALED,
            details=builders.SEALED,
        )
        yield tickets.thread_name(requested, language)
        yield tickets.first_message(requested, ("Hi", "Help"), "4", "5", language)
        yield tickets.record(state(category=category), language)
    for staff_id, is_on_hold, is_closed in ((None, False, False), ("6", True, False), ("6", 0, 1)):
        shown = tickets.Head("4", "3", 1, staff_id, bool(is_on_hold), bool(is_closed))
        yield tickets.head(shown, "5", language)
    for cause in get_args(CloseCause):
        closed = TicketClosed(ticket=state(closed_by="3"), cause=cause)
        yield tickets.farewell(closed, "Done", language)
    yield tickets.warning(state(closes_at=builders.soon(days=1)), language)
    alex = {"id": "42", "username": "alex", "global_name": "Alex"}
    words: dict[str, Any] = {"author": alex, "edited_timestamp": "2026-11-23T12:00:00+00:00"}
    said = [message("Hello", **words, attachments=[{"filename": "a.png"}])]
    locale = Locale(language, ZoneInfo("America/New_York"))
    ticket = state(user_name="Alex")
    for standing in ("staff", "left"):
        yield transcript(ticket, said, {"42": standing}, locale, has_words=False)  # type: ignore[dict-item]


def drawn(language: Language) -> list[str]:
    texts = (*events(language), *in_threads(language), *of_tickets(language))
    return [json.dumps(text, ensure_ascii=False) for text in texts]


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "ja"])
def test_a_guild_in_another_language_reads_no_japanese(language: Language) -> None:
    texts = drawn(language)
    assert len(texts) > 40
    found = {line for text in texts for line in text.splitlines() if JAPANESE.search(line)}
    assert found == set()


def test_a_japanese_guild_reads_japanese_in_all_of_it() -> None:
    """The same texts, so that the search above is no empty one."""
    assert [text for text in drawn("ja") if not JAPANESE.search(text)] == []


@pytest.mark.parametrize(
    ("chosen", "written"), [("ja", "ja"), ("en-US", "en"), ("pt-BR", "en"), ("en", "en")]
)
def test_a_guild_reads_the_language_that_it_has_chosen(chosen: str, written: str) -> None:
    locale = Locale.of(GuildSettings(language=chosen, time_zone="Europe/London"))
    assert (locale.language, locale.zone.key) == (written, "Europe/London")


def test_a_zone_that_this_machine_does_not_know_is_utc() -> None:
    assert Locale.of(GuildSettings(time_zone="Mars/Olympus")).zone.key == "UTC"
