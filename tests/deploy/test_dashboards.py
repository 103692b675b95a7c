"""Dashboards have distinct titles and are readable; a journey tests that they show data."""

import json
from typing import Any

import pytest
import yaml

from deploy.grafana.boards import BOARDS, FOLDER
from deploy.local.instance import PROJECT

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
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS, panel["title"]
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            assert "vector(" not in target["expr"], "a figure where nothing was measured"
        is_judged = len(panel["fieldConfig"]["defaults"]["thresholds"]["steps"]) > 1
        if panel["type"] == "timeseries":
            assert is_judged == ("custom" in panel["fieldConfig"]["defaults"]), panel["title"]


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
