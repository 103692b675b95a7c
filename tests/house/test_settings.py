"""Whoever runs the services finds every setting explained, and sets none that nobody reads."""

import ast
import re

import pytest

from tests.house.tree import PROJECT, setting_names

ENVIRONMENT_NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")


@pytest.mark.parametrize("name", sorted(setting_names()))
def test_a_setting_stands_in_the_example(name: str) -> None:
    """Commented out where it has a default."""
    example = (PROJECT / ".env.example").read_text()
    assert re.search(rf"^#?\s*{name}=", example, re.MULTILINE)


def keys_of(place: str) -> set[str]:
    """Collect the names that a script puts into an environment."""
    tree = ast.parse((PROJECT / place).read_text())
    keys = [key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys]
    return {
        str(key.value)
        for key in keys
        if isinstance(key, ast.Constant) and ENVIRONMENT_NAME.fullmatch(str(key.value))
    }


@pytest.mark.parametrize("place", ["deploy/local/demo.py", "tests/conftest.py"])
def test_a_service_is_told_only_what_it_reads(place: str) -> None:
    told = keys_of(place)
    assert "DATABASE_URL" in told
    assert told <= setting_names()
