"""Refuse modals, choices, threads and scheduled events that Discord refuses."""

from datetime import UTC, datetime

from playground.refusals import DiscordRefusal, FormErrors, Payload, invalid_form
from playground.snowflakes import Clock
from playground.validation_messages import (
    LABEL,
    ROW,
    SELECTS,
    TEXT_INPUT,
    check_custom_ids,
    check_select,
    walk,
)

MODAL_TEXT = 10


def check_modal(modal: Payload) -> None:
    """Refuse a modal Discord would not show."""
    errors = FormErrors()
    errors.length("data.title", modal.get("title"), 45, 1)
    errors.length("data.custom_id", modal.get("custom_id"), 100, 1)
    components = modal.get("components") or []
    errors.length("data.components", components, 5, 1)
    check_custom_ids(errors, components)
    for path, component in walk(components, "data.components"):
        _check_modal_component(errors, path, component)
    errors.refuse()


def _check_modal_component(errors: FormErrors, path: str, component: Payload) -> None:
    kind = component.get("type")
    if kind == LABEL:
        errors.length(f"{path}.label", component.get("label"), 45, 1)
        errors.length(f"{path}.description", component.get("description"), 100)
    elif kind == TEXT_INPUT:
        errors.length(f"{path}.label", component.get("label"), 45)
        errors.length(f"{path}.placeholder", component.get("placeholder"), 100)
        errors.length(f"{path}.value", component.get("value"), component.get("max_length") or 4000)
    elif kind in SELECTS:
        check_select(errors, path, component)
    elif kind not in (ROW, MODAL_TEXT, 19, 21, 22, 23):
        errors.add(f"{path}.type", "UNION_TYPE_CHOICES", "This component cannot be in a modal.")


def check_choices(choices: list[Payload]) -> None:
    """Refuse an answer to autocomplete that Discord would not show."""
    errors = FormErrors()
    errors.length("data.choices", choices, 25)
    for index, choice in enumerate(choices):
        errors.length(f"data.choices.{index}.name", choice.get("name"), 100, 1)
        if isinstance(choice.get("value"), str):
            errors.length(f"data.choices.{index}.value", choice["value"], 100, 1)
    errors.refuse()


def check_thread(body: Payload) -> None:
    """Refuse a thread's name or archive duration."""
    errors = FormErrors()
    if "name" in body:
        errors.length("name", (body["name"] or "").strip(), 100, 1)
    if body.get("auto_archive_duration") not in (None, 60, 1440, 4320, 10080):
        errors.add(
            "auto_archive_duration",
            "BASE_TYPE_CHOICES",
            "Value must be one of (60, 1440, 4320, 10080).",
        )
    errors.refuse()


def check_scheduled_event(event: Payload, clock: Clock) -> None:
    """Refuse a scheduled event that is incomplete, begins in the past or ends before it begins."""
    errors = FormErrors()
    errors.length("name", event.get("name"), 100, 1)
    errors.length("description", event.get("description"), 1000)
    external = 3
    if event.get("entity_type") == external:
        errors.length("scheduled_end_time", event.get("scheduled_end_time"), 100, 1)
        location = (event.get("entity_metadata") or {}).get("location")
        errors.length("entity_metadata.location", location, 100, 1)
    start = event.get("scheduled_start_time")
    errors.length("scheduled_start_time", start, 100, 1)
    if start and _moment(start).timestamp() < clock.now():
        errors.add(
            "scheduled_start_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
            "Cannot schedule event in the past.",
        )
    end = event.get("scheduled_end_time")
    if start and end and _moment(end) <= _moment(start):
        errors.add(
            "scheduled_end_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_END_BEFORE_START",
            "Cannot schedule event to end before starting.",
        )
    errors.refuse()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise invalid_form() from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def refuse_wrong_kind(callback_type: int, interaction_kind: int) -> DiscordRefusal:
    """Say that this kind of answer does not fit this kind of interaction."""
    errors = FormErrors()
    errors.add(
        "type",
        "INTERACTION_CALLBACK_TYPE_INVALID",
        f"Callback type {callback_type} does not answer interaction type {interaction_kind}.",
    )
    return DiscordRefusal(400, 50035, "Invalid Form Body", errors.tree)
