"""Named prepared statements where PgBouncer keeps them, and none where it does not.

From 1.21 on, with max_prepared_statements, PgBouncer prepares a client's statement on whichever
server runs the transaction. Before, a named statement exists only on the server that saw it, and
the next transaction may meet another. Each new connection finds out for itself.
"""

import secrets
from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    _Plain = asyncpg.Connection[asyncpg.Record]
else:
    _Plain = asyncpg.Connection

# The server knows a statement under its client's name only if the pooler passed the name on: one
# that keeps statements uses names of its own. Without a pooler a session has one server for good.
SELECT_IS_KEPT = """
SELECT pg_backend_pid() = $2::bigint
    OR NOT EXISTS (SELECT FROM pg_prepared_statements WHERE name = $1::text)
"""


async def keeps_statements(connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
    """Return whether a statement prepared on this connection is known in later transactions."""
    name = f"probe_{secrets.token_hex(8)}"
    async with connection.transaction():  # one server
        probe = await connection.prepare(SELECT_IS_KEPT, name=name)
        is_kept: bool = await probe.fetchval(name, connection.get_server_pid())
        if not is_kept:
            await connection.execute(f"DEALLOCATE {name}")
    return is_kept


class AdaptiveConnection(_Plain):
    """Uses unnamed statements until it is known that names are kept.

    asyncpg without a cache describes a statement before each execution: one more round trip. This
    keeps the description and sends Parse, Bind and Execute in one.
    """

    keeps_statements = False

    async def choose(self) -> None:
        """Find out whether named statements can be used."""
        self.keeps_statements = await keeps_statements(self)

    # Both are asyncpg's own, which knows no other way; a test counts the round trips.
    def _get_unique_id(self, prefix: str) -> str:
        name: str = super()._get_unique_id(prefix)  # type: ignore[misc]  # not in its stubs
        return name if prefix != "stmt" or self.keeps_statements else ""

    async def _get_statement(self, *query: Any, **options: Any) -> Any:  # noqa: ANN401 - asyncpg's
        statement = await super()._get_statement(*query, **options)  # type: ignore[misc]  # likewise
        if not statement.name:
            statement.mark_unprepared()
        return statement
