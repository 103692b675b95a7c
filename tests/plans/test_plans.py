"""Every index of the design finds the rows of its query."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.conftest import Site
from tests.plans.explained import explain
from tests.plans.queries import QUESTIONS, Question
from tests.seeding import seed

SIZE = 5_600
# With few rows, or where another index says the same, PostgreSQL may take that one.
STAND_INS = {
    "idx_invitation_list": {"idx_invitation_list"},
    "idx_invitation_active": {"idx_invitation_active", "idx_invitation_list"},
    "idx_participant_invitation_status": {
        "unique_participant",
        "idx_participant_invitation_status",
    },
}


@pytest.fixture(scope="module")
async def connection(database: Site) -> AsyncIterator[asyncpg.Connection]:
    await seed(database.superuser_url, SIZE, tickets=SIZE)
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.index)
async def test_an_index_finds_what_it_is_there_for(
    connection: asyncpg.Connection, question: Question
) -> None:
    """It looks at few pages, and reads no table from end to end."""
    plan = await explain(connection, question, [])
    wanted = STAND_INS.get(question.index, {question.index})
    assert any(index in node for index in wanted for node in plan.nodes), plan.lines
    assert not any(node.startswith("Seq Scan") for node in plan.nodes), plan.lines
    assert plan.buffers < 150


@pytest.mark.parametrize("name", ["idx_invitation_recent", "idx_ticket_open"])
async def test_a_plan_without_the_index_is_seen_to_be_worse(
    connection: asyncpg.Connection, name: str
) -> None:
    """And the index comes back."""
    [question] = [each for each in QUESTIONS if each.index == name]
    without = await explain(connection, question, [name])
    assert any(node.startswith("Seq Scan") for node in without.nodes)
    assert without.buffers > 5 * (await explain(connection, question, [])).buffers
