"""Every statement fits the real schema, and the role that runs it may run it."""

from collections.abc import Iterator

import asyncpg
import pytest

from tests.conftest import Site
from tests.house.tree import has_tables, modules, service_names

ROLES = [name for name in service_names() if has_tables(name)]


def statements() -> Iterator[tuple[str, str, str]]:
    """Give role, place and text of each; what shared/ says, every role must be able to say."""
    for module in modules():
        owner = module.__name__.split(".")[1]
        for name, text in vars(module).items():
            if name.isupper() and isinstance(text, str) and text.startswith("\n"):
                for role in ROLES if module.__name__.startswith("shared.") else [owner]:
                    yield role, f"{module.__name__}.{name}", text


STATEMENTS = list(statements())


@pytest.mark.parametrize(
    ("role", "text"),
    [(role, text) for role, _, text in STATEMENTS],
    ids=[f"{role}: {place}" for role, place, _ in STATEMENTS],
)
async def test_a_statement_is_planned_as_its_service(database: Site, role: str, text: str) -> None:
    assert await plan(database.url(role), text)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("SELECT absent FROM deadlines", asyncpg.UndefinedColumnError),
        ("SELECT kind FROM deadlines WHERE due_at < $1::text", asyncpg.UndefinedFunctionError),
        ("SELECT id FROM invitations.invitations", asyncpg.InsufficientPrivilegeError),
        ("DELETE FROM pg_catalog.pg_class", asyncpg.InsufficientPrivilegeError),
    ],
)
async def test_a_statement_that_does_not_fit_is_refused(
    database: Site, text: str, refusal: type[asyncpg.PostgresError]
) -> None:
    with pytest.raises(refusal):
        await plan(database.url("scheduler"), text)


async def plan(url: str, text: str) -> list[asyncpg.Record]:
    """Let PREPARE check names and types, and EXPLAIN EXECUTE the role's rights; nothing is run."""
    connection = await asyncpg.connect(url)
    try:
        count = len((await connection.prepare(text)).get_parameters())
        nulls = f"({', '.join(['NULL'] * count)})" if count else ""
        await connection.execute(f"PREPARE statement AS {text}")
        return await connection.fetch(f"EXPLAIN EXECUTE statement{nulls}")
    finally:
        await connection.close()


def test_every_service_with_tables_has_statements() -> None:
    """Else the test above would pass over nothing."""
    places = {place.split(".")[1] for _, place, _ in STATEMENTS if place.startswith("services.")}
    assert places == set(ROLES)
