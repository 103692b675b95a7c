"""`make proof`: shows anew what the project claims, and writes docs/proof.md.

Each part replaces its own section of the page; the others stay as they were found.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable

import uvloop

from deploy.local.instance import PROJECT
from deploy.local.mistakes import OperatorMistake
from shared.log import configure
from tests.bench import presses, steady
from tests.conftest import Site
from tests.load.service import INVITATIONS, seeded
from tests.performance.machine import described

PAGE = PROJECT / "docs" / "proof.md"
HEAD = """# Proof

Written by `make proof`; every section says when, on what and at which commit it was found. Load and
all servers share that one machine, so what compares is the rows of one table.
"""
PRESSES = """
A press is a JoinInvitation. *Ours* begins with the command in RabbitMQ and ends with the reply,
at most {in_flight} at once, with {invitations:,} invitations in the database.
*pgbench* runs the very statements of a press, and *a bot that writes by itself* the handler alone:
neither takes a message nor tells one. *FastStream* takes the command, runs the same handler and
publishes event and reply, but a message that comes twice is handled twice, and what it could not
tell any more is lost. *CPU* is what all processes together take for a press.

{table}

{verdicts}

At a steady rate, whether or not the answers keep up:

{latencies}
"""
SOAK = """
{rate:.0f} presses a second, half of the most, for {minutes:.0f} minutes after a start of fifteen
seconds. A receipt stays in the inbox for thirty days: its rows grow with the presses by intent.
PostgreSQL's pages are those of its shared buffers too, counted for each process that has seen them.

{table}
"""
CHAOS = """
`make chaos ARGUMENTS="{words}"`, as it spoke. What it breaks and compares: [chaos.md](chaos.md).

```
{said}
```
"""


def main() -> None:
    """Measure the parts that are asked for, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all of them unless said")
    parser.add_argument("--quick", action="store_true", help="ten minutes instead of forty")
    parser.add_argument("--seed", type=int, default=1, help="of the chaos")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        sys.exit(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    configure("proof", "ERROR")
    try:
        for part in arguments.parts or PARTS:
            machine = described()
            _write(part, f"{machine}.\n{PARTS[part](arguments)}")
    except OperatorMistake as mistake:
        sys.exit(str(mistake))
    print(f"  wrote {PAGE}")


def _chaos(arguments: argparse.Namespace) -> str:
    words = [*(["--quick"] if arguments.quick else []), "--seed", str(arguments.seed)]
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-u", "-m", "tests.chaos", *words],
        stdout=subprocess.PIPE,
        text=True,
    ) as playing:
        assert playing.stdout is not None
        said = []
        for line in playing.stdout:
            print(line, end="", flush=True)
            said.append(line.rstrip())
    return CHAOS.format(words=" ".join(words), said="\n".join(said).strip())


def _presses(arguments: argparse.Namespace) -> str:
    count, seconds = (1000, 10) if arguments.quick else (4000, 30)
    with seeded() as site:
        found, sentences, rate = uvloop.run(presses.measure(site, count))
        rates = [10, rate / 2, *([100] if rate > 100 else [])]
        latencies = uvloop.run(steady.latencies(site, rates, seconds))
    return PRESSES.format(
        in_flight=presses.IN_FLIGHT,
        invitations=INVITATIONS,
        table=found,
        verdicts="\n".join(f"* {sentence}" for sentence in sentences),
        latencies=latencies,
    )


def _soak(arguments: argparse.Namespace) -> str:
    seconds = 60 if arguments.quick else 600
    with seeded() as site:
        rate = uvloop.run(_our_rate(site)) / 2
        found = uvloop.run(steady.soaked(site, rate, seconds))
    return SOAK.format(rate=rate, minutes=seconds / 60, table=found)


async def _our_rate(site: Site) -> float:
    pool = await site.pool(connections=presses.CONNECTIONS)
    row = await presses.our_pipeline(site, pool, 1000)
    await pool.close()
    return row.rate


PARTS: dict[str, Callable[[argparse.Namespace], str]] = {
    "presses": _presses,
    "soak": _soak,
    "chaos": _chaos,
}


def _write(part: str, text: str) -> None:
    """Put a section in the place of the one of before."""
    page = PAGE.read_text() if PAGE.exists() else HEAD
    _, *old = page.split("\n## ")
    sections = {section.partition("\n")[0]: section.partition("\n")[2] for section in old}
    sections[part.capitalize()] = f"\n{text.strip()}\n"
    written = [
        f"## {name}\n{sections[name]}" for each in PARTS if (name := each.capitalize()) in sections
    ]
    PAGE.write_text("\n".join([HEAD, *written]))


if __name__ == "__main__":
    main()
