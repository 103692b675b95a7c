"""`make bench`: how many presses and reads a second, and how late followers are, in one run.

The rows compare with each other, not with another machine.
"""

import argparse

import uvloop

from benchmarks.bench import flood, followers, presses, reads
from benchmarks.bench.cpu import shares
from benchmarks.bench.rows import compared
from benchmarks.load.service import seeded
from shared.log import configure

SECONDS = 3  # of each turn of reads
FLOOD_SECONDS = 30


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--presses", type=int, default=7500, help="how many for each row")
    parser.add_argument("--rounds", type=int, default=5, help="how many of reads; 0 for none")
    parser.add_argument("--floods", type=int, default=3, help="how many of a flood; 0 for none")
    parser.add_argument("--followers", type=int, default=500, help="of events; 0 for none")
    arguments = parser.parse_args()
    configure("bench", "ERROR")
    with seeded() as site:
        if arguments.presses:
            rows = uvloop.run(presses.measure(site, arguments.presses))
            shared = shares({row.name: row.cpu for row in rows})
            print("", compared(rows), "", shared, "", *presses.judged(rows), "", sep="\n")
        if arguments.floods:
            turns = uvloop.run(flood.measure(site, arguments.floods, FLOOD_SECONDS))
            print("", flood.written(turns), "", flood.judged(turns), "", sep="\n")
        if count := arguments.followers:
            crowd = uvloop.run(followers.measure(site, count))
            print("", followers.written(crowd, count), "", followers.judged(crowd), "", sep="\n")
        if arguments.rounds:
            found, sentences = reads.compare(site, arguments.rounds, SECONDS)
            print("", found, "", *sentences, "", sep="\n")


if __name__ == "__main__":
    main()
