"""Judges a change of a contract: whether readers of one side take what the other side writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

_UPPER_BOUNDS = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
_LOWER_BOUNDS = ("minLength", "minimum", "exclusiveMinimum", "minItems")
_EXACT = ("type", "pattern", "format")
_PARTS = ("properties", "items", "additionalProperties", "propertyNames", "anyOf", "$ref", "$defs")
_WORDS = ("title", "description", "default", "deprecated")
LONGEST = 10**9
JUDGED = {*_UPPER_BOUNDS, *_LOWER_BOUNDS, *_EXACT, *_PARTS, *_WORDS, "enum", "const", "required"}
"""Every keyword this file has an opinion on; one that is not here must be taught to it first."""


@dataclass(frozen=True)
class Place:
    """A schema, the document its references point into, and the path of field names to it.

    `skips_new` if a field that only the other side has is no matter.
    """

    schema: Schema
    document: Schema
    path: str = ""
    skips_new: bool = False

    def resolved(self) -> "Place":
        """Follow a reference to what it names."""
        reference = self.schema.get("$ref")
        if reference is None:
            return self
        return self.at(self.document["$defs"][reference.rpartition("/")[2]], "").resolved()

    def at(self, schema: Schema, name: str) -> "Place":
        """Go on to a part of this place."""
        return replace(self, schema=schema, path=f"{self.path}.{name}" if name else self.path)

    def branches(self) -> "list[Place]":
        """List the alternatives; one, where there is no choice."""
        return [self.at(branch, "").resolved() for branch in self.schema.get("anyOf", [])] or [self]


def shrunk(old: Schema, new: Schema) -> list[str]:
    """Tell in which places a new schema refuses or drops what an old one took; none is growth."""
    return list(_shrunk(Place(old, old), Place(new, new)))


def widened(old: Schema, new: Schema) -> list[str]:
    """Tell in which places a new schema allows what a reader of the old one refuses or misses.

    New fields are left out: readers ignore those that they do not know.
    """
    return list(_shrunk(Place(new, new), Place(old, old, skips_new=True)))


def _shrunk(old: Place, new: Place) -> Iterator[str]:
    old, new = old.resolved(), new.resolved()
    if "anyOf" not in old.schema and "anyOf" not in new.schema:
        yield from _one(old, new)
        return
    for branch in old.branches():
        choices = [list(_shrunk(branch, choice)) for choice in new.branches()]
        if all(choices):
            yield min(choices, key=len)[0]


def _one(old: Place, new: Place) -> Iterator[str]:
    path = new.path or "."
    if _has_room(old.schema, new.schema):
        return
    for keyword in _EXACT:
        if new.schema.get(keyword) not in (None, old.schema.get(keyword)):
            yield f"{path}: must be of {keyword} {new.schema[keyword]}"
    for keywords, sign in ((_UPPER_BOUNDS, 1), (_LOWER_BOUNDS, -1)):
        for keyword in keywords:
            if _is_tighter(old.schema.get(keyword), new.schema.get(keyword), sign):
                yield f"{path}: must be within {keyword} {new.schema[keyword]}"
    if lost := _lost_values(old.schema, new.schema):
        yield f"{path}: must not be {lost}"
    yield from _fields(old, new)
    yield from _members(old, new)


def _fields(old: Place, new: Place) -> Iterator[str]:
    before, after = old.schema.get("properties", {}), new.schema.get("properties", {})
    for name in before:
        if name in after:
            yield from _shrunk(old.at(before[name], name), new.at(after[name], name))
        elif not new.skips_new:
            yield f"{new.path}.{name}: is gone"
    for name in set(new.schema.get("required", [])) - set(old.schema.get("required", [])):
        yield f"{new.path}.{name}: must be there"


def _members(old: Place, new: Place) -> Iterator[str]:
    for keyword in ("items", "additionalProperties", "propertyNames"):
        before, after = old.schema.get(keyword, True), new.schema.get(keyword, True)
        if after is False and before is not False:
            yield f"{new.path or '.'}: {keyword} are no longer taken"
        elif isinstance(after, Mapping):
            taken = before if isinstance(before, Mapping) else {}
            yield from _shrunk(old.at(taken, "*"), new.at(after, "*"))


def _has_room(old: Schema, new: Schema) -> bool:
    """Return whether a closed list of texts has become a text of any words that long."""
    before = old.get("enum")
    if not before or new.get("type") != "string" or {"enum", "const", "pattern"} & new.keys():
        return False
    return max(map(len, before)) <= new.get("maxLength", LONGEST)


def _is_tighter(old: float | None, new: float | None, sign: int) -> bool:
    return new is not None and (old is None or sign * new < sign * old)


def _lost_values(old: Schema, new: Schema) -> str:
    """Name the values that were taken; a schema without a closed list took any."""
    before, after = _values(old), _values(new)
    if after is None:
        return ""
    return "any other value" if before is None else ", ".join(sorted(before - after))


def _values(schema: Schema) -> set[str] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if values is None else {repr(value) for value in values}


def keywords(schema: Any) -> set[str]:
    """Collect every keyword of a schema, so that a test finds one that nobody judges."""
    found: set[str] = set()
    if isinstance(schema, Mapping):
        found |= set(schema)
        for name in ("properties", "$defs"):
            for part in schema.get(name, {}).values():
                found |= keywords(part)
        for part in map(schema.get, ("items", "additionalProperties", "propertyNames")):
            found |= keywords(part)
        for part in schema.get("anyOf", []):
            found |= keywords(part)
    return found
