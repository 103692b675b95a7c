"""The forms of an edit: what they show, and what the member changes."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from services.gateway.drawing.custom_ids import CustomId, UnixTime
from services.gateway.forms import invitation as forms
from services.gateway.forms.mistakes import Mistake, Mistaken, unpublishable
from services.gateway.forms.times import Reading, write_moment
from shared.messages.envelope import Snowflake
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.editing import (
    EDITED_TOGETHER,
    Basis,
    Changes,
    EditForm,
    Fingerprint,
)


@dataclass(frozen=True)
class Shown(CustomId, name="edit"):
    """What a form showed when it was opened; the form brings it back to any replica."""

    form: EditForm
    invitation_id: Snowflake
    fingerprint: Fingerprint
    start_time: UnixTime
    end_time: UnixTime

    @classmethod
    def of(cls, state: InvitationState, form: EditForm) -> Self:
        """Remember an invitation as a member begins to edit it."""
        fingerprint = Basis.of(state, form).fingerprint
        return cls(form, state.id, fingerprint, state.start_time, state.end_time)

    @property
    def basis(self) -> Basis:
        """What the member saw, for the invitations service to compare."""
        return Basis(form=self.form, fingerprint=self.fingerprint)


def prefilled(state: InvitationState, form: EditForm, zone: ZoneInfo) -> dict[str, str]:
    """Return the text in each field when a form opens; times as hosts type them, in a zone."""
    values = {name: getattr(state, name) for name in EDITED_TOGETHER[form]}
    return {
        name: write_moment(value, zone) if isinstance(value, datetime) else _written(value)
        for name, value in values.items()
    }


def read_changes(shown: Shown, typed: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Changes:
    """Check an edit by the message contract; raises Mistaken with every mistake in it."""
    mistakes, times = list[Mistake](), forms.times_in(typed)
    if shown.form == "schedule":
        fields = _schedule(shown, typed, now, zone, mistakes)
    else:
        fields = _settings(typed) if shown.form == "settings" else _content(typed)
    try:
        changes = Changes.model_validate(fields)
    except ValidationError as error:
        raise Mistaken([*mistakes, *unpublishable(typed, error)], zone, times) from None
    mistakes += unpublishable(typed)
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


def _settings(typed: Mapping[str, str]) -> dict[str, Any]:
    minutes = unicodedata.normalize("NFKC", typed.get("reminder_minutes", ""))
    return {
        "tag": typed.get("tag"),
        "instance_type": typed.get("instance_type"),
        "reminder_minutes": minutes,
    }


def _schedule(
    shown: Shown,
    typed: Mapping[str, str],
    now: datetime,
    zone: ZoneInfo,
    mistakes: list[Mistake],
) -> dict[str, Any]:
    """Read the changed times and seats; an unchanged time keeps its seconds, and may be past."""
    start_text, end_text = typed.get("start_time", ""), typed.get("end_time", "")
    has_new_start = start_text.strip() != write_moment(shown.start_time, zone)
    has_new_end = end_text.strip() != write_moment(shown.end_time, zone)
    reading: Reading | None = Reading(shown.start_time)
    if has_new_start:
        reading = forms.start_of(start_text, now, zone, mistakes)
    start, range_end = (reading.start, reading.end) if reading else (None, None)
    end: datetime | None = range_end or shown.end_time
    if has_new_end:
        end = forms.end_of(end_text, start, now, zone, mistakes)
        if range_end and end and end != range_end:
            mistakes.append(("end_time", "end_differs"))
    elif start is not None and end is not None and start >= end:
        mistakes.append(("end_time", "ends_before_start"))
    return {
        "start_time": start if has_new_start else None,
        "end_time": end if has_new_end or range_end else None,
        # Japanese keyboards type full-width digits.
        "max_participants": unicodedata.normalize("NFKC", typed.get("max_participants", "")),
    }
