"""The pictures of docs/proof.md: bars beside each other, and lines over what becomes more."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from benchmarks.load.plot import photograph

WIDTH = 1000
STYLE = "font: 13px sans-serif; background: white"
BLUE, RED, GREY, ORANGE = "#2471a3", "#c0392b", "#aab7b8", "#e67e22"
BAR, BAR_LEFT, BAR_TOP = 34, 230, 30
PANEL_HEIGHT, ABOVE, BELOW, BESIDE = 260, 50, 40, 70
STEPS = 4  # that a scale has about

Scale = Callable[[float], float]


@dataclass(frozen=True)
class Bar:
    """One of several that are compared; ours is coloured."""

    name: str
    figure: float
    is_ours: bool = False


@dataclass(frozen=True)
class Line:
    """Figures over all places of a panel."""

    name: str
    figures: Sequence[float]
    colour: str = BLUE


@dataclass(frozen=True)
class Panel:
    """Lines over the same places, and a limit that was wanted."""

    title: str
    places: Sequence[str]
    lines: Sequence[Line]
    limits: Sequence[tuple[float, str]] = ()
    is_logarithmic: bool = False


def draw_bars(bars: Sequence[Bar], wanted: Sequence[tuple[float, str]], target: Path) -> None:
    """Write bars as PNG, with what was wanted across them."""
    height = BAR_TOP + BAR * len(bars) + 22 * len(wanted) + 10
    most = 1.15 * max(*(bar.figure for bar in bars), *(figure for figure, _ in wanted))

    def across(figure: float) -> float:
        return BAR_LEFT + (WIDTH - BAR_LEFT - 20) * figure / most

    parts = []
    for number, bar in enumerate(bars):
        top = BAR_TOP + BAR * number
        colour = BLUE if bar.is_ours else GREY
        size = f'width="{across(bar.figure) - BAR_LEFT:.1f}" height="{BAR - 10}"'
        parts.append(f'<rect x="{BAR_LEFT}" y="{top}" {size} fill="{colour}"/>')
        parts.append(_text(BAR_LEFT - 10, top + 17, bar.name, "end"))
        parts.append(_text(across(bar.figure) + 8, top + 17, f"{bar.figure:,.0f}"))
    bottom = BAR_TOP + BAR * len(bars)
    for number, (figure, name) in enumerate(sorted(wanted)):
        down = bottom + 22 * number
        parts.append(_dashed(across(figure), BAR_TOP - 10, across(figure), down + 16))
        parts.append(_text(across(figure) - 6, down + 14, name, "end", ORANGE))
    _write(parts, height, target)


def draw_panels(rows: Sequence[Sequence[Panel]], target: Path) -> None:
    """Write panels as PNG, in rows and columns."""
    parts = []
    for down, row in enumerate(rows):
        width = WIDTH / len(row)
        for beside, panel in enumerate(row):
            parts += _panel(panel, width * beside, PANEL_HEIGHT * down, width)
    _write(parts, PANEL_HEIGHT * len(rows), target)


def _panel(panel: Panel, x: float, y: float, width: float) -> Iterator[str]:
    left, right = x + BESIDE, x + width - 20
    lower = y + PANEL_HEIGHT - BELOW
    high, levels = scale_of(panel, y + ABOVE, lower)
    room = (right - left) / len(panel.places)
    places = [left + room * (at + 0.5) for at in range(len(panel.places))]
    yield _text(left, y + 22, panel.title, colour="#555")
    for level in levels:
        at = f'y1="{high(level)}" y2="{high(level)}"'
        yield f'<line x1="{left}" x2="{right}" {at} stroke="#ddd"/>'
        yield _text(left - 8, high(level) + 4, f"{level:,g}", "end")
    for figure, name in panel.limits:
        yield _dashed(left, high(figure), right, high(figure))
        yield _text(right, high(figure) - 5, name, "end", ORANGE)
    for place, name in zip(places, panel.places, strict=True):
        yield _text(place, lower + 20, name, "middle")
    for number, line in enumerate(reversed(panel.lines)):
        yield _text(right - 80 * number, y + 40, line.name, "end", line.colour)
        points = [*zip(places, map(high, line.figures), strict=True)]
        is_lowest = number == max(1, len(panel.lines) - 1)
        yield from _line(line, points, "above" if number == 0 else "below" if is_lowest else "")


def _line(line: Line, points: Sequence[tuple[float, float]], label_at: str) -> Iterator[str]:
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline points="{joined}" fill="none" stroke="{line.colour}" stroke-width="1.5"/>'
    for (x, y), figure in zip(points, line.figures, strict=True):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{line.colour}"/>'
        if label_at:
            down = -9 if label_at == "above" else 18
            yield _text(x, y + down, _short(figure), "middle", line.colour)
        else:
            yield _text(x + 8, y + 4, _short(figure), colour=line.colour)


def scale_of(panel: Panel, upper: float, lower: float) -> tuple[Scale, list[float]]:
    """Give how high a figure stands, and the levels that are marked."""
    figures = [figure for line in panel.lines for figure in line.figures]
    figures += [figure for figure, _ in panel.limits]
    if panel.is_logarithmic:
        least = math.floor(math.log10(min(figures)))
        most = max(math.ceil(math.log10(1.2 * max(figures))), least + 1)

        def by_power(figure: float) -> float:
            return lower - (lower - upper) * (math.log10(figure) - least) / (most - least)

        return by_power, [10.0**power for power in range(least, most + 1)]
    step = _round_step(1.15 * max(figures) / STEPS)
    top = step * math.ceil(1.15 * max(figures) / step)

    def evenly(figure: float) -> float:
        return lower - (lower - upper) * figure / top

    return evenly, [step * number for number in range(round(top / step) + 1)]


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(part * power for part in (1, 2, 5, 10) if part * power >= least)


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}"


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = "#222") -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {at}>{escape(text)}</text>"


def _dashed(x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{ORANGE}" stroke-dasharray="6 4"/>'


def _write(parts: Sequence[str], height: float, target: Path) -> None:
    size = f'width="{WIDTH}" height="{height}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size} style="{STYLE}">{"".join(parts)}</svg>'
    target.parent.mkdir(parents=True, exist_ok=True)
    photograph(svg, WIDTH, math.ceil(height), target)
