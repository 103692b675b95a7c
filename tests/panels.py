"""`python -m tests.panels ADDRESS`: name the panels that have nothing to show in a Prometheus."""

import asyncio
import json
import re
import sys
from collections.abc import Iterator

import aiohttp

from deploy.grafana.boards import FOLDER
from tests.house.tree import PROJECT

RULES = sorted((PROJECT / "deploy" / "prometheus" / "rules").glob("*.yml"))
# Of parts that an installation may lack, and of newer exporters.
OPTIONAL = re.compile(
    r"\b(backup_|host_|restore_drill_|replica_|pg_stat_replication_|pg_replication_slots_"
    r"|pg_stat_checkpointer_|pg_postmaster_|pg_stat_user_tables_|pg_wal_|pg_database_wraparound_|alertmanager_)\w+"
)
# Known only from their first occasion on, which may never come.
RARE = {"messages_held", "deadline_lateness_seconds_bucket"}


def queries(*, may_be_empty: bool = True) -> Iterator[tuple[str, str]]:
    """Give place and text of each query that the dashboards' files ask."""
    for path in sorted(FOLDER.glob("*.json")):
        board = json.loads(path.read_text())
        for panel in board["panels"]:
            if panel["type"] == "row":
                continue
            if not may_be_empty and "noValue" in panel["fieldConfig"]["defaults"]:
                continue
            for target in panel["targets"]:
                query = re.sub(r"\$(service|instance|queue)", ".+", target["expr"])
                yield f"{board['title']} / {panel['title']}", query


async def empty(url: str, absent: str = "") -> set[str]:
    """Name the panels that would say "no data"; `absent` begins the names of what is not there."""
    async with aiohttp.ClientSession(url) as http:
        return {
            place
            for place, query in queries(may_be_empty=False)
            if not OPTIONAL.search(query)
            and not (absent and absent in query)
            and not await _asked(http, query)
        }


async def unknown(url: str, absent: str = "") -> set[str]:
    """Name the metrics that rules ask for and Prometheus has never heard of."""
    async with aiohttp.ClientSession(url) as http:
        answer = await (await http.get("/api/v1/label/__name__/values")).json()
    wanted = {
        name
        for path in RULES
        for expression in re.findall(r"expr: (?:>-\n)?((?:.|\n {10})*)", path.read_text())
        for name in re.findall(r"(?<![:\w])([a-z]+_[a-z_0-9]*)(?=[{\[ )]|$)", _bare(expression))
    }
    known = set(answer["data"])
    return {
        name
        for name in wanted - known - RARE
        if not OPTIONAL.match(name) and not (absent and name.startswith(absent))
    }


def _bare(expression: str) -> str:
    """Take away what looks like a metric's name and is none: labels, functions, words."""
    without_labels = re.sub(r"\{[^}]*\}|\b(?:by|without|on) \([^)]*\)", "", expression)
    return re.sub(r"\b\w+\(|\b(?:max|min|sum|count) by\b", "(", without_labels)


async def _asked(http: aiohttp.ClientSession, query: str) -> bool:
    async with http.get("/api/v1/query", params={"query": query}) as answer:
        found = await answer.json()
        assert answer.status == 200, f"{query}: {found}"
        return any(one["value"][1] != "NaN" for one in found["data"]["result"])


if __name__ == "__main__":
    said = asyncio.run(empty(sys.argv[1])) | asyncio.run(unknown(sys.argv[1]))
    sys.exit("Nothing to show: " + ", ".join(sorted(said)) if said else 0)
