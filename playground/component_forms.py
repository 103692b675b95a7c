"""Buttons, selects and modals in a person's client: find, check, build the request."""

from typing import Any

from playground.choosing import Chooser
from playground.refusals import ClientRefusal, Payload
from playground.validation_messages import (
    BUTTON,
    LABEL,
    LINK_STYLE,
    ROW,
    SELECTS,
    STRING_SELECT,
    TEXT_INPUT,
    walk,
)

MODAL_TEXT, FILE_UPLOAD = 10, 19
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
KINDS = {
    USER_SELECT: ["user"],
    ROLE_SELECT: ["role"],
    MENTIONABLE_SELECT: ["user", "role"],
    CHANNEL_SELECT: ["channel"],
}


def find_component(message: Payload, custom_id: str | None, label: str | None) -> Payload:
    """Find what a person presses, by its id or by what is written on it."""
    components = [component for _, component in walk(message["components"], "")]
    pressable = [c for c in components if c["type"] in (BUTTON, *SELECTS)]
    for component in pressable:
        is_it = component.get("custom_id") == custom_id if custom_id else False
        if is_it or (label is not None and component.get("label") == label):
            return _enabled(component)
    there = [(c.get("label"), c.get("custom_id")) for c in pressable]
    text = f"The message has nothing called {custom_id or label!r} to press; it has {there}."
    raise ClientRefusal(text)


def _enabled(component: Payload) -> Payload:
    name = component.get("label") or component.get("custom_id")
    if component.get("disabled"):
        text = f"{name!r} is disabled."
        raise ClientRefusal(text)
    if component.get("style") == LINK_STYLE:
        text = f"{name!r} is a link and tells the bot nothing."
        raise ClientRefusal(text)
    return component


def pressed(component: Payload, values: list[str], chooser: Chooser) -> Payload:
    """Build the interaction's data of a press or a selection."""
    data = {
        "custom_id": component["custom_id"],
        "component_type": component["type"],
        "id": component["id"],
    }
    if component["type"] != BUTTON:
        data["values"] = check_values(component, values, chooser)
        data["resolved"] = chooser.resolved
    return data


def check_values(select: Payload, values: list[str], chooser: Chooser) -> list[str]:
    """Refuse a selection the client would not allow; resolve what ids stand for."""
    name = select["custom_id"]
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not least <= len(values) <= most:
        text = f"{name!r} takes {least} to {most} values, not {len(values)}."
        raise ClientRefusal(text)
    if select["type"] == STRING_SELECT:
        offered = {option["value"] for option in select["options"]}
        for value in values:
            if value not in offered:
                text = f"{value!r} is not among the options of {name!r}: {sorted(offered)}."
                raise ClientRefusal(text)
        return values
    for value in values:
        chooser.resolve(KINDS[select["type"]], value, select.get("channel_types") or [])
    return values


def modal_inputs(modal: Payload) -> dict[str, Payload]:
    """Map the custom id of every input of a modal to the input."""
    components = [component for _, component in walk(modal["components"], "")]
    return {c["custom_id"]: c for c in components if "custom_id" in c}


def filled_in(modal: Payload, values: dict[str, Any], chooser: Chooser) -> Payload:
    """Check a modal like the client, and build the interaction's data of its submission."""
    inputs = modal_inputs(modal)
    for custom_id in values:
        if custom_id not in inputs:
            text = f"The modal has no input {custom_id!r}; it has: {', '.join(inputs)}."
            raise ClientRefusal(text)
    components = [_filled(component, values, chooser) for component in modal["components"]]
    data = {"custom_id": modal["custom_id"], "components": components}
    return data | {"resolved": chooser.resolved}


def _filled(component: Payload, values: dict[str, Any], chooser: Chooser) -> Payload:
    kind = component["type"]
    filled = {"type": kind, "id": component.get("id", 1)}
    if kind == ROW:
        inside = [_filled(c, values, chooser) for c in component["components"]]
        return filled | {"components": inside}
    if kind == LABEL:
        return filled | {"component": _filled(component["component"], values, chooser)}
    if kind == MODAL_TEXT:
        return filled
    filled["custom_id"] = component["custom_id"]
    value = values.get(component["custom_id"])
    if kind == FILE_UPLOAD:
        return filled | {"values": _uploaded(component, value or [], chooser)}
    if kind == TEXT_INPUT:
        return filled | {"value": _typed(component, value)}
    if value is None:
        value = already_chosen(component)
    chosen = [value] if isinstance(value, str) else list(value)
    return filled | {"values": _selected(component, chosen, chooser)}


def _uploaded(field: Payload, files: list[Payload], chooser: Chooser) -> list[str]:
    least = field.get("min_values", 1) if field.get("required", True) else 0
    most = field.get("max_values", 1)
    if not least <= len(files) <= most:
        text = f"{field['custom_id']!r} takes {least} to {most} files, not {len(files)}."
        raise ClientRefusal(text)
    return [chooser.upload(file) for file in files]


def _typed(field: Payload, value: Any) -> str:  # noqa: ANN401 - refused unless it is text
    typed = field.get("value") or "" if value is None else value
    name = field["custom_id"]
    if not isinstance(typed, str):
        text = f"{name!r} must be text."
        raise ClientRefusal(text)
    if field.get("required", True) and not typed.strip():
        text = f"{name!r} is required."
        raise ClientRefusal(text)
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if typed and not least <= len(typed) <= most:
        text = f"{name!r} must have {least} to {most} characters, not {len(typed)}."
        raise ClientRefusal(text)
    return typed


def _selected(select: Payload, chosen: list[str], chooser: Chooser) -> list[str]:
    if select["type"] not in SELECTS:
        return chosen
    if not chosen and not select.get("required", True):
        return chosen
    return check_values({"min_values": 1, "max_values": 1} | select, chosen, chooser)


def already_chosen(select: Payload) -> list[str]:
    """Give what a select shows as chosen before anybody chooses."""
    if select["type"] not in SELECTS:
        return []
    if select["type"] == STRING_SELECT:
        return [option["value"] for option in select["options"] if option.get("default")]
    return [str(default["id"]) for default in select.get("default_values") or []]
