"""Refuse modals, choices, threads, commands and scheduled events that Discord refuses."""

import re
from collections import Counter

from playground.refusals import DiscordRefusal, FormErrors, Payload
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
COMMAND_NAME = re.compile(r"^[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}$")
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
MOST_COMMANDS = 100


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


def check_commands(commands: list[Payload]) -> None:
    """Refuse a set of commands Discord would not register."""
    errors = FormErrors()
    errors.length("_commands", commands, MOST_COMMANDS)
    names = Counter((c.get("name"), c.get("type") or 1) for c in commands)
    for index, command in enumerate(commands):
        if names[command.get("name"), command.get("type") or 1] > 1:
            errors.add(
                str(index),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        if (command.get("type") or 1) == 1:
            _check_option(errors, str(index), command)
    errors.refuse()


def _check_option(errors: FormErrors, path: str, option: Payload) -> None:
    names = {"name": option.get("name", "")}
    names |= {
        f"name_localizations.{locale}": name
        for locale, name in (option.get("name_localizations") or {}).items()
    }
    for key, name in names.items():
        if not COMMAND_NAME.match(name) or name != name.lower():
            errors.add(
                f"{path}.{key}",
                "APPLICATION_COMMAND_INVALID_NAME",
                "Command name is invalid",
            )
    errors.length(f"{path}.description", option.get("description"), 100, 1)
    for locale, text in (option.get("description_localizations") or {}).items():
        errors.length(f"{path}.description_localizations.{locale}", text, 100, 1)
    errors.length(f"{path}.choices", option.get("choices") or [], 25)
    options = option.get("options") or []
    errors.length(f"{path}.options", options, 25)
    for index, inner in enumerate(options):
        _check_option(errors, f"{path}.options.{index}", inner)
        if index and inner.get("required") and not options[index - 1].get("required"):
            errors.add(
                f"{path}.options.{index}",
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )


def check_scheduled_event(event: Payload, clock: Clock) -> None:
    """Refuse a scheduled event that is incomplete or begins in the past."""
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
    if start and start < clock.timestamp():
        errors.add(
            "scheduled_start_time",
            "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST",
            "Cannot schedule event in the past.",
        )
    errors.refuse()


def refuse_wrong_kind(callback_type: int, interaction_kind: int) -> DiscordRefusal:
    """Say that this kind of answer does not fit this kind of interaction."""
    errors = FormErrors()
    errors.add(
        "type",
        "INTERACTION_CALLBACK_TYPE_INVALID",
        f"Callback type {callback_type} does not answer interaction type {interaction_kind}.",
    )
    return DiscordRefusal(400, 50035, "Invalid Form Body", errors.tree)
