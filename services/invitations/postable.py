"""What may be announced: the rules of an event's words and times. No I/O and no clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.messages.envelope import Frozen
from shared.messages.invitations.details import Details, mistakes_in
from shared.refusal import Refused

FARTHEST_YEARS = 2
FARTHEST = timedelta(days=366 * FARTHEST_YEARS)
# "now" must still hold for a host who looks at the draft, if clocks differ by twenty minutes.
LATE_START = timedelta(minutes=45)


def check_published(message: Frozen) -> None:
    """Refuse a text that must not be published, also from a message past the form."""
    for _, code in mistakes_in(dict(message)):
        raise Refused(code)


def check_co_hosts(host_id: str, co_host_ids: Sequence[str]) -> None:
    """Refuse the host among the co-hosts."""
    if host_id in co_host_ids:
        raise Refused("host_is_co_host")


def check_times(details: Details, now: datetime) -> None:
    """Refuse an event that is farther away than anybody plans."""
    if max(details.start_time, details.end_time) > now + FARTHEST:
        raise Refused("too_far_ahead", years=FARTHEST_YEARS)


def check_postable(details: Details, now: datetime) -> None:
    """Refuse a draft whose times have passed while it waited, or that is too far away."""
    if details.end_time <= now:
        raise Refused("end_in_past")
    if details.start_time < now - LATE_START:
        raise Refused("start_in_past")
    if details.cutoff_time is not None and details.cutoff_time <= now:
        raise Refused("cutoff_in_past")
    check_times(details, now)
