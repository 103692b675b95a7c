"""`python -m services.tickets`: the tickets service, put together."""

from functools import partial

from services.tickets.handlers import handlers
from services.tickets.metrics import GAUGES
from services.tickets.settings import Settings
from shared import member_hashes
from shared.dispatch import handle_once, one_by_one
from shared.gauges import watch
from shared.origins import commands_of
from shared.proofs import SCHEDULER, CommandKeys
from shared.service import Service, start
from shared.settings import load


async def main() -> None:
    """Answer commands until asked to stop."""
    settings = load(Settings)
    keys = CommandKeys.of(settings.command_keys)
    member_hashes.use(keys.hashing_keys("tickets"))
    async with Service("tickets", settings) as service:
        pool = await service.database(settings)
        broker = await service.broker()
        relay = service.relay(pool, broker)
        service.run_beside(watch(pool, *GAUGES))
        await service.serve()
        handle = partial(
            handle_once,
            handlers=handlers(settings.quotas, settings.activity_every),
            pool=pool,
            on_commit=relay.wake,
            presses_limit=settings.presses_limit,
        )
        await service.consume(
            *(broker, "tickets.commands", one_by_one(handle), commands_of(keys)), second=SCHEDULER
        )
        await service.run()


if __name__ == "__main__":
    start(main)
