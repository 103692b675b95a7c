"""A statement costs one round trip, whatever the pooler keeps."""

import asyncio
from urllib.parse import urlsplit

import pytest

from deploy.local.programs import pgbouncer_keeps_prepared_statements
from shared.database import Pool, open_pool
from shared.settings import DatabaseSettings, OperatorMistake
from tests.conftest import Site
from tests.shared.wire import wire

ASKS = 20
# Sees itself among the statements of its server if it has a name.
SELECT_NAMED = "SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE statement LIKE '%its own%')"
COUNT_PROBES = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'probe%'"


@pytest.mark.parametrize("is_pooled", [False, True])
async def test_a_statement_is_asked_in_one_round_trip(site: Site, *, is_pooled: bool) -> None:
    """Straight to PostgreSQL statements are named; PgBouncer below 1.21 keeps no names."""
    url = site.pooled_url("invitations") if is_pooled else site.url("invitations")
    async with wire(url) as laid:
        pool = await opened(laid.url)
        assert await ask(pool, 0) == "0"
        before = laid.asked
        assert [await ask(pool, number) for number in range(ASKS)] == [str(n) for n in range(ASKS)]
        assert laid.asked - before == ASKS
        async with pool.acquire() as connection, connection.transaction():
            before = laid.asked
            assert (
                await connection.fetchval("SELECT $1::int + 1", 1) == 2
            )  # another, described once
            assert await connection.fetchval("SELECT $1::int + 1", 2) == 3
        assert laid.asked - before == 4, "described, asked, asked, committed"
        await pool.close()


async def test_no_server_need_know_a_statement(site: Site) -> None:
    """Each transaction may meet another server behind the pooler, and another's statements."""
    pool = await opened(site.pooled_url("invitations"), connections=8)
    answers = await asyncio.gather(*(ask(pool, number) for number in range(200)))
    assert answers == [str(number) for number in range(200)]
    await pool.close()


async def test_the_pooler_asks_nothing_of_its_own(site: Site) -> None:
    """Rule: a client that names a setting otherwise than the server has it set again each time."""
    pool = await opened(site.pooled_url("invitations"))
    transactions = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    # The count is what the server's process has reported; it reports once a second unless asked.
    tell = "SELECT pg_stat_force_next_flush()"
    await pool.fetchval(tell)
    before = await pool.fetchval(transactions)
    for number in range(ASKS):
        await ask(pool, number)
    await pool.fetchval(tell)
    assert await pool.fetchval(transactions) - before < 2 * ASKS
    await pool.close()


async def test_a_refused_password_and_a_missing_database_are_one_sentence_each(site: Site) -> None:
    """As PostgreSQL says it; through PgBouncer the sentence is the pooler's."""
    url = site.url("invitations")
    wrong = urlsplit(url)
    with pytest.raises(OperatorMistake, match=r"^DATABASE_URL is wrong: the role or its password"):
        await opened(url.replace(f":{wrong.password}@", ":wrong@"))
    with pytest.raises(OperatorMistake, match=r"^DATABASE_URL is wrong: there is no such database"):
        await opened(url.replace(wrong.path, "/nowhere"))


async def test_names_are_used_where_a_later_transaction_knows_them(site: Site) -> None:
    for url, is_kept in (
        (site.url("invitations"), True),
        (site.pooled_url("invitations"), pgbouncer_keeps_prepared_statements()),
    ):
        pool = await opened(url)
        async with pool.acquire() as connection, connection.transaction():
            assert await connection.fetchval(SELECT_NAMED) is is_kept
            assert is_kept or await connection.fetchval(COUNT_PROBES) == 0, "none is left behind"
        await pool.close()


async def opened(url: str, *, connections: int = 1) -> Pool:
    return await open_pool(DatabaseSettings(database_url=url, database_connections=connections))


async def ask(pool: Pool, number: int) -> object:
    return await pool.fetchval("SELECT ($1::int)::text", number)
