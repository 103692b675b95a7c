"""An edit of an invitation: what it changes, who must know, and what the audit log keeps of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from shared.messages.invitations.commands import EditInvitation
from shared.messages.invitations.details import Details
from shared.messages.invitations.editing import DROPPABLE, EDITED_TOGETHER, NEWS, Basis
from shared.refusal import Refused

MOST_NOTED = 100  # characters of a value in the audit log


@dataclass(frozen=True, slots=True)
class Edit:
    """What an event says before and after an edit."""

    before: Details
    after: Details

    @classmethod
    def of(cls, before: Details, command: EditInvitation) -> Self:
        """Apply changes; refuse them if the event has changed since the form was shown."""
        if command.based_on != Basis.of(before, command.based_on.form):
            raise Refused("changed_meanwhile")
        form = command.based_on.form
        edited = {name: getattr(command.changes, name) for name in EDITED_TOGETHER[form]}
        changes = {name: value for name, value in edited.items() if value is not None}
        for name in EDITED_TOGETHER[form].intersection(DROPPABLE):
            if getattr(command.changes, f"drops_{name}"):
                changes[name] = None
        return cls(before, before.model_copy(update=changes))

    @property
    def changed(self) -> list[str]:
        """Return the names of the fields that differ, in the order of the form."""
        fields = Details.model_fields
        return [name for name in fields if getattr(self.before, name) != getattr(self.after, name)]

    def entries(self) -> list[dict[str, str | list[str]]]:
        """Return what the audit log keeps: fields with their values, but no description.

        Each new or former co-host has an entry: an erasure finds an id only if it is a whole value.
        """
        was, now = set(self.before.co_host_ids), set(self.after.co_host_ids)
        found: list[dict[str, str | list[str]]] = []
        found += ({"named_co_host": each} for each in sorted(now - was))
        found += ({"removed_co_host": each} for each in sorted(was - now))
        fields = [name for name in self.changed if name != "co_host_ids"]
        if fields:
            before, after = (
                [_noted(name, getattr(details, name)) for name in fields]
                for details in (self.before, self.after)
            )
            found.append({"changed": fields, "before": before, "after": after})
        return found

    @property
    def is_news(self) -> bool:
        """Return whether everyone with a part in the event must know."""
        return not NEWS.isdisjoint(self.changed)


def _noted(name: str, value: object) -> str:
    # An erasure finds no words in any value.
    if name in ("description", "more_reminders") or value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    text = str(value)
    return text if len(text) <= MOST_NOTED else text[: MOST_NOTED - 1] + "…"
