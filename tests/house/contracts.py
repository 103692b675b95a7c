"""The contracts between services as JSON Schemas: those of the code, and those that are stored."""

import json
from functools import cache
from typing import Any

from pydantic import BaseModel

from services.invitations.http.queries import PUBLIC_EVENTS
from shared.messages import views
from shared.messages.envelope import Envelope, Message
from shared.messages.registry import REGISTRY
from tests.house.growth import shrunk
from tests.house.tree import PROJECT

FOLDER = PROJECT / "contracts"

GROWING = ("tag", "instance_type", "kind")
"""Fields of public events whose values are no closed list for readers outside."""

PUBLIC: dict[str, type[Message]] = {name: REGISTRY[name] for name in sorted(PUBLIC_EVENTS)}

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
    """Return what a process of the last release would miss; growth is left out."""
    now = schemas()
    return [
        f"{name}{complaint}"
        for name, before in stored().items()
        for complaint in (shrunk(before, now[name]) if name in now else [": is gone"])
    ]


def write() -> None:
    """Store the schemas of the code."""
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        text = json.dumps(schema, ensure_ascii=False, indent=2)
        (FOLDER / f"{name}.json").write_text(f"{text}\n")
