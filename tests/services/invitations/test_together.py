"""Presses in a batch publish and store the same as presses one after the other."""

import json
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from services.invitations.handlers import HANDLERS
from shared.database import Pool
from shared.dispatch import Handled, handle_once, handle_together
from shared.messages.envelope import Command, Envelope
from shared.messages.invitations.commands import (
    CompleteInvitation,
    JoinInvitation,
    JoinWaitlist,
    LeaveInvitation,
    ShowInterest,
)
from tests import builders
from tests.services.invitations.telling import drain, published, say

Handle = Callable[[Sequence[Envelope]], Awaitable[Sequence[Handled]]]
KINDS = (
    JoinInvitation,
    JoinInvitation,
    LeaveInvitation,
    LeaveInvitation,
    JoinWaitlist,
    ShowInterest,
)
TAKING = (LeaveInvitation, ShowInterest)
PARTS = ("joined", "joined", "waitlisted", None)
SEATS = (1, 2, 3, 30)
BURSTS = 90
OWN = ("id", "_time", "_at")
SHOWN = """
SELECT version, joined_count, waitlisted_count, status,
       ARRAY(SELECT user_id || ' ' || status
               FROM participants
              WHERE invitation_id = invitations.id
              ORDER BY user_id) AS parts
  FROM invitations
 WHERE starts_with(id, $1)
 ORDER BY id
"""


def presses(seed: int, world: str) -> list[Command]:
    """Let few members press much: on what is free, full, over, not there, or in another guild."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    people = [builders.member(number) for number in range(8)]
    people += [builders.HOST, builders.member(9).model_copy(update={"guild_id": "2"})]
    said: list[Command] = []
    for _ in range(BURSTS):  # of one kind, for those share their statements
        kind, where = chance.choice(KINDS), f"{world}{chance.randrange(len(SEATS) + 2)}"
        for actor in chance.choices(people, k=chance.randrange(1, 7)):
            answer = builders.reply_to(str(len(said)))
            sure = {"gives_up": chance.choice(PARTS)} if kind in TAKING else {}
            said.append(kind(actor=actor, invitation_id=where, reply_to=answer, **sure))
    return sorted(said, key=lambda press: press.invitation_id)


async def played(pool: Pool, seed: int, world: str, handle: Handle) -> tuple[Any, ...]:
    """Begin with events of that world, let them be pressed, and give all that there is to see."""
    for number, seats in enumerate((*SEATS, 4)):
        await published(pool, f"{world}{number}", max_participants=seats)
    over = CompleteInvitation(actor=builders.HOST, invitation_id=f"{world}{len(SEATS)}")
    assert await say(pool, over) == "done"
    await drain(pool)
    envelopes = [Envelope.first(command) for command in presses(seed, world)]
    causes = {str(each.id): number for number, each in enumerate(envelopes)}
    outcomes = await handle([*envelopes, envelopes[0]])
    rows = await pool.fetch("DELETE FROM outbox RETURNING id, routing_key, body")
    messages = [json.loads(row["body"]) for row in sorted(rows, key=lambda row: row["id"])]
    said = [(causes[each["causation_id"]], each["name"], _lasting(each)) for each in messages]
    return list(outcomes), said, [tuple(row) for row in await pool.fetch(SHOWN, world)]


def _lasting(message: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is another in each world: ids, and the times that it begins and ends."""
    body = {**message["body"]}
    for part in ("invitation", "reply_to", "details"):
        fields = (body.get(part) or {}).items()
        body[part] = {name: each for name, each in fields if not name.endswith(OWN)}
    return body


@pytest.mark.parametrize("seed", range(4))
async def test_together_is_as_one_after_the_other(pool: Pool, seed: int) -> None:
    async def together(envelopes: Sequence[Envelope]) -> Sequence[Handled]:
        return await handle_together(envelopes, HANDLERS, pool)

    async def apart(envelopes: Sequence[Envelope]) -> Sequence[Handled]:
        return [await handle_once(each, HANDLERS, pool) for each in envelopes]

    found, wanted = await played(pool, seed, "50", together), await played(pool, seed, "60", apart)
    assert found == wanted
    assert {"done", "refused", "repeated"} == set(found[0])
