"""Whatever a command says within its contract, the service does it or refuses; nothing fails."""

from services.tickets.handlers import handlers
from shared.messages.tickets.seals import FindOutdatedSeals, ReplaceSeals
from tests.services.tickets.conftest import Desk
from tests.shared.inventing import commands

# No person's word comes into these: the gateway repeats what the service sent it.
AMONG_OURSELVES = {FindOutdatedSeals, ReplaceSeals}


async def test_no_command_fails(desk: Desk) -> None:
    outcomes = set[str]()
    for kind in handlers().keys() - AMONG_OURSELVES:
        await desk.opened()
        for command in commands(kind):
            outcomes.add(await desk.say(command))
            await desk.drain()
        for table in ("tickets", "requests"):
            await desk.pool.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
    assert outcomes == {"done", "refused"}
