"""Rules that every file keeps."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import PROJECT, files, service_names

MOST_LINES = 300
LINK = re.compile(r"""(?:\]\(|(?:src|srcset|href)=")(?!https?:|mailto:)([^)"\s]+)""")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
# A person's own folder; what a container or Debian has by itself is no such path.
# VRChat's addresses have the same form.
_OF_VRCHAT = "world|user|group|launch|profile"
MACHINE_PATH = re.compile(rf"(?<![\w.…/-])/(?:work|home/(?!{_OF_VRCHAT})[a-z]|Users/|root/)")
TEXT_ENDINGS = {".py", ".sh", ".js", ".css", ".html", ".sql", ".md", ".toml", ".txt", ".yml"}
TEXT_ENDINGS |= {".yaml", ".json", ".ini", ".conf", ".example", ""}

PAGES = list(files("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall((PROJECT / page).read_text())
    assert [target for target in targets if not exists(PROJECT / page, target)] == []


def exists(page: Path, target: str) -> bool:
    """Tell whether a link's file is there, and in it the heading, if it names one."""
    name, _, anchor = target.partition("#")
    file = page.parent / name if name else page
    if not anchor or file.suffix != ".md":
        return file.exists()
    return file.exists() and anchor in map(slug, HEADING.findall(file.read_text()))


def slug(heading: str) -> str:
    """Write a heading as GitHub names its anchor."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("script", files("*.py"), ids=str)
def test_a_file_is_short_enough_to_read_at_once(script: Path) -> None:
    assert len((PROJECT / script).read_text().splitlines()) <= MOST_LINES


def test_no_file_names_a_path_of_one_machine() -> None:
    texts = {path: (PROJECT / path) for path in files("*") if path.suffix in TEXT_ENDINGS}
    named = {
        str(path): found.group()
        for path, file in texts.items()
        if (found := MACHINE_PATH.search(file.read_text()))
    }
    assert len(texts) > len(PAGES)
    assert named == {}


@pytest.mark.parametrize("name", service_names())
def test_a_service_has_its_floors_and_a_closed_list_of_files(name: str) -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    closed = [c["containers"] for c in contracts if c["type"] == "layers" and c.get("exhaustive")]
    assert [f"services.{name}"] in closed
