"""A ticket whose stored values the contract refuses stops no other, and is noticed."""

from structlog.testing import capture_logs

from shared.messages.envelope import Actor
from shared.messages.tickets.commands import CloseTicketsOfMember
from shared.messages.tickets.seals import FindOutdatedSeals
from shared.rows import ROWS_FAILED
from tests.builders import MEMBER, SEALED
from tests.services.tickets.conftest import Desk

GATEWAY = Actor(user_id="0", name="gateway")


def failed() -> float:
    return ROWS_FAILED._value.get()  # noqa: SLF001 - a counter is read in no other way


async def three(desk: Desk) -> None:
    for id_, category in (("1", "question"), ("2", "trouble"), ("3", "other")):
        await desk.opened(id_, category=category)


async def test_a_broken_ticket_does_not_stop_the_closing_of_a_leavers_other_tickets(
    desk: Desk,
) -> None:
    await three(desk)
    await desk.pool.execute("UPDATE tickets SET added_ids = '{x}' WHERE id = '2'")
    before = failed()
    with capture_logs() as lines:
        await desk.say(CloseTicketsOfMember(actor=MEMBER, guild_id="1"))
    assert [body["ticket"]["id"] for _, body in await desk.drain()] == ["1", "3"]
    assert [(await desk.row(id_))["status"] for id_ in "123"] == ["closed", "open", "closed"]
    assert failed() == before + 1
    [line] = [line for line in lines if line["event"] == "row.failed"]
    assert (line["log_level"], line["row_id"]) == ("error", "2")


async def test_a_text_that_is_too_long_does_not_stop_the_new_key_of_others(desk: Desk) -> None:
    await three(desk)
    await desk.pool.execute(
        "UPDATE tickets SET subject = subject || repeat('A', 11000) WHERE id = '2'"
    )
    before = failed()
    await desk.say(FindOutdatedSeals(actor=GATEWAY, key_id="k2"))
    [(name, body)] = await desk.drain()
    assert (name, [text["sealed"] for text in body["texts"]]) == ("SealsOutdated", [SEALED] * 2)
    assert failed() == before + 1
