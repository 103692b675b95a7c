"""Whom a message about an event mentions; docs/decisions/0065-each-change-reaches-its-people.md."""

from collections.abc import Iterable, Sequence

from services.gateway.drawing.people import is_erased, seated
from shared.messages.invitations.events import (
    InvitationCancelled,
    InvitationCompleted,
    InvitationEdited,
    InvitationEvent,
)
from shared.messages.views import InvitationView


def mentioned(event: InvitationEvent, view: InvitationView) -> Sequence[str]:
    """Return the members whom the message about an edit or an end mentions."""
    if isinstance(event, InvitationEdited):
        return _with_hosts(event.user_ids, event.by_id, view) if event.is_news else []
    if isinstance(event, InvitationCancelled):
        return _with_hosts(event.user_ids, event.by_id, view)
    if isinstance(event, InvitationCompleted):
        return _with_hosts(seated(view), event.by_id, view)
    return []


def _with_hosts(user_ids: Iterable[str], by_id: str | None, view: InvitationView) -> list[str]:
    """Add the hosts and the staff member in charge, and leave out who made the change."""
    of_before = by_id is None  # an older service does not say who made it
    hosts = [] if of_before else [*view.hosts, view.staff_id]
    found = dict.fromkeys(each for each in [*user_ids, *hosts] if each and each != by_id)
    return [user_id for user_id in found if not is_erased(user_id)]
