"""What is edited of an event, and how a form remembers what it showed."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field

from shared.messages.envelope import Frozen, UtcDatetime
from shared.messages.invitations.details import CoHosts, InstanceType, Tag
from shared.messages.invitations.reminding import MoreReminders, ReminderMinutes
from shared.messages.links import WorldLink
from shared.messages.text import Description, Name, Seats

EditForm = Literal["content", "schedule", "settings"]
Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
EDITED_TOGETHER: Mapping[EditForm, set[str]] = {
    "content": {"event_name", "world_name", "world_link", "description"},
    "schedule": {"start_time", "end_time", "max_participants", "opening_time", "cutoff_time"},
    "settings": {"tag", "instance_type", "reminder_minutes", "more_reminders", "co_host_ids"},
}

DROPPABLE = ("world_link", "opening_time", "cutoff_time")
"""The fields that an event may be without; `drops_<field>` removes one."""
LATER_FIELDS = ("opening_time", "cutoff_time", "co_host_ids", "more_reminders")
"""Fields that forms of the release before did not show: their absence changes no fingerprint."""

NEWS = {"start_time", "end_time", "world_name", "world_link"}
"""The fields whose change everyone with a part in the event must know; other edits are quiet."""


class Changes(Frozen):
    """New values of an event's fields. None leaves a field as it is; `drops_…` removes it."""

    event_name: Name | None = None
    world_name: Name | None = None
    world_link: WorldLink | None = None
    drops_world_link: bool = False
    description: Description | None = None
    start_time: UtcDatetime | None = None
    end_time: UtcDatetime | None = None
    opening_time: UtcDatetime | None = None
    drops_opening_time: bool = False
    cutoff_time: UtcDatetime | None = None
    drops_cutoff_time: bool = False
    max_participants: Seats | None = None
    tag: Tag | None = None
    instance_type: InstanceType | None = None
    reminder_minutes: ReminderMinutes | None = None
    more_reminders: MoreReminders | None = None
    co_host_ids: CoHosts | None = None


class Basis(Frozen):
    """What one of the forms of an event showed, as a fingerprint short enough for a button."""

    form: EditForm
    fingerprint: Fingerprint

    @classmethod
    def of(cls, details: Frozen, form: EditForm) -> Self:
        """Take the fingerprint of what a form shows of an event."""
        absent = {name for name in LATER_FIELDS if not getattr(details, name)}
        shown = details.model_dump_json(include=EDITED_TOGETHER[form] - absent)
        return cls(form=form, fingerprint=sha256(shown.encode()).hexdigest()[:16])
