"""`make plans`: writes docs/query-plans.md, what each index of the design is good for."""

import argparse
import asyncio
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg

from benchmarks.plans.explained import Comparison, Plan, compare
from benchmarks.plans.queries import QUESTIONS
from deploy.local.instance import PROJECT
from deploy.local.mistakes import OperatorMistake
from deploy.local.servers import Servers, passing_servers
from deploy.local.steps import step
from tests.seeding import seed
from tests.tables import table

SIZES = (5_600, 30_000, 1_000_000)
PAGE = PROJECT / "docs" / "query-plans.md"
PREFACE = """# Query plans

What PostgreSQL does for each query that an index of the design is there for: without any index
whose name begins with `idx_`, without this one alone (others may stand in for it), and as it is.
Each cell tells the milliseconds, the pages of 8 kB that were looked at, all of them in memory, and
how rows were found. The plans themselves are folded below each table.
Written by `make plans` on {version}, {machine}.

Of a hundred invitations six recruit and two are full; a member is in twenty, a host has fifty; of
a hundred tickets five are open. A time under a tenth of a millisecond says little, the pages say
it. Where the third column is as good as the fourth, an index is kept for its name more than for
its use ([0015](decisions/0015-indexes-that-serve-their-queries.md)).
"""


def main() -> None:
    """Measure every size, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plans", description=__doc__)
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, help="how many invitations there are"
    )
    arguments = parser.parse_args()
    try:
        with passing_servers("plans") as servers:
            version, found = asyncio.run(_measured(servers, arguments.sizes))
    except OperatorMistake as mistake:
        sys.exit(str(mistake))
    arguments.page.write_text("\n".join(page(version, found)))
    print(f"  wrote {arguments.page}")


async def _measured(
    servers: Servers, sizes: Sequence[int]
) -> tuple[str, dict[int, list[Comparison]]]:
    found = {}
    for size in sizes:
        name = f"plans_{size}"
        servers.create_database(name)
        with step(f"{size:,} invitations"):
            await seed(servers.superuser_url(name), size, tickets=size)
        connection = await asyncpg.connect(servers.superuser_url(name))
        with step("plans"):
            found[size] = [await compare(connection, question) for question in QUESTIONS]
        version = await connection.fetchval("SHOW server_version")
        await connection.close()
        servers.drop_database(name)
    return f"PostgreSQL {version.split()[0]}", found


def page(version: str, found: dict[int, list[Comparison]]) -> Iterator[str]:
    """Write the page, line by line."""
    yield PREFACE.format(version=version, machine=f"{platform.system()} {platform.machine()}")
    for size, comparisons in found.items():
        yield f"## {size:,} invitations\n"
        yield table(
            ("index, and its query", "without any", "without it", "as it is"),
            [_row(each) for each in comparisons],
        )
        yield ""
        for each in comparisons:
            yield from _folded(each)
    yield ""


def _row(found: Comparison) -> tuple[str, str, str, str]:
    plans = (found.before, found.without, found.after)
    name = f"`{found.question.index}`, {found.question.meaning}"
    return name, *(_cell(plan) for plan in plans)  # type: ignore[return-value]  # three of them


def _cell(plan: Plan) -> str:
    return f"{plan.milliseconds:.3f} ms, {plan.buffers:,}: {plan.reads}"


def _folded(found: Comparison) -> Iterator[str]:
    yield f"<details><summary>{found.question.index}, {found.question.meaning}</summary>\n"
    for name, plan in (("without any", found.before), ("as it is", found.after)):
        yield f"{name}:\n\n```text"
        yield from plan.lines
        yield "```\n"
    yield "</details>\n"


if __name__ == "__main__":
    main()
