"""Says how large what a contract describes can be, and which of its fields have no maximum."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]

FORMATS = {"uuid": 36, "date-time": 40, "date": 10}
ENDLESS = re.compile(r"(?<!\\)[*+]|\{\d+,\}")
LONGEST_ESCAPE = 6  # bytes that one character takes as JSON
NUMBER = 24


def unbounded(schema: Schema) -> list[str]:
    """Name the texts, lists and maps without a maximum."""
    return sorted(set(_unbounded(schema, schema, "")))


def most_bytes(schema: Schema) -> int:
    """Return an upper bound of the JSON that fits a schema; its fields must have maxima."""
    return _most(schema, schema)


def _resolved(schema: Schema, document: Schema) -> Schema:
    while "$ref" in schema:
        schema = document["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _unbounded(schema: Schema, document: Schema, path: str) -> Iterator[str]:
    schema = _resolved(schema, document)
    for branch in schema.get("anyOf", []):
        yield from _unbounded(branch, document, path)
    for name, part in schema.get("properties", {}).items():
        yield from _unbounded(part, document, f"{path}.{name}")
    if schema.get("type") == "string" and _longest(schema) is None:
        yield path
    if schema.get("type") == "array":
        if "maxItems" not in schema:
            yield path
        yield from _unbounded(schema["items"], document, f"{path}.*")
    if isinstance(values := schema.get("additionalProperties"), dict):
        if "maxProperties" not in schema or "propertyNames" not in schema:
            yield path
        yield from _unbounded(values, document, f"{path}.*")


def _longest(schema: Schema) -> int | None:
    """Return how many characters a text has at most; None if nothing says so."""
    if "const" in schema or "enum" in schema:
        return max(map(len, schema.get("enum", [schema.get("const")])))
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    if "maxLength" in schema:
        return int(schema["maxLength"])
    pattern = schema.get("pattern", "*")
    if not (pattern.startswith("^") and pattern.endswith("$")) or ENDLESS.search(pattern):
        return None
    # No more than each piece as often as it may be repeated.
    repeated = sum(int(most) for most in re.findall(r"\{(?:\d+,)?(\d+)\}", pattern))
    return repeated + len(pattern)


def _most(schema: Schema, document: Schema) -> int:
    schema = _resolved(schema, document)
    if "anyOf" in schema:
        return max(_most(branch, document) for branch in schema["anyOf"])
    kind = schema.get("type")
    if kind == "string" or "const" in schema or "enum" in schema:
        # What has a pattern is ASCII that nothing escapes.
        wide = 1 if "pattern" in schema or "format" in schema else LONGEST_ESCAPE
        return (_longest(schema) or 0) * wide + 2
    if kind == "array":
        return int(schema["maxItems"] * (_most(schema["items"], document) + 1) + 2)
    if isinstance(values := schema.get("additionalProperties"), dict):
        name = _most({"type": "string", **schema["propertyNames"]}, document)
        return int(schema["maxProperties"] * (name + _most(values, document) + 2) + 2)
    if kind == "object":
        parts = schema.get("properties", {})
        return sum(len(name) + 4 + _most(part, document) for name, part in parts.items()) + 2
    return NUMBER
