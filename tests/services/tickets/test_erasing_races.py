"""Whatever else is done with tickets at the moment of an erasure, nothing of the member is left."""

import asyncio
import random

import pytest

from services.tickets.handlers import handlers
from shared.dispatch import handle_once
from shared.errors import Kind, classify
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.tickets.commands import (
    AddToTicket,
    ClaimTicket,
    CloseTicket,
    ReadTranscript,
    ReleaseTicket,
    RemoveFromTicket,
    TransferTicket,
)
from shared.messages.tickets.mine import EraseMyData
from tests import builders
from tests.builders import MEMBER, SEALED, STAFF
from tests.services.tickets.conftest import Desk, open_, request
from tests.services.tickets.test_mydata import everywhere

ROUNDS = 25
WHO = Actor(user_id="424242424242424242", name="消えるひと", is_staff=True, guild_id="1")
BEFORE, ERASED_AT, AFTER = (builders.reply_to(id_) for id_ in ("1000", "2000", "3000"))
NAMED = {"reply_to": BEFORE, "user_id": WHO.user_id}


async def lived(desk: Desk) -> Command:
    """Let the member have a ticket and ask for one more; return what opens it."""
    await desk.opened("5001", actor=WHO)
    await desk.opened("5002", actor=MEMBER)
    await desk.opened("5003", actor=MEMBER, category="trouble")
    await desk.opened("5004", actor=MEMBER, category="other")
    pending = request(actor=WHO, category="trouble")
    await desk.say(pending)
    return open_(pending.request_id, "5005").model_copy(update={"actor": WHO})


def presses() -> list[Command]:
    """Give everything that writes the member's id or name, pressed before the erasure."""
    own = {"actor": WHO, "reply_to": BEFORE}
    return [
        request(**own, category="other"),
        ClaimTicket(**own, ticket_id="5002"),
        ReadTranscript(**own, ticket_id="5002"),
        CloseTicket(**own, ticket_id="5003", reason=SEALED),
        ReleaseTicket(**own, ticket_id="5002"),
        TransferTicket(actor=STAFF, reply_to=BEFORE, ticket_id="5004", to=WHO),
        AddToTicket(actor=STAFF, ticket_id="5002", **NAMED),
        RemoveFromTicket(actor=STAFF, ticket_id="5004", **NAMED),
    ]


async def handled(desk: Desk, wish: Command) -> None:
    """Handle a message as a consumer does: again while something else is in the way."""
    envelope = Envelope.first(wish)
    while True:
        try:
            await handle_once(envelope, handlers(), desk.pool)
        except Exception as error:
            if classify(error) is Kind.PERMANENT:
                raise
        else:
            return


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_nothing_that_was_done_before_an_erasure_survives_it(desk: Desk, seed: int) -> None:
    opening = await lived(desk)
    wishes = [*presses(), opening, EraseMyData(actor=WHO, reply_to=ERASED_AT)]
    random.Random(seed).shuffle(wishes)  # noqa: S311 - no secret
    await asyncio.gather(*(handled(desk, wish) for wish in wishes))
    assert await everywhere(desk, WHO.user_id) == set()
    assert await everywhere(desk, WHO.name) == set()


async def test_a_press_from_before_the_erasure_is_refused_and_a_later_one_is_kept(
    desk: Desk,
) -> None:
    await lived(desk)
    await desk.say(EraseMyData(actor=WHO, reply_to=ERASED_AT))
    await desk.drain()
    for press in presses():
        assert await desk.code_after_drain(press) == "erased_since"
    assert await everywhere(desk, WHO.user_id) == set()
    assert await desk.say(request(actor=WHO, reply_to=AFTER)) == "done"
    assert await everywhere(desk, WHO.user_id) == {"requests"}
