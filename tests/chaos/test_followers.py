"""The judge notices a copy outside that is not what the database holds."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from shared.messages.envelope import Envelope
from shared.messages.invitations.events import ParticipantJoined
from tests.chaos.followers import Copy, compared
from tests.chaos.history import History
from tests.services.scheduler.stories import from_now, state

MEMBER, ERASED = "41", "42"


def held() -> tuple[dict[str, Any], History]:
    """Give the rows of a copy, and what it is a copy of."""
    invitation = state(1001, 2, from_now(3600))
    history = History()
    for user_id in (MEMBER, ERASED):
        body = ParticipantJoined(invitation=invitation, user_id=user_id, user_name="たろう")
        envelope = Envelope.first(body)
        history.messages[envelope.id] = envelope
    row = invitation.model_dump(mode="json")
    history.invitations = {"1001": row}  # type: ignore[dict-item]  # asyncpg gives a record
    rows = {
        "reached": [(7,)],
        "aside": [],
        "invitations": [("1001", json.dumps(row))],
        "seats": [(MEMBER, 1)],
    }
    return rows, history


BREAKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "has reached 6": lambda rows: rows.update(reached=[(6,)]),
    "could not read": lambda rows: rows["aside"].append((3, "{}", "KeyError")),
    "are not in both": lambda rows: rows["invitations"].clear(),
    "differs in ['version']": lambda rows: rows.update(
        invitations=[
            (key, text.replace('"version": 2', '"version": 1')) for key, text in rows["invitations"]
        ]
    ),
    "seats taken differ": lambda rows: rows.update(seats=[(MEMBER, 2)]),
    "still knows the erased member": lambda rows: rows["aside"].append((3, ERASED, "")),
}


@pytest.mark.parametrize("complaint", BREAKS)
def test_a_copy_that_is_not_what_the_database_holds_is_noticed(complaint: str) -> None:
    rows, history = held()
    assert list(compared(Copy(rows), history, 7, {ERASED})) == []
    BREAKS[complaint](rows)
    assert any(complaint in each for each in compared(Copy(rows), history, 7, {ERASED}))
