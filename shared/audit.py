"""The audit log of a service: who did what, when. It can be added to, never changed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from shared.database import Connection
from shared.dispatch import CORRELATION_ID
from shared.messages.envelope import Command
from shared.parts import Section


def insert_entry(subject: str) -> str:
    """Return the statement that adds an entry; `subject` is the column of what it is about."""
    return f"""
INSERT INTO audit_log (actor_id, actor_name, action, {subject}, details, correlation_id)
VALUES ($1, $2, $3, $4, $5, $6)
"""  # noqa: S608 - a column of our own


async def add_entry(
    connection: Connection,
    statement: str,
    command: Command,
    subject_id: str | None,
    details: Mapping[str, object],
    *more: object,
) -> None:
    """Keep for good that a command came true, under the correlation id of its story."""
    await connection.execute(
        statement,
        command.actor.user_id,
        command.actor.name,
        command.wire_name(),
        subject_id,
        json.dumps(details, ensure_ascii=False),
        CORRELATION_ID.get(),
        *more,
    )


PAGE = 10
NEWEST = 10**18


class Entries(NamedTuple):
    """A page of a log, newest first, and the cursors of the pages around it."""

    rows: Sequence[Mapping[str, Any]]
    next: str | None = None
    previous: str | None = None


async def page(
    connection: Connection, statements: tuple[str, str], cursor: str | None, *narrowed: object
) -> Entries:
    """Read a page, one row too far: if it is there, so is a page behind.

    The statements are the one of the pages after a place, and the one of those before it; $1 is the
    place and $2 the limit.
    """
    way, at = (cursor[0], int(cursor[1:])) if cursor else ("a", NEWEST)
    found = await connection.fetch(statements[way == "b"], at, PAGE + 1, *narrowed)
    rows, has_more = found[:PAGE], len(found) > PAGE
    if not rows:
        return Entries([])
    if way == "b":
        rows.reverse()
    has_next, has_previous = (True, has_more) if way == "b" else (has_more, bool(cursor))
    return Entries(
        [{**row, "details": _own(json.loads(row["details"]))} for row in rows],
        f"a{rows[-1]['id']}" if has_next else None,
        f"b{rows[0]['id']}" if has_previous else None,
    )


def _own(details: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out the guild, which is the reader's own."""
    return {name: value for name, value in details.items() if name != "guild_id"}


def noted(**values: object) -> dict[str, str]:
    """Return values as the log keeps them: several with commas, and none not at all."""
    texts = {
        name: ", ".join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
        if value is not None
    }
    return {name: text for name, text in texts.items() if text}


def select_actions(subject: str) -> str:
    """Return the statement of the entries about a member: by them, or with them in the details."""
    return f"""
SELECT id::text AS key, at, actor_id = $1 AS is_own,
       CASE WHEN actor_id = $1 THEN actor_name END AS name, action, {subject}, details
  FROM audit_log
 WHERE (
     actor_id = $1
     OR EXISTS (SELECT FROM jsonb_each_text(details) AS detail WHERE detail.value = $1::text)
   )
   AND id > $2::text::bigint
 ORDER BY id
 LIMIT $3
"""  # noqa: S608 - a column of our own


def actions(statement: str, model: type[BaseModel]) -> Section:
    """Return the part of a member's export that says what they did, and what was done to them."""

    def read(row: Mapping[str, Any]) -> Mapping[str, object]:
        return {"audit_log": model(**{**row, "details": json.loads(row["details"])})}

    return Section("actions", "0", statement, read)
