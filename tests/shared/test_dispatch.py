"""A refusal undoes its handler's writes and no write of the same batch."""

from structlog.contextvars import get_contextvars

from shared.database import Connection, Pool
from shared.dispatch import Handlers, Outcome, accepted, handle_once, handle_together
from shared.messages.envelope import Envelope
from shared.messages.invitations.commands import SetReminders
from shared.refusal import Refused
from tests import builders

OPT_OUT = "INSERT INTO reminder_opt_outs (user_id) VALUES ($1)"


async def write_first(command: SetReminders, connection: Connection) -> Outcome:
    """Write, and refuse afterwards those who want reminders."""
    await connection.execute(OPT_OUT, command.actor.user_id)
    if command.are_wanted:
        raise Refused("not_yet")
    return accepted()


HANDLERS: Handlers = {SetReminders: write_first}


def wish(number: int, *, is_refused: bool) -> Envelope:
    return Envelope.first(
        SetReminders(
            actor=builders.member(number),
            are_wanted=is_refused,
            reply_to=builders.reply_to(str(number)),
        )
    )


async def written(pool: Pool) -> set[str]:
    rows = await pool.fetch("SELECT user_id FROM reminder_opt_outs")
    return {row["user_id"] for row in rows}


async def drain(pool: Pool) -> list[str]:
    return [row["routing_key"] for row in await pool.fetch("SELECT * FROM outbox ORDER BY id")]


async def test_a_refusal_undoes_the_writes_and_keeps_the_receipt(pool: Pool) -> None:
    refused = wish(1, is_refused=True)
    assert await handle_once(refused, HANDLERS, pool) == "refused"
    assert await written(pool) == set()
    assert await drain(pool) == ["replies.CommandRefused"]
    assert await handle_once(refused, HANDLERS, pool) == "repeated"
    assert await drain(pool) == ["replies.CommandRefused"]


async def test_each_line_of_the_log_names_the_message_its_story_and_its_guild(pool: Pool) -> None:
    said: list[dict[str, str]] = []

    async def look(_command: SetReminders, _connection: Connection) -> Outcome:
        said.append(get_contextvars())
        return accepted()

    first = wish(1, is_refused=False)
    caused = first.caused(first.body)
    await handle_once(caused, {SetReminders: look}, pool)
    names = {"message": caused.name, "message_id": str(caused.id), "correlation_id": str(first.id)}
    assert said == [names | {"guild_id": "1"}]
    assert get_contextvars() == {}


async def test_a_refusal_undoes_no_write_of_the_same_batch(pool: Pool) -> None:
    batch = [wish(number, is_refused=number in (2, 4)) for number in range(1, 6)]
    outcomes = await handle_together(batch, HANDLERS, pool)
    assert outcomes == ["done", "refused", "done", "refused", "done"]
    assert await written(pool) == {builders.member(number).user_id for number in (1, 3, 5)}
    assert len(await drain(pool)) == 5
