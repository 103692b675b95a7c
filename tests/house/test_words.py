"""Rule: code, docs and test names are written in plain English, without the words below."""

import re
from pathlib import Path

from tests.house.tree import PROJECT, files

BANNED = re.compile(
    r"\b(anew|shall|for ever|somebody|whoever|told|(to|for|of|than) who"
    r"|hands on|knows of|asks nobody)\b",
    re.IGNORECASE,
)
# Contracts: other programs or stored messages hold these names, and a title is made of the name.
KEPT = re.compile(r"\b(told_type|Told Type)\b")
# An applied migration is never changed, and a snapshot of the schema repeats its comments.
UNCHANGED = re.compile(r"schema/(\w+/\d{4}_\w+|releases/[\d.]+|current)\.sql|LICENSE")


def test_no_text_uses_a_banned_word() -> None:
    here = Path(__file__).relative_to(PROJECT)
    places = [
        path
        for path in files("*")
        if path.suffix != ".png" and path != here and not UNCHANGED.fullmatch(path.as_posix())
    ]
    assert places
    found = [
        f"{path}:{number}: {word}"
        for path in places
        for number, line in enumerate((PROJECT / path).read_text().splitlines(), start=1)
        for word in banned_in(line)
    ]
    assert not found, "Write these in plain words:\n" + "\n".join(found)


def banned_in(line: str) -> list[str]:
    """Return the banned words of a line; a name's words are separate, in any case."""
    words = KEPT.sub("", line).replace("_", " ")
    return [match.group() for match in BANNED.finditer(words)]


def test_the_words_of_a_name_count_and_longer_words_do_not() -> None:
    line = "def test_who_waits_is_told_somebody(): untold, shallow, told_type; For ever"
    assert banned_in(line) == ["told", "somebody", "For ever"]
