"""The page of threats names tests that exist: a line without one would be a promise."""

import ast
import re

import pytest

from tests.house.tree import PROJECT

PAGE = (PROJECT / "docs" / "security.md").read_text()
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NAMED = TEST.findall(PAGE)


def threats() -> list[str]:
    """Give the lines of the table of threats, without its head."""
    [table] = re.findall(r"^\| Threat \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return str(table).splitlines()


@pytest.mark.parametrize(("file", "test"), NAMED, ids=str)
def test_a_named_test_exists(file: str, test: str) -> None:
    tree = ast.parse((PROJECT / file).read_text())
    defined = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert test in {each.name for each in tree.body if isinstance(each, defined)}


def test_every_threat_names_a_test() -> None:
    assert len(threats()) > 20
    assert [line for line in threats() if not TEST.search(line)] == []
