"""`make load`: the design's load test against real processes, and its thresholds.

Virtual users read the list while members take and give back seats, on private servers with thirty
thousand invitations. Then wrk asks as fast as it is answered.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from benchmarks.load import faults, plot
from benchmarks.load.figures import Check, by_second, checks, percentile, report
from benchmarks.load.members import write
from benchmarks.load.saturation import list_url, saturate
from benchmarks.load.service import INVITATIONS, Served, seeded, serving
from benchmarks.load.stages import DESIGN, QUICK, Stage, most, users_at
from benchmarks.load.users import Crowd
from deploy.local.instance import PROJECT
from deploy.local.mistakes import OperatorMistake
from shared.log import configure
from tests.conftest import Site
from tests.tables import table

TELL_EVERY_SECONDS = 5
FAULT_THINK_SECONDS = 0.5
READS_OF_A_FAULT = 1200  # before, during and after it
NEARLY = 0.95  # of the peak's users count as the peak


def main() -> None:
    """Measure, print the tables, draw the picture, and fail where a threshold is missed."""
    arguments = _arguments()
    configure("load", "ERROR")
    try:
        with seeded(arguments.invitations) as site:
            if arguments.faults:
                print(f"\n{struck(site)}\n")
                return
            with serving(site) as served:
                found = replay(served, QUICK if arguments.quick else DESIGN, arguments.plot)
                without = saturated(served, 5 if arguments.quick else 15)
                print(f"\n{report(found)}\n\n{without}\n")
    except OperatorMistake as mistake:
        sys.exit(str(mistake))
    except KeyboardInterrupt:
        sys.exit("  Stopped; nothing is left running.")
    if not all(check.passes for check in found):
        sys.exit(1)


def replay(served: Served, stages: Sequence[Stage], target: Path) -> list[Check]:
    """Let the users of the design come and go, draw what they met, and judge it."""
    crowd = Crowd(served.base_url, stages)
    before = served.lookups()
    uvloop.run(_with_everybody(served, crowd, stages))
    lookups = {name: value - before.get(name, 0) for name, value in served.lookups().items()}
    plot.draw(by_second(crowd.samples), stages, target)
    print(f"  {len(crowd.samples):,} reads; drawn in {target}")
    peak = NEARLY * most(stages)
    at_peak = [each for each in crowd.samples if users_at(stages, each.at) >= peak]
    return checks(crowd.samples, at_peak, lookups)


def saturated(served: Served, seconds: int) -> str:
    """Measure how many reads a second there can be, and write it as a table."""
    rows = []
    for connections in (1, 50, 200):
        found = saturate(list_url(served.base_url), connections, seconds)
        figures = f"{found.rate:,.0f}", f"{found.p50:.2f}", f"{found.p99:.2f}", str(found.wrong)
        rows.append((f"{connections} at once", *figures))
    return table(("without thinking", "reads/s", "p50 ms", "p99 ms", "errors"), rows)


def struck(site: Site) -> str:
    """Let servers fail under readers and writers, and write what the readers noticed as a table."""
    servers = site.servers
    replica = servers.start_replica(forgetful=True)
    servers.show_on_replica(site.name)
    url = servers.replica_url("invitations", site.name)
    try:
        with serving(site, REPLICA_DATABASE_URL=url) as served:
            return uvloop.run(_struck(served))
    finally:
        servers.stop_replica(replica)


async def _struck(served: Served) -> str:
    writing = asyncio.create_task(write(served.site))
    async with faults.crowded(served, FAULT_THINK_SECONDS) as crowd:
        found = [
            await faults.strike(served.site, crowd, fault, READS_OF_A_FAULT)
            for fault in (*faults.FAULTS, *faults.REPLICA_FAULTS)
        ]
    writing.cancel()
    await asyncio.wait([writing])
    return faults.report(found)


async def _with_everybody(served: Served, crowd: Crowd, stages: Sequence[Stage]) -> None:
    beside = [
        asyncio.create_task(write(served.site)),
        asyncio.create_task(_tell(crowd, stages)),
    ]
    reading = asyncio.create_task(crowd.run())
    # A loop beside the readers never ends by itself, unless it fails.
    await asyncio.wait([reading, *beside], return_when=asyncio.FIRST_COMPLETED)
    for task in beside:
        if task.done():
            reading.cancel()
            task.result()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await reading


async def _tell(crowd: Crowd, stages: Sequence[Stage]) -> None:
    """Say now and then how it goes."""
    while True:
        printed = len(crowd.samples)
        await asyncio.sleep(TELL_EVERY_SECONDS)
        new = crowd.samples[printed:]
        wrong = sum(not each.is_right for each in new)
        p50, p99 = (percentile([each.milliseconds for each in new], part) for part in (50, 99))
        print(
            f"  {crowd.now:4.0f} s  {users_at(stages, crowd.now):3} users"
            f"  {len(new) / TELL_EVERY_SECONDS:5.0f} reads/s"
            f"  p50 {p50:5.1f} ms  p99 {p99:5.1f} ms  {wrong} errors",
            flush=True,
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute instead of seven")
    parser.add_argument("--faults", action="store_true", help="instead, let servers fail meanwhile")
    parser.add_argument("--invitations", type=int, default=INVITATIONS, help="how many rows")
    parser.add_argument(
        "--plot", type=Path, default=PROJECT / ".local" / "load.png", help="where the picture goes"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
