"""Refuse commands that Discord would not register."""

import re
from collections import Counter
from collections.abc import Iterator

from playground.refusals import FormErrors, Payload

COMMAND_NAME = re.compile(r"^[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}$")
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
MOST_COMMANDS = 100
MOST_CHARACTERS = 8000  # names, descriptions and values of a command together


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
            if _size(command) > MOST_CHARACTERS:
                errors.add(
                    str(index),
                    "APPLICATION_COMMAND_TOO_LARGE",
                    f"Command exceeds maximum size ({MOST_CHARACTERS})",
                )
    errors.refuse()


def _names(option: Payload) -> Iterator[tuple[str, str]]:
    """Yield each name, after the path to it."""
    yield "name", option.get("name") or ""
    for locale, name in (option.get("name_localizations") or {}).items():
        yield f"name_localizations.{locale}", name


def _check_names_differ(errors: FormErrors, path: str, options: list[Payload]) -> None:
    """Note a name that two options have in one language."""
    counts = Counter(name for option in options for name in _names(option))
    for index, option in enumerate(options):
        for key, name in _names(option):
            if counts[key, name] > 1:
                errors.add(
                    f"{path}.{index}.{key}",
                    "APPLICATION_COMMAND_OPTIONS_NAME_NOT_UNIQUE",
                    "Option names must be unique",
                )


def _check_option(errors: FormErrors, path: str, option: Payload) -> None:
    for key, name in _names(option):
        if not COMMAND_NAME.match(name) or name != name.lower():
            errors.add(
                f"{path}.{key}", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"
            )
    errors.length(f"{path}.description", option.get("description"), 100, 1)
    for locale, text in (option.get("description_localizations") or {}).items():
        errors.length(f"{path}.description_localizations.{locale}", text, 100, 1)
    _check_choices(errors, path, option)
    _check_bounds(errors, path, option)
    options = option.get("options") or []
    errors.length(f"{path}.options", options, 25)
    _check_names_differ(errors, f"{path}.options", options)
    are_steps = {inner.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP) for inner in options}
    if len(are_steps) > 1:
        errors.add(
            f"{path}.options",
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types exclude all others",
        )
    for index, inner in enumerate(options):
        _check_option(errors, f"{path}.options.{index}", inner)
        if index and inner.get("required") and not options[index - 1].get("required"):
            errors.add(
                f"{path}.options.{index}",
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )


def _check_choices(errors: FormErrors, path: str, option: Payload) -> None:
    choices = option.get("choices") or []
    errors.length(f"{path}.choices", choices, 25)
    if choices and option.get("autocomplete"):
        errors.add(
            path,
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE_EXCLUSIVE",
            "Choices cannot be provided while autocomplete is enabled",
        )
    counts = Counter(choice.get("name") for choice in choices)
    values = Counter(choice.get("value") for choice in choices)
    for index, choice in enumerate(choices):
        errors.length(f"{path}.choices.{index}.name", choice.get("name"), 100, 1)
        if counts[choice.get("name")] > 1 or values[choice.get("value")] > 1:
            errors.add(
                f"{path}.choices.{index}",
                "APPLICATION_COMMAND_OPTIONS_CHOICE_DUPLICATE",
                "Choice names and values must be unique",
            )


def _check_bounds(errors: FormErrors, path: str, option: Payload) -> None:
    for key in ("value", "length"):
        least, most = option.get(f"min_{key}"), option.get(f"max_{key}")
        if least is not None and most is not None and least > most:
            errors.add(
                f"{path}.min_{key}",
                "APPLICATION_COMMAND_OPTION_BOUND_INVALID",
                f"The minimum {key} is above the maximum",
            )


def _size(option: Payload) -> int:
    """Count the characters of a command, with those of its options and choices."""
    own = [option.get("name"), option.get("description"), option.get("value")]
    inside = [*(option.get("options") or []), *(option.get("choices") or [])]
    return sum(len(t) for t in own if isinstance(t, str)) + sum(map(_size, inside))
