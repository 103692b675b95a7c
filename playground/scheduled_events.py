"""What becomes of scheduled events: begun and ended by the clock, or by who may change them."""

from datetime import datetime

from playground.refusals import DiscordRefusal, FormErrors, Payload
from playground.snowflakes import Clock
from playground.validation_forms import check_scheduled_event

SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
EXTERNAL = 3
FINISHED_EVENT = 180000
NEXT = {SCHEDULED: {ACTIVE, CANCELED}, ACTIVE: {COMPLETED}}


def follow_clock(event: Payload, clock: Clock) -> None:
    """Begin and end an external event at its times, as Discord does."""
    if event["entity_type"] != EXTERNAL:
        return
    if event["status"] == SCHEDULED and _at(event["scheduled_start_time"]) <= clock.now():
        event["status"] = ACTIVE
    if event["status"] == ACTIVE and _at(event["scheduled_end_time"]) <= clock.now():
        event["status"] = COMPLETED


def is_listed(event: Payload) -> bool:
    """Tell whether an event is still to be seen."""
    return event["status"] in NEXT


def check_change(event: Payload, change: Payload, clock: Clock) -> None:
    """Refuse a change of what is over, of the status against its order, and to what is wrong."""
    if not is_listed(event):
        raise DiscordRefusal(400, FINISHED_EVENT, "Cannot update a finished event")
    status = change.get("status", event["status"])
    if status != event["status"] and status not in NEXT[event["status"]]:
        errors = FormErrors()
        errors.add("status", "GUILD_SCHEDULED_EVENT_STATUS_INVALID", "Invalid status transition.")
        errors.refuse()
    if "scheduled_start_time" in change or event["status"] == SCHEDULED:
        check_scheduled_event(event | change, clock)


def _at(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
