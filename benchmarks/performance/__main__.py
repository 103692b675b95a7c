"""`make performance`: measures everything and writes docs/performance.md, with its picture."""

import argparse
import sys

from benchmarks.bench import reads
from benchmarks.load.__main__ import replay, saturated, struck
from benchmarks.load.figures import report
from benchmarks.load.members import WRITES_A_MINUTE
from benchmarks.load.service import INVITATIONS, seeded, serving
from benchmarks.load.stages import DESIGN, QUICK
from benchmarks.performance.machine import described
from deploy.local.instance import PROJECT
from deploy.local.mistakes import OperatorMistake
from shared.log import configure
from tests.conftest import Site

PAGE = PROJECT / "docs" / "performance.md"
PICTURE = PROJECT / "docs" / "pictures" / "load.png"
TURN_SECONDS = 3
TEXT = """# Performance

Written by `make performance`, {machine}.
Everything, the load as well, ran on this one machine, with {invitations:,} invitations in the
database; what compares is the rows of one table.

## The design's load test

Users: {profile}; each thinks for a second between two reads of
`GET /api/invitations?tag=観光&status=recruiting`, while members take and give back seats {writes}
times a minute. `make load` repeats it, and fails where a limit is missed.

{load}

![How long reads took, second by second](pictures/load.png)

## Without thought

wrk on one core beside all servers, the list from the cache; `make load` ends with it.

{saturation}

## Faults

A hundred readers and the writers, before, during and after each; `make load ARGUMENTS=--faults`.

{faults}

## Whatever is asked

`python -m benchmarks.load.cursors --requests 1000000` asks for pages, events, histories and
calendars by values that are right, nearly right, and wrong to the byte. {cursors}

## Beside others

`make bench`. Each server runs on one core and wrk on the other; PostgreSQL and PgBouncer take what
they need of both. All read the same rows, through the same PgBouncer over eight connections; they
take turns, and medians are shown. *CPU* is what the server itself takes for one read.
*Ours, no Redis* shares one query among all who ask in the same moment; *ours, uncached* is a page
behind a cursor: a query for each read, as fastify does it.

{reads}

{goals}

How many presses a second the product takes stands in [proof.md](proof.md); what each index is good
for stands in [query-plans.md](query-plans.md).
"""

# It takes half an hour, so it is not asked again for this page.
CURSORS = """When it last ran whole, on 2026-11-28 beside other work, a million requests took 17
minutes: 272,912 were answered by 200, 573,488 by 400, 153,600 by 404, and none by 500 or above."""


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.performance", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="four minutes instead of twelve")
    is_quick = parser.parse_args().quick
    configure("performance", "ERROR")
    machine = described()
    try:
        with seeded() as site:
            PAGE.write_text(_page(site, machine, is_quick=is_quick))
    except OperatorMistake as mistake:
        sys.exit(str(mistake))
    print(f"  wrote {PAGE}")


def _page(site: Site, machine: str, *, is_quick: bool) -> str:
    with serving(site) as served:
        stages = QUICK if is_quick else DESIGN
        load = report(replay(served, stages, PICTURE))
        saturation = saturated(served, 5 if is_quick else 15)
    faults = struck(site)
    found, sentences = reads.compare(site, 3 if is_quick else 5, TURN_SECONDS)
    return TEXT.format(
        machine=machine,
        invitations=INVITATIONS,
        profile=", ".join(f"{each.seconds:g} s to {each.users} users" for each in stages),
        writes=WRITES_A_MINUTE,
        load=load,
        saturation=saturation,
        faults=faults,
        reads=found,
        cursors=CURSORS,
        goals="\n".join(f"* {sentence}" for sentence in sentences),
    )


if __name__ == "__main__":
    main()
