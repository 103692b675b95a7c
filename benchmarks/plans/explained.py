"""What PostgreSQL does for a query, with the indexes of the design and without them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from benchmarks.plans.queries import Question

INDEXES = """
SELECT indexname
  FROM pg_indexes
 WHERE schemaname = $1
   AND indexname LIKE 'idx\\_%'
"""
TIMES = 3  # the last is taken: by then everything is in memory
# Unlike EXPLAIN it also tells of what a function asks, with the plan that it keeps.
TELL_PLANS = """
LOAD 'auto_explain';
SET LOCAL auto_explain.log_min_duration = 0;
SET LOCAL auto_explain.log_analyze = on;
SET LOCAL auto_explain.log_buffers = on;
SET LOCAL auto_explain.log_nested_statements = on;
SET LOCAL client_min_messages = log
"""
# How long it took, the query in some lines, and the plan from its first line on.
LOGGED = re.compile(r"(?ms)duration: ([\d.]+) ms  plan:\n.*?^(\S[^\n]*\(cost=.*)")


@dataclass(frozen=True)
class Plan:
    """A plan as EXPLAIN (ANALYZE, BUFFERS) writes it, and how long it took."""

    lines: Sequence[str]
    milliseconds: float

    @property
    def buffers(self) -> int:
        """Count the pages of eight kilobytes that it looked at, in memory or not."""
        # The top node's, of which the others are parts.
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
        steps = (each for each in named if "Scan" in each or "Sort" in each)
        return ", ".join(dict.fromkeys(each for each in steps if each != "Subquery Scan"))


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
    connection: asyncpg.Connection, question: Question, dropped: Sequence[str], times: int = TIMES
) -> Plan:
    """Give the plan that there would be without these indexes, of the last of so many times."""
    logged: list[str] = []

    def listen(_: object, message: asyncpg.PostgresLogMessage) -> None:
        logged.append(str(message))

    connection.add_log_listener(listen)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL search_path = {question.schema}")
        for index in dropped:
            await connection.execute(f"DROP INDEX {index}")
        await connection.execute(TELL_PLANS)
        for _ in range(times):
            logged.clear()
            await connection.fetch(question.statement, *question.arguments)
            await connection.execute("CLOSE ALL")  # a plan is logged when its statement has ended
    finally:
        await transaction.rollback()
        connection.remove_log_listener(listen)
    # What a function asks is done before the function is.
    milliseconds, plan = next(found.groups() for each in logged if (found := LOGGED.search(each)))
    return Plan(plan.splitlines(), float(milliseconds))
