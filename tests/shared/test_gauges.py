"""Gauges follow the tables for as long as the process runs."""

import asyncio
from collections.abc import Mapping

import pytest
from prometheus_client import CollectorRegistry, Gauge

from shared import gauges
from shared.database import Pool
from shared.gauges import LabelledGauge, clock_skew, watch
from shared.tasks import end
from tests.conftest import Site


async def test_a_database_that_is_away_only_stops_the_figures(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gauges, "LOOK_SECONDS", 0.0)
    registry = CollectorRegistry()
    gauge = Gauge("rows", "By kind.", ["kind"], registry=registry)
    answers: list[dict[str, float] | OSError] = [
        {"a": 1.0, "b": 2.0},
        ConnectionResetError(),
        {"b": 3.0},
    ]
    shown: list[list[float | None]] = []
    pools: set[Pool] = set()
    ended = asyncio.Event()

    async def ask(asked: Pool) -> Mapping[str, float]:
        pools.add(asked)
        shown.append([registry.get_sample_value("rows", {"kind": kind}) for kind in "abc"])
        if not answers:
            ended.set()
            return {}
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    pool = await site.pool()
    watching = asyncio.create_task(watch(pool, LabelledGauge(gauge, ask, ["c"])))
    await asyncio.wait_for(ended.wait(), 30)
    await end(watching)
    assert pools == {pool}
    assert shown[:4] == [[None, None, None], [1, 2, 0], [1, 2, 0], [0, 3, 0]]
    # On one machine both read one clock: the rest is the time of the question.
    assert list(await clock_skew(pool)) == ["database"]
    assert abs((await clock_skew(pool))["database"]) < 60
    await pool.close()
