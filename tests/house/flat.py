"""Flattens the schemas of public events: a type is made of each, so each has a name of its own."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from services.invitations.feed.cloudevents import schema_id
from tests.house.contracts import GROWING

Json: TypeAlias = dict[str, Any]

REFERENCE = "#/components/schemas/{model}"
NAMES = {"status": "InvitationStatus"}  # Status is taken in browsers
LISTED = "More values may come: take one that you do not know as any other text."


class Components:
    """Schemas by their names: objects, closed lists of values, and choices."""

    def __init__(self) -> None:
        self.schemas: dict[str, Json] = {}

    def add(self, name: str, schema: Mapping[str, Any]) -> Json:
        """Add a schema and the values inside; return a reference. Raises if the name is taken."""
        for value, inner in schema.get("$defs", {}).items():
            self.add(value, inner)
        flat = {key: part for key, part in schema.items() if key not in ("$defs", "default")}
        if "properties" in flat:
            fields = flat["properties"].items()
            flat["properties"] = {key: self._field(key, field) for key, field in fields}
        named = {**flat, "$id": schema_id(name), "title": name}
        if self.schemas.setdefault(name, named) != named:
            raise ValueError(f"two schemas are called {name}")
        return reference(name)

    def _field(self, key: str, field: Json) -> Json:
        if "anyOf" in field:
            return self._choice(key, field)
        if "enum" in field and key in GROWING:
            values = field["enum"]
            rest = {name: part for name, part in field.items() if name != "enum"}
            return {**rest, "description": LISTED, "x-extensible-enum": values}
        if "enum" in field:
            return self.add(NAMES.get(key, _title(key)), field)
        if "items" in field:
            return {**field, "items": self._field(key, field["items"])}
        return field

    def _choice(self, key: str, field: Json) -> Json:
        """Write a value that may be null, or texts of several kinds, without alternatives."""
        rest = {name: part for name, part in field.items() if name != "anyOf"}
        choices = [each for each in field["anyOf"] if each.get("type") != "null"]
        is_nullable = len(choices) < len(field["anyOf"])
        if len(choices) > 1:
            patterns = [each.get("pattern") or _pattern(each["enum"]) for each in choices]
            return {**rest, "type": "string", "pattern": "|".join(patterns)}
        [only] = choices
        if "$ref" in only:
            return self.add(f"Nullable{_title(key)}", field) if is_nullable else only
        null = ["null"] if is_nullable else []
        flat = {**rest, **only, "type": [only["type"], *null]}
        if "enum" in only:
            flat["enum"] = [*only["enum"], *([None] if is_nullable else [])]
        return self._field(key, flat)


def reference(name: str) -> Json:
    """Return a reference to a schema."""
    return {"$ref": REFERENCE.format(model=name)}


def _title(key: str) -> str:
    return key.title().replace("_", "")


def _pattern(values: list[str]) -> str:
    return f"^(?:{'|'.join(values)})$"
