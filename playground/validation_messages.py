"""Refuse the bodies of messages that Discord refuses, with the same error trees."""

from collections import Counter
from typing import Any

from playground.refusals import DiscordRefusal, FormErrors, Payload

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, LABEL = 1, 2, 3, 4, 18
SELECTS = (3, 5, 6, 7, 8)
IS_COMPONENTS_V2 = 1 << 15
LINK_STYLE, PREMIUM_STYLE = 5, 6
MOST_ROWS = MOST_BUTTONS = 5
EMBED_TOTAL = 6000


def check_message(body: Payload, files: list[Payload], *, is_new: bool = True) -> None:
    """Refuse a message Discord would not take; 50035 with the tree of mistakes, or 50006."""
    errors = FormErrors()
    errors.length("content", body.get("content"), 2000)
    errors.length("nonce", str(body.get("nonce") or ""), 25)
    check_embeds(errors, body.get("embeds") or [])
    _check_mentions(errors, body.get("allowed_mentions") or {})
    components = body.get("components") or []
    is_v2 = bool((body.get("flags") or 0) & IS_COMPONENTS_V2)
    check_components(errors, components, is_v2=is_v2)
    if is_v2 and (body.get("content") or body.get("embeds")):
        errors.add(
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The 'content' and 'embeds' fields cannot be used when using "
            "MessageFlags.IS_COMPONENTS_V2",
        )
    errors.refuse()
    says = body.get("content") or body.get("embeds") or components or files or body.get("poll")
    if is_new and not (says or body.get("sticker_ids")):
        raise DiscordRefusal(400, 50006, "Cannot send an empty message")


def _check_mentions(errors: FormErrors, allowed: Payload) -> None:
    """Note who is named although all of the kind are allowed."""
    for kind in ("users", "roles"):
        if allowed.get(kind) and kind in (allowed.get("parse") or []):
            errors.add(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )


def check_embeds(errors: FormErrors, embeds: list[Payload]) -> None:
    """Note embeds that are too many, too long, or incomplete."""
    errors.length("embeds", embeds, 10)
    for index, embed in enumerate(embeds):
        _check_embed(errors, f"embeds.{index}", embed)
    if sum(map(_embed_size, embeds)) > EMBED_TOTAL:
        errors.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            f"Embed size exceeds maximum size of {EMBED_TOTAL}",
        )


def _check_embed(errors: FormErrors, path: str, embed: Payload) -> None:
    errors.length(f"{path}.title", embed.get("title"), 256)
    errors.length(f"{path}.description", embed.get("description"), 4096)
    errors.length(f"{path}.footer.text", (embed.get("footer") or {}).get("text"), 2048)
    errors.length(f"{path}.author.name", (embed.get("author") or {}).get("name"), 256)
    fields = embed.get("fields") or []
    errors.length(f"{path}.fields", fields, 25)
    for index, field in enumerate(fields):
        errors.length(f"{path}.fields.{index}.name", field.get("name", "").strip(), 256, 1)
        errors.length(f"{path}.fields.{index}.value", field.get("value", "").strip(), 1024, 1)


def _embed_size(embed: Payload) -> int:
    fields = embed.get("fields") or []
    texts = [
        embed.get("title"),
        embed.get("description"),
        (embed.get("footer") or {}).get("text"),
        (embed.get("author") or {}).get("name"),
        *(field.get(key) for field in fields for key in ("name", "value")),
    ]
    return sum(len(text) for text in texts if text)


def check_components(errors: FormErrors, components: list[Payload], *, is_v2: bool) -> None:
    """Note rows and components that Discord would refuse."""
    if not is_v2:
        if len(components) > MOST_ROWS:
            errors.length("components", components, MOST_ROWS)
        for index, component in enumerate(components):
            if component.get("type") != ROW:
                errors.add(
                    f"components.{index}.type",
                    "UNION_TYPE_CHOICES",
                    f'Value of field "type" must be one of ({ROW},).',
                )
    check_custom_ids(errors, components)
    for path, component in walk(components, "components"):
        _check_component(errors, path, component)


def check_custom_ids(errors: FormErrors, components: list[Payload]) -> None:
    """Note custom ids that appear twice, are missing, or are too long."""
    found = list(walk(components, "components"))
    counts = Counter(c["custom_id"] for _, c in found if c.get("custom_id"))
    for path, component in found:
        custom_id = component.get("custom_id")
        if custom_id and counts[custom_id] > 1:
            errors.add(
                f"{path}.custom_id",
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        is_link = component.get("style") in (LINK_STYLE, PREMIUM_STYLE)
        takes_id = component.get("type") in (BUTTON, TEXT_INPUT, *SELECTS)
        is_needed = takes_id and not (component.get("type") == BUTTON and is_link)
        errors.length(f"{path}.custom_id", custom_id, 100, 1 if is_needed else 0)


def _check_component(errors: FormErrors, path: str, component: Payload) -> None:
    kind = component.get("type")
    if kind == ROW:
        _check_row(errors, path, component)
    elif kind == BUTTON:
        _check_button(errors, path, component)
    elif kind in SELECTS:
        check_select(errors, path, component)


def _check_row(errors: FormErrors, path: str, row: Payload) -> None:
    inside = row.get("components") or []
    errors.length(f"{path}.components", inside, MOST_BUTTONS, 1)
    if len(inside) > 1 and any(c.get("type") != BUTTON for c in inside):
        errors.add(
            f"{path}.components",
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        )


def _check_button(errors: FormErrors, path: str, button: Payload) -> None:
    errors.length(f"{path}.label", button.get("label"), 80)
    is_link = button.get("style") == LINK_STYLE
    if button.get("custom_id") and (is_link or button.get("url")):
        errors.add(
            path,
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
            "A custom id and url cannot both be specified",
        )
    if is_link:
        errors.length(f"{path}.url", button.get("url"), 512, 1)
    elif not (button.get("label") or button.get("emoji") or button.get("style") == PREMIUM_STYLE):
        errors.add(
            path,
            "BUTTON_COMPONENT_INVALID_CONTENT",
            "A button must have a label or an emoji",
        )


def check_select(errors: FormErrors, path: str, select: Payload) -> None:
    """Note a select whose options Discord would refuse."""
    errors.length(f"{path}.placeholder", select.get("placeholder"), 150)
    if select.get("type") != STRING_SELECT:
        most = select.get("max_values") or 1
        errors.length(f"{path}.default_values", select.get("default_values"), most)
        return
    options = select.get("options") or []
    errors.length(f"{path}.options", options, 25, 1)
    values = Counter(option.get("value") for option in options)
    for index, option in enumerate(options):
        errors.length(f"{path}.options.{index}.label", option.get("label"), 100, 1)
        errors.length(f"{path}.options.{index}.value", option.get("value"), 100, 1)
        errors.length(f"{path}.options.{index}.description", option.get("description"), 100)
        if values[option.get("value")] > 1:
            errors.add(
                f"{path}.options.{index}.value",
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )


def walk(components: list[Payload], path: str) -> list[tuple[str, Payload]]:
    """List every component at any depth with its path."""
    found: list[tuple[str, Payload]] = []
    for index, component in enumerate(components):
        here = f"{path}.{index}"
        found.append((here, component))
        found += walk(component.get("components") or [], f"{here}.components")
        for key in ("component", "accessory"):
            inside: Any = component.get(key)
            if inside:
                found.append((f"{here}.{key}", inside))
    return found
