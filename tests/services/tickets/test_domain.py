"""A ticket's moments, to the microsecond."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.tickets.domain import Ticket
from shared.messages.tickets.guilds import TicketSettings
from shared.refusal import Refused

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
EVERY = timedelta(minutes=5)
RULES = TicketSettings()
TICKET = Ticket(
    id="1",
    guild_id="1",
    user_id="2",
    status="open",
    staff_id=None,
    staff_name=None,
    on_hold=False,
    last_activity_at=NOW,
    warns_at=None,
    closes_at=None,
    closed_at=None,
    closed_by=None,
    close_reason=None,
)


def test_a_silent_ticket_is_warned_at_the_moment_it_is_due_and_not_before() -> None:
    ticket = replace(TICKET, warns_at=NOW)
    assert ticket.warn(NOW, RULES).closes_at == NOW + RULES.close_after
    with pytest.raises(Refused, match="not_yet"):
        ticket.warn(NOW - MOMENT, RULES)


def test_a_warned_ticket_is_closed_at_the_moment_it_is_due_and_not_before() -> None:
    ticket = replace(TICKET, closes_at=NOW)
    assert ticket.close_silent(NOW).closed_at == NOW
    with pytest.raises(Refused, match="not_yet"):
        ticket.close_silent(NOW - MOMENT)


def test_a_message_is_recorded_again_once_the_last_one_is_old_enough() -> None:
    later = NOW + EVERY
    assert TICKET.hear(later, RULES, EVERY).last_activity_at == later
    with pytest.raises(Refused, match="ticket_heard_just_now"):
        TICKET.hear(later - MOMENT, RULES, EVERY)
