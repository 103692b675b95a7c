"""Dashboards have distinct titles and are readable; a journey tests that they show data."""

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from deploy.grafana.boards import BOARDS, FOLDER
from deploy.grafana.panels import RUNBOOK
from deploy.local.instance import PROJECT
from tests.house.test_alerts import ALERTS

FILES = sorted(FOLDER.glob("*.json"))
PROVISIONED = PROJECT / "deploy" / "grafana" / "provisioning"
UNITS = {"short", "s", "bytes", "percentunit", "reqps"}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def board(request: pytest.FixtureRequest) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(request.param.read_text())
    return read


def drawn(board: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the panels without the rows between them."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def test_every_dashboard_has_an_address_of_its_own() -> None:
    assert len({board.uid for board in BOARDS}) == len(BOARDS) == len(FILES)


def test_every_panel_says_what_it_shows_and_in_what_unit(board: dict[str, Any]) -> None:
    titles = [panel["title"] for panel in drawn(board)]
    assert len(set(titles)) == len(titles)
    ids = [panel["id"] for panel in board["panels"]]
    assert ids == list(range(1, len(ids) + 1))
    for panel in drawn(board):
        assert panel["description"].endswith("."), panel["title"]
        assert len(panel["description"].split()) >= 7, "no sentence that says why one looks"
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            assert "vector(" not in target["expr"], "a figure where nothing was measured"
        is_judged = len(panel["fieldConfig"]["defaults"]["thresholds"]["steps"]) > 1
        if panel["type"] == "timeseries":
            assert is_judged == ("custom" in panel["fieldConfig"]["defaults"]), panel["title"]


def test_a_board_asks_for_the_variables_it_uses(board: dict[str, Any]) -> None:
    expressions = [target["expr"] for panel in drawn(board) for target in panel["targets"]]
    used = set(re.findall(r"\$(\w+)", " ".join(expressions)))
    assert used == {each["name"] for each in board["templating"]["list"]}


def test_links_of_panels_lead_to_alerts_of_the_runbook_and_to_boards() -> None:
    links = [
        link
        for path in FILES
        for panel in drawn(json.loads(path.read_text()))
        for link in panel["links"]
    ]
    boards = {
        link["url"].partition("?")[0] for link in links if not link["url"].startswith(RUNBOOK)
    }
    assert boards <= {f"/d/{board.uid}" for board in BOARDS}
    named = {
        unquote(link["url"].partition("=")[2]).removeprefix("### ")
        for link in links
        if link["url"].startswith(RUNBOOK)
    }
    assert named <= ALERTS.keys()
    critical = {name for name, rule in ALERTS.items() if rule["labels"]["severity"] == "critical"}
    assert critical <= named, "no panel shows what the alert is about"
    composed = (PROJECT / "docker-compose.yml").read_text()
    assert f"./docs/runbook.md:/usr/share/grafana{RUNBOOK}:ro" in composed


def test_panels_do_not_lie_on_each_other_or_beyond_the_edge(board: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells


def test_every_query_goes_to_the_source_that_is_provisioned(board: dict[str, Any]) -> None:
    [source] = yaml.safe_load((PROVISIONED / "datasources" / "prometheus.yml").read_text())[
        "datasources"
    ]
    asked = {panel["datasource"]["uid"] for panel in drawn(board)}
    assert asked == {source["uid"]}
