"""`python -m services.scheduler`: the scheduler, put together."""

from functools import partial

from services.scheduler.handlers import handle
from services.scheduler.settings import Settings
from services.scheduler.ticker import Ticker
from shared.dispatch import one_by_one
from shared.gauges import CLOCK_SKEW, watch
from shared.origins import by_owners
from shared.proofs import CommandKeys
from shared.service import Service, start
from shared.settings import load


async def main() -> None:
    """Keep deadlines and fire them until asked to stop."""
    settings = load(Settings)
    keys = CommandKeys.of(settings.command_keys)
    async with Service("scheduler", settings) as service:
        pool = await service.database(settings)
        broker = await service.broker(keys)
        relay = service.relay(pool, broker)
        ticker = Ticker(pool, relay.wake)
        await service.serve()
        service.run_beside(ticker.run())
        service.run_beside(watch(pool, CLOCK_SKEW))
        follow = partial(handle, pool=pool, on_commit=ticker.wake)
        await service.consume(
            *(broker, "scheduler.events", one_by_one(follow), by_owners), second="tickets"
        )
        await service.run()


if __name__ == "__main__":
    start(main)
