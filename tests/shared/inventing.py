"""Invents what a message's contract allows, from its JSON Schema, for hypothesis."""

import contextlib
import json
import math
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from uuid import uuid4

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from shared.messages.envelope import Message
from shared.messages.registry import Unreadable, read

Invented: TypeAlias = st.SearchStrategy[Any]
Schema: TypeAlias = Mapping[str, Any]

FEW = 3
IDS = ["1001", "900", "901", "42", "5001", "0", "9" * 20]
MOMENTS = [
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z"),
    *("1969-12-31T23:59:59Z", "2026-11-23T20:00:00+09:00", "2026-11-23T11:00:00.000001Z"),
]
EASY_TEXTS = ["夜の会", "a", "1", "'--", "%s {} \\", "@everyone", "𠮷\n\n", "x'); DROP TABLE inbox"]
HARD_TEXTS = ["", "\x00", "a\x07b", "\u3164", "\ufb2c", "😀" * 50]
PATTERNS = {
    "^[0-9]{1,20}$": st.sampled_from(IDS),
    "^[A-Z][A-Za-z0-9_+/-]{1,49}$": st.sampled_from(["Asia/Tokyo", "America/New_York", "Nowhere"]),
    "^[0-9a-f]{64}$": st.builds(secrets.token_hex),  # a secret that two have is none
}
FORMATS: Mapping[str, Callable[[], Invented]] = {
    "uuid": lambda: st.builds(lambda: str(uuid4())),
    "date-time": lambda: st.sampled_from(MOMENTS),
    "date": lambda: st.dates().map(str),
}
JUNK = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([[]]) | st.just({})


def bodies(message: type[Message]) -> Invented:
    """Invent bodies of a message: most can be read, since only few texts are hard."""
    schema = message.model_json_schema()
    return _value(schema, schema.get("$defs", {}))


def spoiled(message: type[Message]) -> Invented:
    """Invent bodies of which one field at the top is of a kind that nobody expects."""
    fields = st.sampled_from([*message.model_fields, "added"])
    return st.builds(lambda body, field, junk: {**body, field: junk}, bodies(message), fields, JUNK)


def commands(kind: type[Message]) -> list[Message]:
    """Give some messages of a kind that can be read; the same ones each time."""
    found: list[Message] = []

    @seed(1)
    @given(bodies(kind))
    @settings(
        max_examples=6,
        phases=(Phase.generate,),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def collect(body: Any) -> None:
        fields = {"id": str(uuid4()), "correlation_id": str(uuid4()), "name": kind.wire_name()}
        with contextlib.suppress(Unreadable):
            found.append(read(json.dumps({**fields, "body": body})).body)

    collect()
    return found


def _value(schema: Schema, known: Schema) -> Invented:
    if "$ref" in schema:
        return _value(known[schema["$ref"].rpartition("/")[2]], known)
    if "anyOf" in schema:
        return st.one_of([_value(each, known) for each in schema["anyOf"]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else schema["enum"])
    kinds: Mapping[str, Callable[[], Invented]] = {
        "string": lambda: _text(schema),
        "integer": lambda: _integer(schema),
        "boolean": st.booleans,
        "null": st.none,
        "array": lambda: st.lists(_value(schema["items"], known), max_size=FEW),
        "object": lambda: _object(schema, known),
    }
    return kinds[schema["type"]]()


def _text(schema: Schema) -> Invented:
    if "format" in schema:
        return FORMATS[schema["format"]]()
    if "pattern" in schema:
        pattern = schema["pattern"]
        return PATTERNS[pattern] if pattern in PATTERNS else st.from_regex(pattern, fullmatch=True)
    most = schema.get("maxLength", 4000)
    # Few are hard, or a message of many texts would hardly ever be readable.
    return st.sampled_from([*EASY_TEXTS, "字" * most, *EASY_TEXTS]) | st.sampled_from(
        [*EASY_TEXTS * 4, *HARD_TEXTS, "字" * (most + 1)]
    )


def _integer(schema: Schema) -> Invented:
    least, most = schema.get("minimum", -(2**63)), schema.get("maximum", math.inf)
    return st.integers(least, None if most == math.inf else most)


def _object(schema: Schema, known: Schema) -> Invented:
    if "properties" not in schema:
        names, values = st.text(max_size=5), schema.get("additionalProperties")
        return st.dictionaries(names, _value(values, known) if values else JUNK, max_size=FEW)
    fields = {name: _value(each, known) for name, each in schema["properties"].items()}
    needed = {name: fields.pop(name) for name in schema.get("required", [])}
    return st.fixed_dictionaries(needed, optional=fields)
