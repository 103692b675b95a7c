"""Contracts as JSON Schemas, those of the code and those that are stored, and what may change."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel

from services.invitations.feed.cloudevents import CONTRACT_VERSION
from services.invitations.http.queries import PUBLIC_EVENTS
from shared.messages import views
from shared.messages.envelope import Envelope, Message
from shared.messages.registry import REGISTRY
from tests.house.growth import shrunk, widened
from tests.house.tree import PROJECT

Schema: TypeAlias = Mapping[str, Any]
Schemas: TypeAlias = Mapping[str, Schema]

FOLDER = PROJECT / "contracts"
WORDS = ("title", "description")
GROWING = ("tag", "instance_type", "kind")
"""Fields of public events whose values are no closed list for readers outside."""

PUBLIC: dict[str, type[Message]] = {name: REGISTRY[name] for name in sorted(PUBLIC_EVENTS)}
READ_OUTSIDE = {"Envelope", *PUBLIC}

VIEWS: dict[str, type[BaseModel]] = {
    f"views.{name}": found
    for name, found in vars(views).items()
    if isinstance(found, type) and found.__module__ == views.__name__
}
CONTRACTS: dict[str, type[BaseModel]] = {"Envelope": Envelope, **REGISTRY, **VIEWS}


@cache
def schemas() -> dict[str, dict[str, Any]]:
    """Give the JSON Schema of everything that crosses from one service to another, by name."""
    return {name: contract.model_json_schema() for name, contract in CONTRACTS.items()}


def stored() -> dict[str, dict[str, Any]]:
    """Read the schemas that the last release wrote, by name."""
    return {path.stem: json.loads(path.read_text()) for path in FOLDER.glob("*.json")}


def breaks() -> list[str]:
    """Return what a process of the last release would miss, and a reader of public events."""
    now, before = schemas(), stored()
    return [
        *(
            f"{name}{complaint}"
            for name, schema in before.items()
            for complaint in complaints(name, schema, now.get(name))
        ),
        *unversioned(before, now),
    ]


def complaints(name: str, before: Schema, now: Schema | None) -> list[str]:
    """Return how a contract has changed otherwise than it may."""
    if now is None:
        return [": is gone"]
    found = shrunk(before, now)
    if name in READ_OUTSIDE:
        yesterday = widened(_with_open_lists(before), _with_open_lists(now))
        found += [f"{each}, for a reader of the last release" for each in yesterday]
    return found


def unversioned(before: Schemas, now: Schemas) -> list[str]:
    """Return that public events have changed under the version that the stored ones have."""
    document = json.loads((PROJECT / "docs" / "asyncapi.json").read_text())
    changed = [
        name
        for name in sorted(READ_OUTSIDE)
        if _without_words(before.get(name)) != _without_words(now[name])
    ]
    if not changed or document["info"]["version"] != CONTRACT_VERSION:
        return []
    return [f"{', '.join(changed)}: CONTRACT_VERSION in cloudevents.py must grow"]


def _with_open_lists(part: Any) -> Any:
    """Return a schema in which the values of a growing list are any."""
    if isinstance(part, list):
        return [_with_open_lists(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    return {
        key: {name: each for name, each in inner.items() if name != "enum"}
        if key in GROWING and isinstance(inner, Mapping)
        else _with_open_lists(inner)
        for key, inner in part.items()
    }


def _without_words(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_words(each) for each in part]
    if not isinstance(part, Mapping):
        return part
    return {
        key: _without_words(inner)
        for key, inner in part.items()
        if key not in WORDS or isinstance(inner, Mapping)  # a field may be called so
    }


def write() -> None:
    """Store the schemas of the code."""
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        text = json.dumps(schema, ensure_ascii=False, indent=2)
        (FOLDER / f"{name}.json").write_text(f"{text}\n")
