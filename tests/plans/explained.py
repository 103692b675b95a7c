"""What PostgreSQL does for a query, with the indexes of the design and without them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from tests.plans.queries import Question

INDEXES = """
SELECT indexname
  FROM pg_indexes
 WHERE schemaname = $1
   AND indexname LIKE 'idx\\_%'
"""
TIMES = 3  # the last is taken: by then everything is in memory


@dataclass(frozen=True)
class Plan:
    """A plan as EXPLAIN (ANALYZE, BUFFERS) writes it."""

    lines: Sequence[str]

    @property
    def milliseconds(self) -> float:
        """Read how long it took."""
        [time] = [line.split()[2] for line in self.lines if line.startswith("Execution Time")]
        return float(time)

    @property
    def buffers(self) -> int:
        """Count the pages of eight kilobytes that it looked at, in memory or not."""
        # The top node's, of which the others are parts; what planning looked at stands behind.
        whole = next((line for line in self.lines if line.strip().startswith("Buffers:")), "")
        return sum(map(int, re.findall(r"(?:hit|read)=(\d+)", whole)))

    @property
    def nodes(self) -> Sequence[str]:
        """Name its steps from the top, those on rows with the index or table they read."""
        found = [re.match(r"\s*(?:->\s+)?(.+?)  \(cost", line) for line in self.lines]
        return [match[1] for match in found if match]

    @property
    def reads(self) -> str:
        """Say in short how the rows are found."""
        named = (node.replace(" using", "").split(" on ")[0] for node in self.nodes)
        return ", ".join(dict.fromkeys(each for each in named if "Scan" in each or "Sort" in each))


@dataclass(frozen=True)
class Comparison:
    """A question's plan without any index of the design, without its own, and as it is."""

    question: Question
    before: Plan
    without: Plan
    after: Plan


async def compare(connection: asyncpg.Connection, question: Question) -> Comparison:
    """Ask three times; what is dropped for it comes back."""
    rows = await connection.fetch(INDEXES, question.schema)
    indexes = [row["indexname"] for row in rows]
    assert question.index in indexes
    return Comparison(
        question,
        before=await explain(connection, question, indexes),
        without=await explain(connection, question, [question.index]),
        after=await explain(connection, question, []),
    )


async def explain(
    connection: asyncpg.Connection, question: Question, dropped: Sequence[str]
) -> Plan:
    """Give the plan that there would be without these indexes."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL search_path = {question.schema}")
        for index in dropped:
            await connection.execute(f"DROP INDEX {index}")
        for _ in range(TIMES):
            rows = await connection.fetch(
                f"EXPLAIN (ANALYZE, BUFFERS) {question.statement}", *question.arguments
            )
    finally:
        await transaction.rollback()
    return Plan([row[0] for row in rows])
