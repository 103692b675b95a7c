"""Gauges count the tickets by state and return to zero."""

from prometheus_client import REGISTRY

from services.tickets.metrics import GAUGES
from services.tickets.sql import sealed_texts
from shared.messages.tickets.commands import ClaimTicket, CloseTicket, HoldTicket
from tests.builders import MEMBER, STAFF
from tests.services.tickets.conftest import Desk, request


async def states(desk: Desk) -> dict[str, float | None]:
    for measure in GAUGES:
        await measure.look(desk.pool)
    return {
        state: REGISTRY.get_sample_value("tickets_open", {"state": state})
        for state in ("waiting", "claimed", "held")
    }


def oldest(state: str) -> float | None:
    return REGISTRY.get_sample_value("ticket_oldest_age_seconds", {"state": state})


async def test_open_tickets_are_counted_by_state(desk: Desk) -> None:
    await desk.opened()
    assert (await states(desk))["waiting"] == 1
    assert 0 < (oldest("waiting") or 0) < 60
    await desk.say(ClaimTicket(actor=STAFF, ticket_id="5001"))
    assert (await states(desk))["claimed"] == 1
    await desk.say(HoldTicket(actor=STAFF, ticket_id="5001"))
    assert await states(desk) == {"waiting": 0, "claimed": 0, "held": 1}
    await desk.say(CloseTicket(actor=MEMBER, ticket_id="5001"))
    assert await states(desk) == {"waiting": 0, "claimed": 0, "held": 0}
    assert oldest("waiting") == oldest("held") == 0
    waited = REGISTRY.get_sample_value("ticket_claim_wait_seconds", {"rank": "median"})
    assert 0 < (waited or 0) < 60


async def test_a_request_that_waits_for_its_thread_is_counted_under_its_key(desk: Desk) -> None:
    """Otherwise the key could leave before the gateway has opened the request."""
    await desk.say(request())
    assert await sealed_texts.count_by_key(desk.pool) == {"k1": 2}
    await desk.opened("5001", category="other")
    assert await sealed_texts.count_by_key(desk.pool) == {"k1": 3}
