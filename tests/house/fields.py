"""Says the type of a JSON Schema's field in a few words."""

from typing import Any


def type_of(field: dict[str, Any]) -> str:
    """Write a field's type as a cell of a table."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if name != "Message" else "the message"
    if "anyOf" in field:
        return " or ".join(type_of(choice) for choice in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {type_of(field['items'])}"
    if field.get("type") == "object":
        return f"map of {type_of(field['additionalProperties'])}"
    return _simple(field)


def _simple(field: dict[str, Any]) -> str:
    words = [field.get("format", field["type"])]
    if "pattern" in field:
        escaped = field["pattern"].replace("|", "\\|")
        words.append(f"`{escaped}`")
    for least, most in (("minLength", "maxLength"), ("minimum", "maximum")):
        if least in field and most in field:
            words.append(f"{field[least]}–{field[most]}")
        elif most in field:
            words.append(f"≤ {field[most]}")
        elif least in field:
            words.append(f"≥ {field[least]}")
    return " ".join(words)
