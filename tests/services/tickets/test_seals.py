"""Texts under another key are handed out in batches and replaced where they still stand."""

from services.tickets.handlers import handlers
from shared.messages.envelope import Actor, Command
from shared.messages.registry import REGISTRY
from shared.messages.seals import ResealedText
from shared.messages.seals import SealPlace as Place
from shared.messages.tickets.commands import CloseTicket
from shared.messages.tickets.seals import FindOutdatedSeals, ReplaceSeals
from tests.builders import MEMBER, SEALED
from tests.services.tickets.conftest import Desk

GATEWAY = Actor(user_id="0", name="gateway")
NEW = "v1.k2.bmV1"


async def test_subject_and_reason_are_sealed_again_unless_they_changed(desk: Desk) -> None:
    await desk.opened()
    await desk.say(CloseTicket(actor=MEMBER, ticket_id="5001", reason=SEALED))
    await desk.drain()
    await desk.say(FindOutdatedSeals(actor=GATEWAY, key_id="k2"))
    [(name, found)] = await desk.drain()
    assert (name, {each["column"] for each in found["texts"]}) == (
        "SealsOutdated",
        {"close_reason", "ticket_subject"},
    )
    texts = [ResealedText(**{**each, "outdated": SEALED, "sealed": NEW}) for each in found["texts"]]
    last = Place(row=texts[-1].row, column=texts[-1].column)
    stale = texts[0].model_copy(update={"outdated": "v1.k1.b2xk", "sealed": "v1.k2.d3Jvbmc"})
    replace = ReplaceSeals(actor=GATEWAY, key_id="k2", texts=[*texts, stale], after=last)
    await desk.say(replace)
    assert await desk.drain() == []
    row = await desk.row()
    assert (row["subject"], row["close_reason"]) == (NEW, NEW)
    await desk.say(FindOutdatedSeals(actor=GATEWAY, key_id="k2"))
    assert await desk.drain() == []


def test_every_command_has_one_handler() -> None:
    commands = {
        message
        for name, message in REGISTRY.items()
        if name.startswith("tickets.") and issubclass(message, Command)
    }
    assert set(handlers()) == commands
