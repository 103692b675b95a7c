"""Every index of the design finds the rows of its query."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import get_args

import asyncpg
import pytest

from benchmarks.plans.explained import explain
from benchmarks.plans.queries import QUESTIONS, Question
from services.invitations.sql.lists import LIST_ANY_TAG, LIST_BY_TAG, PAGE
from shared.messages.invitations.details import Status
from shared.paging import FIRST, LAST
from tests.conftest import Site
from tests.schema.conftest import undone
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


COMPARED = 5  # so often PostgreSQL plans for the arguments before it judges a plan for any


@pytest.fixture(scope="module")
async def connection(database: Site) -> AsyncIterator[asyncpg.Connection]:
    await seed(database.superuser_url, SIZE, tickets=SIZE)
    connection = await asyncpg.connect(database.superuser_url)
    yield connection
    await connection.close()


@pytest.fixture
async def stranger(database: Site) -> AsyncIterator[asyncpg.Connection]:
    """Connect again, with no plan kept, and let plans name their values."""
    stranger = await asyncpg.connect(database.superuser_url)
    await stranger.execute("LOAD 'auto_explain'; SET auto_explain.log_verbose = on")
    yield stranger
    await stranger.close()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.meaning)
async def test_each_query_uses_its_index(
    connection: asyncpg.Connection, question: Question
) -> None:
    """It looks at few pages, and reads no table from end to end."""
    plan = await explain(connection, question, [])
    wanted = STAND_INS.get(question.index, {question.index})
    assert any(index in node for index in wanted for node in plan.nodes), plan.lines
    # The table of guilds has a row a guild, and a list of every guild reads those once.
    scanned = [node for node in plan.nodes if node.startswith("Seq Scan")]
    assert [node for node in scanned if not node.startswith("Seq Scan on guilds")] == [], plan.lines
    assert plan.buffers < 150


@pytest.mark.parametrize(
    "names", [["idx_invitation_recent"], ["idx_ticket_open", "idx_ticket_guild_open"]]
)
async def test_a_plan_without_the_index_is_seen_to_be_worse(
    connection: asyncpg.Connection, names: list[str]
) -> None:
    """And the index comes back."""
    [question] = [each for each in QUESTIONS if each.index == names[0]]
    without = await explain(connection, question, names)
    assert any(node.startswith("Seq Scan") for node in without.nodes)
    assert without.buffers > 5 * (await explain(connection, question, [])).buffers


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("at", [FIRST, datetime.now(UTC), LAST], ids=["first", "now", "last"])
@pytest.mark.parametrize("status", get_args(Status))
@pytest.mark.parametrize("is_before", [False, True], ids=["forward", "back"])
@pytest.mark.parametrize(
    "asked",
    [(LIST_BY_TAG, "idx_invitation_list", "観光"), (LIST_ANY_TAG, "idx_invitation_soonest")],
    ids=["tag", "any"],
)
async def test_a_page_is_planned_once_and_reads_little_wherever_it_begins(
    stranger: asyncpg.Connection,
    asked: tuple[str, ...],
    status: str,
    at: datetime,
    *,
    is_before: bool,
) -> None:
    """It reads no more than a page, of what is common and of what is rare."""
    statement, index, *tag = asked
    arguments = ([status], *tag, at, "", is_before, PAGE + 1)
    question = Question(index, "Q1", "invitations", statement, arguments)
    plan = await explain(stranger, question, [], times=COMPARED + 1)

    assert index in plan.reads, plan.lines
    assert plan.buffers < 250, plan.lines
    assert f"'{status}'" not in "\n".join(plan.lines), "planned again for this state"


# One of two hundred recruits, and three tags are in use.
FEW_TAGS = """
TRUNCATE invitations.invitations CASCADE;
SET LOCAL session_replication_role = replica;
INSERT INTO invitations.invitations (id, thread_id, request_id, guild_id, channel_id, host_id,
                                     host_name, event_name, start_time, end_time, world_name, tag,
                                     description, instance_type, max_participants, status)
SELECT n::text, n::text, gen_random_uuid(), '1', '2', '3', 'h', 'e',
       timestamptz '2030-01-01' + n * interval '1 minute', '2051-01-01', 'w',
       (ARRAY['観光', 'ゲーム', 'まったり'])[1 + n % 3], 'd', 'group', 4,
       CASE WHEN n % 200 = 0 THEN 'recruiting' WHEN n % 2 = 0 THEN 'completed' ELSE 'cancelled' END
  FROM generate_series(1, 100000) AS n;
SET LOCAL session_replication_role = origin;
ANALYZE invitations.invitations
"""


@pytest.mark.usefixtures("connection")
@pytest.mark.parametrize("is_before", [False, True], ids=["forward", "back"])
async def test_a_guild_of_few_tags_is_not_read_from_end_to_end(
    stranger: asyncpg.Connection, *, is_before: bool
) -> None:
    arguments = (["recruiting"], LAST if is_before else FIRST, "", is_before, PAGE + 1)
    question = Question("idx_invitation_soonest", "Q1", "invitations", LIST_ANY_TAG, arguments)
    async with undone(stranger):
        await stranger.execute(FEW_TAGS)
        plan = await explain(stranger, question, [], times=COMPARED + 1)
    assert "idx_invitation_soonest" in plan.reads, plan.lines
    assert plan.buffers < 250, plan.lines
