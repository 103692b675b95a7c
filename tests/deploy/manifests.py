"""The Kubernetes manifests as a test reads them: as written, and as kustomize builds them."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.local.instance import PROJECT

FOLDER = PROJECT / "deploy" / "kubernetes"
INSTALLATIONS = [FOLDER / "base", FOLDER / "production"]


def documents(path: Path) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all(path.read_text()) if each is not None]


def resources(folder: Path) -> Iterator[dict[str, Any]]:
    """Give every document that an installation is made of, before patches."""
    [kustomization] = documents(folder / "kustomization.yaml")
    for name in kustomization["resources"]:
        path = (folder / name).resolve()
        yield from resources(path) if path.is_dir() else documents(path)


def generated(folder: Path) -> dict[str, dict[str, str]]:
    """Give the ConfigMaps that an installation generates, those of its base too."""
    [kustomization] = documents(folder / "kustomization.yaml")
    found: dict[str, dict[str, str]] = {}
    for name in kustomization["resources"]:
        if (folder / name).is_dir():
            found |= generated(folder / name)
    for each in kustomization.get("configMapGenerator", []):
        pairs = [literal.split("=", 1) for literal in each["literals"]]
        found[each["name"]] = dict(pairs)
    return found


def kustomize() -> list[str] | None:
    """Give the command that builds, or None where neither program is there."""
    if shutil.which("kustomize"):
        return ["kustomize", "build"]
    return ["kubectl", "kustomize"] if shutil.which("kubectl") else None


@cache
def built(folder: Path) -> list[dict[str, Any]]:
    """Let kustomize build an installation."""
    command = kustomize()
    assert command is not None
    done = subprocess.run(  # noqa: S603 - our own words
        [*command, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each is not None]


def named(found: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in found if each["kind"] == kind}


def closed(schema: Any) -> Any:
    """Let a custom resource's schema refuse unknown fields, as the API server does."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    inner = {key: closed(value) for key, value in schema.items()}
    is_open = schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and not is_open:
        inner.setdefault("additionalProperties", False)
    return inner


def custom_schemas(folder: Path) -> dict[tuple[str, str], Any]:
    """Give the schema of each custom resource by its apiVersion and kind."""
    found = {}
    for path in folder.glob("*.yaml"):
        [definition] = documents(path)
        spec = definition["spec"]
        for version in spec["versions"]:
            schema = closed(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = schema
    return found
