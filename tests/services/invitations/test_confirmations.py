"""A press that takes something away is refused until the command says what the actor confirmed."""

from typing import Any

import pytest

from shared.database import Pool
from shared.messages.invitations.commands import CancelInvitation, LeaveInvitation, ShowInterest
from tests import builders
from tests.builders import HOST, INVITATION_ID, member
from tests.services.invitations.telling import drain, published, say
from tests.services.invitations.test_waitlist import full_with_queue

SEATED, FIRST_WAITING, LAST_WAITING = member(1), member(3), member(4)


async def answer(pool: Pool, kind: Any, actor: builders.Actor, **fields: Any) -> dict[str, Any]:
    """Send a command that is answered; give the answer."""
    to = builders.reply_to(str(int(fields.pop("press", 77))))
    await say(pool, kind(actor=actor, invitation_id=INVITATION_ID, reply_to=to, **fields))
    name, body = (await drain(pool))[-1]
    return body | {"name": name}


@pytest.mark.parametrize(
    ("kind", "who", "part", "code"),
    [
        (LeaveInvitation, SEATED, "joined", "confirm_leave_seat"),
        (LeaveInvitation, FIRST_WAITING, "waitlisted", "confirm_leave_queue"),
        (ShowInterest, SEATED, "joined", "confirm_interest_seat"),
        (ShowInterest, FIRST_WAITING, "waitlisted", "confirm_interest_queue"),
    ],
)
@pytest.mark.parametrize("confirms", [None, "interested", "the other"])
async def test_only_the_part_that_was_confirmed_is_taken(
    pool: Pool, kind: Any, who: builders.Actor, part: str, code: str, confirms: str | None
) -> None:
    """A seat that came from the queue meanwhile was not what the question named."""
    await full_with_queue(pool, 3, 4)
    other = {"joined": "waitlisted", "waitlisted": "joined"}[part]
    wrong = other if confirms == "the other" else confirms

    refused = await answer(pool, kind, who, press=70, gives_up=wrong)
    assert (refused["name"], refused["code"]) == ("CommandRefused", code)
    assert refused["details"]["invitation_id"] == INVITATION_ID
    kept = await pool.fetchval("SELECT status FROM participants WHERE user_id = $1", who.user_id)
    assert kept == part

    done = await answer(pool, kind, who, press=71, gives_up=part)
    assert done["name"] == "CommandAccepted"
    assert done["details"]["choice"] == ("passed_on" if part == "joined" else "waitlisted")


@pytest.mark.parametrize("kind", [LeaveInvitation, ShowInterest])
async def test_what_costs_nobody_anything_asks_nothing(pool: Pool, kind: Any) -> None:
    """A bookmark always asks for a seat; a seat without a queue is given back at once."""
    await published(pool, max_participants=1)
    await say(pool, builders.join(member(1)))
    await say(pool, builders.wait(member(2)))
    await drain(pool)
    alone = await answer(pool, LeaveInvitation, member(2))
    assert alone["details"] == {"choice": "waitlisted"}
    last = await answer(pool, kind, member(1), gives_up="joined" if kind is ShowInterest else None)
    assert last["details"] == {"choice": "joined"}
    nothing = await answer(pool, ShowInterest, member(5))
    assert (nothing["name"], nothing["details"]) == ("CommandAccepted", {})


async def test_cancelling_counts_the_people_and_asks_again_for_one_more(pool: Pool) -> None:
    await full_with_queue(pool, 3)
    refused = await answer(pool, CancelInvitation, HOST, reason="雨")
    facts = {"invitation_id": INVITATION_ID, "joined": 2, "waiting": 1, "reason": "雨"}
    assert (refused["code"], refused["details"]) == ("confirm_cancel", facts)
    await say(pool, builders.wait(member(4)))
    await drain(pool)
    again = await answer(pool, CancelInvitation, HOST, reason="雨", for_people=3)
    assert (again["code"], again["details"]["waiting"]) == ("confirm_cancel", 2)
    about = {"invitation_id": INVITATION_ID, "gives_up": "waitlisted"}
    await say(pool, LeaveInvitation(actor=LAST_WAITING, **about))
    done = await answer(pool, CancelInvitation, HOST, reason="雨", for_people=4)
    assert done["name"] == "CommandAccepted"
    assert done["invitation"]["cancel_reason"] == "雨"


async def test_who_may_not_cancel_is_asked_nothing(pool: Pool) -> None:
    await full_with_queue(pool, 3)
    assert (await answer(pool, CancelInvitation, SEATED))["code"] == "not_host"
