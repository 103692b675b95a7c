"""Gauges say how full the open invitations are, and how long the database takes."""

from prometheus_client import REGISTRY

from services.invitations.metrics import GAUGES
from shared.database import Pool, query_name
from shared.messages.invitations.commands import CancelInvitation, JoinInvitation, JoinWaitlist
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF
from tests.services.invitations.telling import published, say


async def figures(pool: Pool, name: str, label: str, *values: str) -> list[float | None]:
    for measure in GAUGES:
        await measure.look(pool)
    return [REGISTRY.get_sample_value(name, {label: value}) for value in values]


async def test_open_invitations_and_their_seats_are_counted(pool: Pool) -> None:
    seats = ("invitation_seats", "state", "taken", "free", "waited_for")
    assert await figures(pool, *seats) == [0, 0, 0]
    await published(pool, max_participants=1)
    assert await figures(pool, *seats) == [0, 1, 0]
    await say(pool, JoinInvitation(actor=MEMBER, invitation_id=INVITATION_ID))
    await say(pool, JoinWaitlist(actor=STAFF, invitation_id=INVITATION_ID))
    assert await figures(pool, *seats) == [1, 0, 1]
    assert await figures(pool, "invitations_open", "status", "recruiting", "full") == [0, 1]
    about = {"invitation_id": INVITATION_ID, "for_people": 2}
    await say(pool, CancelInvitation(actor=HOST, reason="風邪", **about))
    assert await figures(pool, *seats) == [0, 0, 0]


def test_a_statement_has_a_short_name_with_nothing_of_what_is_asked_for() -> None:
    assert query_name("\nSELECT id\n  FROM tickets\n WHERE id = 'x'") == "SELECT tickets"
    assert query_name("INSERT INTO inbox (message_id) VALUES ($1)") == "INSERT inbox"
    assert query_name("UPDATE drafts SET tag = $1") == "UPDATE drafts"
    assert query_name("SELECT list_invitations($1, $2)") == "SELECT list_invitations"
    assert query_name("SELECT count(*) FROM tickets") == "SELECT tickets"
    assert query_name("BEGIN;") == "BEGIN"
    assert query_name(" ") == ""


async def test_statements_are_timed(pool: Pool) -> None:
    def asked() -> float:
        count = REGISTRY.get_sample_value(
            "query_duration_seconds_count", {"query": "SELECT invitations"}
        )
        return count or 0

    before = asked()
    for measure in GAUGES:
        await measure.look(pool)
    await pool.fetchval("SELECT true")  # asyncpg tells of a statement a turn of the loop later
    assert asked() > before
