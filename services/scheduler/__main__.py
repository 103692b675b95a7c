"""Starts the scheduler: `python -m services.scheduler`."""

from services.scheduler.handlers import handle
from services.scheduler.settings import SchedulerSettings
from services.scheduler.ticker import Ticker
from shared.dispatch import Handled
from shared.messages.envelope import Envelope
from shared.service import Service, start
from shared.settings import load

QUEUE = "scheduler.events"


async def main() -> None:
    """Put the scheduler together and let it run."""
    settings = load(SchedulerSettings)
    async with Service("scheduler", settings) as service:
        pool = await service.database(settings)
        broker = await service.broker()
        relay = service.relay(pool, broker)
        ticker = Ticker(pool, relay.wake)
        service.run_beside(ticker.run())

        async def handle_and_wake(envelope: Envelope) -> Handled:
            handled = await handle(envelope, pool)
            ticker.wake()
            return handled

        await service.consume(broker, QUEUE, handle_and_wake)
        await service.serve()
        await service.run()


if __name__ == "__main__":
    start(main)
