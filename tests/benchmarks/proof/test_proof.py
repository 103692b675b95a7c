"""The measuring tools can be trusted: they count, name, judge and keep results correctly."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.bench import cpu, soak
from benchmarks.bench.steady import Steady, judged
from benchmarks.proof import __main__ as page
from benchmarks.proof.pictures import Line, Panel, scale_of


def test_a_process_below_us_is_counted_by_the_name_of_its_module() -> None:
    before = cpu.spent()
    once = ["-n", "1", "-r", "1", "-s", "print(flush=True)", "import time; time.sleep(60)"]
    words = [sys.executable, "-m", "timeit", *once]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as child:  # noqa: S603 - our own words
        assert child.stdout is not None
        # Linux tells of an exec before it shows the new program's words.
        assert child.stdout.readline() == b"\n"
        assert "timeit" in [name for number, name in cpu.family() if number == child.pid]
        child.kill()
    burnt = "sum(range(10_000_000))"
    subprocess.run([sys.executable, "-c", burnt], check=True)  # noqa: S603 - our own words
    assert cpu.since(before, 10)[cpu.LOAD] > 1  # milliseconds of each of ten presses


def test_shares_add_up_with_what_is_next_to_nothing() -> None:
    [head, _, *rows] = cpu.shares(
        {"ours": {"a": 0.04, "b": 2.0, "c": 1.0}, "theirs": {"c": 5.0}}
    ).splitlines()
    assert [cell.strip() for cell in head.split("|")][1:4] == ["CPU ms a press", "ours", "theirs"]
    cells = [[cell.strip() for cell in row.split("|")][1:4] for row in rows]
    assert cells == [
        ["c", "1.0", "5.0"],
        ["b", "2.0", "–"],
        ["others", "–", "–"],
        ["all", "3.0", "5.0"],
    ]


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ([50.0] * 12, "flat"),
        ([20.0, 40.0, 60.0, 80.0, *[100.0] * 8], "flat"),
        ([100.0 + 0.2 * number for number in range(12)], "flat"),
        ([100.0 + number for number in range(12)], "**+4.0**"),
        ([1.0, 2.0], "too short"),
    ],
)
def test_memory_that_grows_to_the_end_is_not_called_flat(
    figures: list[float], verdict: str
) -> None:
    assert soak.verdict(figures) == verdict


def test_a_rate_is_held_when_its_answers_come_within_a_second() -> None:
    fast, slow = [5.0] * 100, [5.0] * 90 + [1500.0] * 10
    assert judged([Steady(10, 5, fast), Steady(1000, 5, fast)]) == [
        "1,000 a second: p99 5.0 ms, at most 20 wanted: reached."
    ]
    assert judged([Steady(10, 5, fast), Steady(50, 5, slow), Steady(1000, 3, slow)]) == [
        "1,000 a second: p99 1,500.0 ms, at most 20 wanted: **missed**.",
        "The greatest rate held: 10 a second.",
    ]


def test_a_part_replaces_its_own_section_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "proof.md")
    for part, text in (("soak", "flat"), ("presses", "many"), ("soak", "flat again")):
        page.write(part, text)
    sections = (tmp_path / "proof.md").read_text().split("\n## ")
    assert sections[1:] == ["Presses\n\nmany\n", "Soak\n\nflat again\n"]


@pytest.mark.parametrize("is_logarithmic", [True, False])
def test_a_larger_figure_stands_higher_and_within_the_panel(*, is_logarithmic: bool) -> None:
    figures = [3.0, 20.0, 480.0]
    panel = Panel("", ["a", "b", "c"], [Line("", figures)], [(50.0, "")], is_logarithmic)
    high, levels = scale_of(panel, 100, 300)
    assert 300 >= high(3) > high(20) > high(50) > high(480) >= 100
    assert levels == sorted(levels)
    assert levels[-1] >= 480
