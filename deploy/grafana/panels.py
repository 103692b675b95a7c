"""What a dashboard is made of, and how Grafana wants it written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

Written: TypeAlias = dict[str, Any]

SOURCE = {"type": "prometheus", "uid": "prometheus"}
FULL_WIDTH = 24
# Grafana serves docs/runbook.md there (docker-compose.yml); a browser jumps to what follows the #.
RUNBOOK = "/public/runbook.txt"
LINKS = [
    {"type": "dashboards", "title": "Boards", "tags": ["doukikai"], "keepTime": True},
    {"type": "link", "title": "Alerts", "url": "/alerting/list", "icon": "bolt"},
    {"type": "link", "title": "Runbook", "url": RUNBOOK, "icon": "doc", "targetBlank": True},
]
# What a board may be narrowed to, and where its values come from. No metric has a guild or a shard.
VARIABLES = {
    "service": 'label_values(up{job="services"}, service)',
    "instance": 'label_values(up{job="services", service=~"$service"}, instance)',
    "queue": "label_values(rabbitmq_detailed_queue_messages_ready, queue)",
}


@dataclass(frozen=True)
class Panel:
    """One picture: `queries` by their legends; `warn` and `bad` colour it from there on.

    The description says in a sentence why one looks at it. Below `low` it is red. Its menu leads to
    the sections of `alerts` in the runbook, and to `board`.
    `none` is what stands there while there is nothing to show, where that may rightly be so.
    A table has a column for each query and a line for each value of their one label.
    """

    title: str
    description: str
    queries: Mapping[str, str]
    unit: str = (
        "short"  # https://grafana.com/docs: short, s, bytes, percentunit, reqps, dateTimeFromNow
    )
    kind: Literal["timeseries", "stat", "table"] = "timeseries"
    width: int = 8
    warn: float | None = None
    bad: float | None = None
    low: float | None = None
    none: str | None = None
    alerts: Sequence[str] = ()
    board: str = ""

    @property
    def height(self) -> int:
        """Give the height in rows of Grafana's grid."""
        return 4 if self.kind == "stat" else 9


@dataclass(frozen=True)
class Board:
    """One dashboard; its uid is part of its address and never changes."""

    uid: str
    title: str
    description: str
    panels: Sequence[Panel | str]  # a text begins a row
    span: str = "now-3h"


def figure(title: str, description: str, query: str, **changes: Any) -> Panel:  # noqa: ANN401 - Panel's own fields
    """Describe one number, small and coloured."""
    return Panel(title, description, {"": query}, kind="stat", **{"width": 4, **changes})


def per_second(counter: str, *labels: str) -> str:
    """Ask how much a counter grows a second, summed by labels."""
    by = f" by ({', '.join(labels)})" if labels else ""
    return f"sum{by} (rate({counter}[5m]))"


def known(query: str) -> str:
    """Ask for nothing, and not for NaN, where something was divided by nothing."""
    return f"{query} >= 0"


def quantile(share: float, buckets: str, *labels: str) -> str:
    """Ask below what a share of the measurements of the last five minutes were, by labels."""
    return f"histogram_quantile({share}, {per_second(buckets, *labels, 'le')})"


def written(board: Board) -> Written:
    """Write a dashboard as Grafana reads it."""
    return {
        "uid": board.uid,
        "title": board.title,
        "description": board.description,
        "tags": ["doukikai"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": board.span, "to": "now"},
        "timezone": "browser",
        "links": LINKS,
        "templating": {"list": [_variable(name) for name in VARIABLES if _asks_for(board, name)]},
        "annotations": {"list": [_alerts()]},
        "panels": [
            _row(number, panel, place) if isinstance(panel, str) else _panel(number, panel, place)
            for number, (panel, place) in enumerate(_placed(board.panels), start=1)
        ],
    }


def _placed(panels: Iterable[Panel | str]) -> Iterable[tuple[Panel | str, dict[str, int]]]:
    """Lay panels side by side, and in a new line when one is full or the height changes."""
    left = top = height = 0
    for panel in panels:
        if isinstance(panel, str):
            left, top, height = 0, top + height, 1
            yield panel, {"x": 0, "y": top, "w": FULL_WIDTH, "h": 1}
            left = FULL_WIDTH
            continue
        if left + panel.width > FULL_WIDTH or (left and panel.height != height):
            left, top = 0, top + height
        height = panel.height
        yield panel, {"x": left, "y": top, "w": panel.width, "h": panel.height}
        left += panel.width


def _row(number: int, title: str, place: dict[str, int]) -> Written:
    return {
        "id": number,
        "type": "row",
        "title": title,
        "collapsed": False,
        "gridPos": place,
        "panels": [],
    }


def _panel(number: int, panel: Panel, place: dict[str, int]) -> Written:
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "gridPos": place,
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "expr": query,
                "legendFormat": legend,
                **({"format": "table", "instant": True} if panel.kind == "table" else {}),
            }
            for index, (legend, query) in enumerate(panel.queries.items())
        ],
        **({"transformations": _columns(panel)} if panel.kind == "table" else {}),
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel),
        "links": list(_links(panel)),
    }


def _links(panel: Panel) -> Iterable[Written]:
    for alert in panel.alerts:
        url = f"{RUNBOOK}#:~:text={quote(f'### {alert}')}"
        yield {"title": f"Runbook: {alert}", "url": url, "targetBlank": True}
    if panel.board:
        yield {"title": "More of this", "url": f"/d/{panel.board}?${{__url_time_range}}"}


def _variable(name: str) -> Written:
    return {
        "name": name,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": VARIABLES[name], "refId": name},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "current": {"text": "All", "value": "$__all"},
    }


def _asks_for(board: Board, name: str) -> bool:
    panels = [panel for panel in board.panels if isinstance(panel, Panel)]
    return any(f"${name}" in query for panel in panels for query in panel.queries.values())


def _columns(panel: Panel) -> list[Written]:
    """Join the answers of a table's queries, and call each column by its legend."""
    letters = (chr(ord("A") + index) for index in range(len(panel.queries)))
    names = {
        f"Value #{letter}": legend for letter, legend in zip(letters, panel.queries, strict=True)
    }
    return [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {"excludeByName": {"Time": True}, "renameByName": names}},
    ]


def _defaults(panel: Panel) -> Written:
    is_judged = any(each is not None for each in (panel.warn, panel.bad, panel.low))
    drawn = {"thresholdsStyle": {"mode": "dashed"}} if is_judged else {}
    return {
        "unit": panel.unit,
        "min": 0,
        **({"max": 1} if panel.unit == "percentunit" else {}),
        "thresholds": _thresholds(panel),
        **({"custom": drawn} if drawn and panel.kind == "timeseries" else {}),
        **({"noValue": panel.none} if panel.none is not None else {}),
        **({"mappings": [_unknown(panel)]} if is_judged and panel.kind == "stat" else {}),
    }


def _unknown(panel: Panel) -> Written:
    """Show a figure that is not known in grey: Grafana would give it the first colour, green."""
    text = panel.none if panel.none is not None else "No data"
    result = {"text": text, "color": "green" if text == "0" else "text"}
    return {"type": "special", "options": {"match": "null", "result": result}}


def _thresholds(panel: Panel) -> Written:
    steps = [("green", panel.low), ("orange", panel.warn), ("red", panel.bad)]
    first = "green" if panel.low is None else "red"
    above = [{"color": color, "value": value} for color, value in steps if value is not None]
    return {"mode": "absolute", "steps": [{"color": first, "value": None}, *above]}


def _options(panel: Panel) -> Written:
    if panel.kind == "stat":
        return {
            "colorMode": "background" if panel.warn or panel.bad or panel.low else "value",
            "graphMode": "area",
            "reduceOptions": {"calcs": ["lastNotNull"]},
        }
    if panel.kind == "table":
        return {"showHeader": True, "cellHeight": "sm"}
    return {
        "legend": {
            "displayMode": "table",
            "placement": "bottom",
            "calcs": ["lastNotNull", "max"],
            "sortBy": "Last *",
            "sortDesc": True,
        },
        "tooltip": {"mode": "multi", "sort": "desc"},
    }


def _alerts() -> Written:
    """Mark on every picture when an alert fired."""
    return {
        "name": "Alerts",
        "datasource": SOURCE,
        "enable": True,
        "iconColor": "red",
        "expr": 'ALERTS{alertstate="firing", severity!="notice"}',
        "titleFormat": "{{alertname}}",
    }
