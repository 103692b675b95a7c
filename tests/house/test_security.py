"""The page of threats goes through every attacker, and names tests that exist."""

import ast
import re

import pytest

from tests.house.tree import PROJECT

PAGE = (PROJECT / "docs" / "security.md").read_text()
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
NAMED = sorted(set(TEST.findall(PAGE)))
ATTACKERS = (
    *("A member", "A host", "Staff", "A stranger's server", "A program outside"),
    *("The gateway", "Invitations", "Tickets", "Scheduler", "A service that was taken over"),
    *("A dump of the database", "Access to the broker", "A thief of backups", "The operator"),
)
SECTIONS = {
    name: text
    for name, text in re.findall(r"^##+ (.+)\n((?:(?!^##).*\n?)*)", PAGE, re.MULTILINE)
    if "| Shown by |" in text
}


def threats(section: str) -> list[str]:
    """Return the lines of a section's table, without its head."""
    [table] = re.findall(r"^\|.* Shown by \|\n\|[-|]+\n((?:\|.*\n)+)", section, re.MULTILINE)
    return str(table).splitlines()


def test_every_attacker_has_a_section() -> None:
    assert set(SECTIONS) == set(ATTACKERS)


@pytest.mark.parametrize(("file", "test"), NAMED, ids=str)
def test_a_named_test_exists(file: str, test: str) -> None:
    tree = ast.parse((PROJECT / file).read_text())
    defined = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert test in {each.name for each in tree.body if isinstance(each, defined)}


@pytest.mark.parametrize("attacker", ATTACKERS)
def test_every_threat_names_a_test_and_what_holds(attacker: str) -> None:
    for line in threats(SECTIONS[attacker]):
        _, threat, holds, shown, _ = (cell.strip() for cell in line.split("|"))
        assert threat
        assert holds
        assert TEST.search(shown), line
