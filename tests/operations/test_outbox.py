"""What waits in an outbox is counted, with its age."""

from tests.conftest import Site
from tests.operations.command import doukikai


async def test_what_waits_is_counted_by_service(site: Site) -> None:
    pool = await site.pool("tickets")
    await pool.execute(
        "INSERT INTO outbox (message_id, exchange, routing_key, body, created_at) VALUES"
        " (gen_random_uuid(), 'x', 'x', '{}', clock_timestamp() - INTERVAL '5 minutes')"
    )
    await pool.close()
    urls = {
        f"{role.upper()}_DATABASE_URL": site.pooled_url(role)
        for role in ("invitations", "tickets", "scheduler")
    }
    told = (await doukikai("outbox", "status", "--json", **urls)).told
    assert [(each["service"], each["waiting"]) for each in told] == [
        ("invitations", 0),
        ("tickets", 1),
        ("scheduler", 0),
    ]
    assert 300 <= told[1]["oldest_seconds"] < 400
    assert "5 min" in (await doukikai("outbox", "status", **urls)).output
