"""The forms of an edit: what they show, and what the member changes."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from services.gateway.drawing.custom_ids import CustomId, UnixTime
from services.gateway.forms import co_hosts, reminders
from services.gateway.forms import invitation as forms
from services.gateway.forms.mistakes import Mistake, Mistaken, unpublishable
from services.gateway.forms.sign_up_times import FIELDS, contradiction, read_both, write_cutoff
from services.gateway.forms.times import Reading, write_moment
from services.gateway.i18n.translate import Language
from shared.messages.envelope import Snowflake
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.editing import (
    EDITED_TOGETHER,
    Basis,
    Changes,
    EditForm,
    Fingerprint,
)
from shared.messages.invitations.reminding import Reminder


@dataclass(frozen=True)
class Shown(CustomId, name="edit"):
    """What a form showed when it was opened; the form brings it back to any replica."""

    form: EditForm
    invitation_id: Snowflake
    fingerprint: Fingerprint
    start_time: UnixTime
    end_time: UnixTime
    opening_time: UnixTime | None = None
    cutoff_time: UnixTime | None = None

    @classmethod
    def of(cls, state: InvitationState, form: EditForm) -> Self:
        """Remember an invitation as a member begins to edit it."""
        fingerprint = Basis.of(state, form).fingerprint
        sign_up = (state.opening_time, state.cutoff_time) if form == "schedule" else ()
        return cls(form, state.id, fingerprint, state.start_time, state.end_time, *sign_up)

    @property
    def basis(self) -> Basis:
        """What the member saw, for the invitations service to compare."""
        return Basis(form=self.form, fingerprint=self.fingerprint)


def prefilled(
    state: InvitationState, form: EditForm, zone: ZoneInfo, language: Language
) -> dict[str, str]:
    """Return the text in each field when a form opens; times as hosts type them, in a zone."""
    values = {name: getattr(state, name) for name in EDITED_TOGETHER[form] - {co_hosts.FIELD}}
    texts = {
        name: write_moment(value, zone) if isinstance(value, datetime) else _written(value)
        for name, value in values.items()
    }
    if form == "schedule" and state.cutoff_time is not None:
        texts["cutoff_time"] = write_cutoff(state.cutoff_time, state.start_time, zone, language)
    if form == "settings":
        texts[reminders.FIELD] = reminders.write_reminders(state.more_reminders, language)
    return texts


def read_changes(
    shown: Shown,
    typed: Mapping[str, str],
    now: datetime,
    zone: ZoneInfo,
    co_host_ids: Sequence[str] | None = None,
) -> Changes:
    """Check an edit by the message contract; raises Mistaken with every mistake in it."""
    mistakes, times = list[Mistake](), forms.times_in(typed)
    if shown.form == "schedule":
        fields = _schedule(shown, typed, now, zone, mistakes)
    else:
        fields = _settings(typed, mistakes) if shown.form == "settings" else _content(typed)
    try:
        changes = Changes.model_validate({**fields, "co_host_ids": co_host_ids})
    except ValidationError as error:
        raise Mistaken([*mistakes, *unpublishable(typed, error)], zone, times) from None
    mistakes += unpublishable({**typed, reminders.FIELD: changes.more_reminders})
    if mistakes:
        raise Mistaken(mistakes, zone, times)
    return changes


def _written(value: object) -> str:
    return "" if value is None else str(value)


def _content(typed: Mapping[str, str]) -> dict[str, Any]:
    link = forms.world_link(typed)
    return {
        "event_name": typed.get("event_name", ""),
        "world_name": typed.get("world_name", ""),
        "world_link": link,
        "drops_world_link": link is None,
        "description": typed.get("description", "").strip(),
    }


def _settings(typed: Mapping[str, str], mistakes: list[Mistake]) -> dict[str, Any]:
    minutes = unicodedata.normalize("NFKC", typed.get("reminder_minutes", ""))
    return {
        "tag": typed.get("tag"),
        "instance_type": typed.get("instance_type"),
        "reminder_minutes": minutes,
        reminders.FIELD: _reminders(typed.get(reminders.FIELD), mistakes),
    }


def _reminders(text: str | None, mistakes: list[Mistake]) -> list[Reminder] | None:
    try:
        return None if text is None else reminders.read_reminders(text)
    except Mistaken as mistaken:
        mistakes += mistaken.mistakes
        return None


def _schedule(
    shown: Shown,
    typed: Mapping[str, str],
    now: datetime,
    zone: ZoneInfo,
    mistakes: list[Mistake],
) -> dict[str, Any]:
    """Read the changed times and seats; an unchanged time keeps its seconds, and may be past.

    An end that was left alone moves along with the start.
    """
    start_text, end_text = typed.get("start_time", ""), typed.get("end_time", "")
    has_new_start = start_text.strip() != write_moment(shown.start_time, zone)
    has_new_end = end_text.strip() != write_moment(shown.end_time, zone)
    reading: Reading | None = Reading(shown.start_time)
    if has_new_start:
        reading = forms.start_of(start_text, now, zone, mistakes)
    start, range_end = (reading.start, reading.end) if reading else (None, None)
    end = range_end or (start and start + (shown.end_time - shown.start_time))
    if has_new_end:
        end = forms.end_of(end_text, start, now, zone, mistakes)
        if range_end and end and end != range_end:
            mistakes.append(("end_time", "end_differs"))
    times = (start, end) if start is not None and end is not None and start < end else None
    return {
        **_sign_up(shown, typed, times, now, zone, mistakes),
        "start_time": start if has_new_start else None,
        "end_time": end if has_new_end or has_new_start else None,
        # Japanese keyboards type full-width digits.
        "max_participants": unicodedata.normalize("NFKC", typed.get("max_participants", "")),
    }


def _sign_up(
    shown: Shown,
    typed: Mapping[str, str],
    times: tuple[datetime, datetime] | None,
    now: datetime,
    zone: ZoneInfo,
    mistakes: list[Mistake],
) -> dict[str, Any]:
    """Read when sign-up opens and closes; an unchanged moment may be past, an empty one goes.

    A cut-off that is written against the start moves along with it.
    """
    before = {name: getattr(shown, name) for name in FIELDS}
    kept = {
        name: at
        for name, at in before.items()
        if at is not None and typed.get(name, "").strip() == write_moment(at, zone)
    }
    texts = {name: typed.get(name, "") for name in FIELDS if name not in kept}
    found, wrong = read_both(texts, times, now, zone)
    after = found | kept
    if times is not None and not wrong and (mistake := contradiction(times[1], after)):
        wrong.append(mistake)
    mistakes += wrong
    changes: dict[str, Any] = {}
    for name in FIELDS:
        if not typed.get(name, "").strip():
            changes[f"drops_{name}"] = before[name] is not None
        elif after[name] is not None and after[name] != before[name]:
            changes[name] = after[name]
    return changes
