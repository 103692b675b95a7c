"""Pages name only files, symbols, tests and settings that exist. Decisions are exempt."""

import re
from pathlib import Path

import pytest

from tests.house.tree import PROJECT, files, setting_names

CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"([\w/]+\.(?:py|sql|sh|ini|json))(?::+ ?(\w+))?$")
TEST = re.compile(r"test_\w+$")
ONE_PAGE = re.compile(r"\]\((docs/[\w.-]+\.md|docs/decisions)\)")
PAGES = [
    page for page in files("*.md") if "decisions" not in page.parts and page.name != "CHANGELOG.md"
]
PLACES = [*files("*")]
TEXTS = {path: (PROJECT / path).read_text() for path in PLACES if path.suffix in (".py", ".sql")}


def codes(page: Path) -> list[str]:
    return CODE.findall((PROJECT / page).read_text())


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_file_that_a_page_names_is_there_and_holds_what_it_says(page: Path) -> None:
    """A name may leave out the folders that the page speaks of."""
    missing = []
    for code in codes(page):
        if found := FILE.match(code):
            name, symbol = found.groups()
            places = [path for path in PLACES if f"/{path}".endswith(f"/{name}")]
            if not any(symbol is None or defines(place, symbol) for place in places):
                missing.append(code)
    assert missing == []


def defines(place: Path, symbol: str) -> bool:
    """Tell whether a file has a class, function or value of this name."""
    named = rf"^\s*(?:class |def |async def |)\b{symbol}\b *[(:=]"
    return re.search(named, TEXTS.get(place, ""), re.MULTILINE) is not None


def test_a_test_that_a_page_names_is_there() -> None:
    tests = "\n".join(TEXTS.values())
    named = {code for page in PAGES for code in codes(page) if TEST.match(code)}
    assert named
    assert {name for name in named if not re.search(rf"def {name}\(", tests)} == set()


def test_the_architecture_names_every_setting() -> None:
    named = " ".join(codes(Path("docs/architecture.md"))).split()
    assert setting_names() - set(named) == set()


def test_a_setting_stands_once_in_the_example() -> None:
    """Of two the last counts, and empties what was filled in before."""
    lines = (PROJECT / ".env.example").read_text().splitlines()
    names = [line.lstrip("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)]
    assert sorted(names) == sorted(set(names))


def test_both_languages_of_the_readme_lead_to_the_same_pages() -> None:
    english, japanese = (
        set(ONE_PAGE.findall((PROJECT / name).read_text()))
        for name in ("README.md", "README.ja.md")
    )
    assert english == japanese
