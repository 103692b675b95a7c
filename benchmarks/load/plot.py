"""The picture of a run: how long reads took, and how many users asked, second by second."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.load.figures import Second
from benchmarks.load.stages import Stage, users_at, whole_seconds
from deploy.local.programs import program

WIDTH, HEIGHT = 1000, 520
LEFT, RIGHT = 70, 980
UPPER, LOWER = (40, 320), (370, 480)  # top and bottom of the two panels
FASTEST, SLOWEST = 0.3, 300.0  # milliseconds
STYLE = "font: 13px sans-serif; background: white"

Scale = Callable[[float], float]


def draw(seconds: Sequence[Second], stages: Sequence[Stage], target: Path) -> None:
    """Write a PNG."""
    photograph(_picture(seconds, stages), WIDTH, HEIGHT, target)


def photograph(svg: str, width: int, height: int, target: Path) -> None:
    """Write a drawing as PNG; Debian's chromium draws it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": width, "height": height})
        page.set_content(f'<body style="margin:0">{svg}</body>')
        page.screenshot(path=target)
        browser.close()


def _picture(seconds: Sequence[Second], stages: Sequence[Stage]) -> str:
    longest = whole_seconds(stages)
    most = 1.1 * max(stage.users for stage in stages)

    def across(at: float) -> float:
        return LEFT + (RIGHT - LEFT) * at / longest

    def slowness(milliseconds: float) -> float:
        part = math.log(max(milliseconds, FASTEST) / FASTEST) / math.log(SLOWEST / FASTEST)
        return UPPER[1] - (UPPER[1] - UPPER[0]) * min(part, 1)

    def crowd(users: float) -> float:
        return LOWER[1] - (LOWER[1] - LOWER[0]) * users / most

    def line(scale: Scale, colour: str, values: Sequence[float]) -> str:
        points = " ".join(
            f"{across(each.at + 0.5):.1f},{scale(value):.1f}"
            for each, value in zip(seconds, values, strict=True)
        )
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'

    present = [users_at(stages, each.at + 0.5) for each in seconds]
    parts = [
        *(_level(slowness(at), f"{at:g} ms") for at in (1, 10, 100)),
        *(_limit(slowness(at), text) for at, text in ((20, "p50 &lt; 20"), (200, "p99 &lt; 200"))),
        *(_level(crowd(users), str(users)) for users in (0, 100, 200)),
        *(_moment(across(at), f"{at:.0f} s") for at in _moments(longest)),
        line(slowness, "#c0392b", [each.p99 for each in seconds]),
        line(slowness, "#2471a3", [each.p50 for each in seconds]),
        line(crowd, "#7f8c8d", present),
        line(crowd, "#27ae60", [each.reads for each in seconds]),
        _legend(UPPER[0] - 15, (("#2471a3", "p50 of each second"), ("#c0392b", "p99"))),
        _legend(LOWER[0] - 15, (("#7f8c8d", "users"), ("#27ae60", "reads in each second"))),
    ]
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="{STYLE}">{"".join(parts)}</svg>'


def _level(height: float, text: str, colour: str = "#ddd") -> str:
    return (
        f'<line x1="{LEFT}" x2="{RIGHT}" y1="{height}" y2="{height}" stroke="{colour}"/>'
        f'<text x="{LEFT - 8}" y="{height + 4}" text-anchor="end">{text}</text>'
    )


def _limit(height: float, text: str) -> str:
    return (
        f'<line x1="{LEFT}" x2="{RIGHT}" y1="{height}" y2="{height}" stroke="#e67e22" '
        f'stroke-dasharray="6 4"/><text x="{RIGHT}" y="{height - 5}" text-anchor="end" '
        f'fill="#e67e22">{text} ms</text>'
    )


def _moment(x: float, text: str) -> str:
    return f'<text x="{x}" y="{LOWER[1] + 20}" text-anchor="middle">{text}</text>'


def _moments(longest: float) -> Sequence[float]:
    return [longest * part / 6 for part in range(7)]


def _legend(height: float, entries: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<text x="{LEFT + 170 * at}" y="{height}" fill="{colour}">{text}</text>'
        for at, (colour, text) in enumerate(entries)
    )
