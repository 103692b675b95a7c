"""Every setting is explained, and every explained setting is read by a service."""

import ast
import re

import pytest

from tests.house.tree import PROJECT, setting_names

ENVIRONMENT_NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")


@pytest.mark.parametrize("name", sorted(setting_names()))
def test_a_setting_stands_in_the_example(name: str) -> None:
    assert is_explained(name)


def test_every_variable_of_docker_compose_stands_in_the_example() -> None:
    files = [PROJECT / "docker-compose.yml", *(PROJECT / "deploy/compose").glob("*.yml")]
    asked = {name for file in files for name in re.findall(r"\$\{(\w+)", file.read_text())}
    assert "SEALING_KEYS" in asked
    assert {name for name in asked if not is_explained(name)} == set()


def is_explained(name: str) -> bool:
    """Tell whether the example has a setting, commented out where most leave it alone."""
    example = (PROJECT / ".env.example").read_text()
    return re.search(rf"^#?{name}=", example, re.MULTILINE) is not None


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
def test_a_service_gets_only_settings_that_it_reads(place: str) -> None:
    names = keys_of(place)
    assert "DATABASE_URL" in names
    assert names <= setting_names()
