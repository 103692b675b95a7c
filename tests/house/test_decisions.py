"""The index of decision records is whole, and each record says whether it stands."""

import re
from pathlib import Path

import pytest

from tests.house.tree import PROJECT, files

FOLDER = PROJECT / "docs" / "decisions"
RECORDS = [path for path in files("docs/decisions/*.md") if path.name != "README.md"]
ROW = re.compile(r"^\| \[(\d{4})\]\((.+?)\)", re.MULTILINE)
STATUS = re.compile(r"^\*\*Status\*\* (?:accepted|superseded)", re.MULTILINE)
LINK = re.compile(r"\[(\d{4})\]")


def test_the_index_lists_each_record_once() -> None:
    listed = ROW.findall((FOLDER / "README.md").read_text())
    assert sorted(name for _, name in listed) == [path.name for path in RECORDS]
    assert all(name.startswith(number) for number, name in listed)


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_begins_with_its_number_and_its_status(record: Path) -> None:
    text = (PROJECT / record).read_text()
    assert text.startswith(f"# {record.name[:4]} · ")
    assert STATUS.search(text)


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_superseded_record_says_so(record: Path) -> None:
    """Its status names each record that supersedes a part of it."""
    number = record.name[:4]
    later = {other.name[:4] for other in RECORDS if number in superseded_by(other)}
    assert later - set(LINK.findall(status(record))) == set()


def test_some_records_supersede_others() -> None:
    """Else the test above would find nothing to compare."""
    assert any(superseded_by(record) for record in RECORDS)


def superseded_by(record: Path) -> set[str]:
    """Return the numbers of the records that a record supersedes in part or whole."""
    clauses = status(record).split(";")
    return {
        number for clause in clauses for number in LINK.findall(clause.partition("supersedes ")[2])
    }


def status(record: Path) -> str:
    """Return the paragraph of a record's status."""
    return (PROJECT / record).read_text().split("\n\n")[1]
