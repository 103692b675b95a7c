"""`python -m services.invitations`: the invitations service, put together."""

from functools import partial

from services.invitations import measures
from services.invitations.api import Api
from services.invitations.handlers import HANDLERS
from services.invitations.settings import Settings
from shared.dispatch import handle_once
from shared.service import Service, start
from shared.settings import load


async def main() -> None:
    """Answer commands and reads until asked to stop."""
    settings = load(Settings)
    async with Service("invitations", settings) as service:
        pool = await service.database(settings)
        broker = await service.broker()
        relay = service.relay(pool, broker)
        service.app.add_routes(Api(pool).routes())
        await service.serve()
        await service.consume(
            broker,
            "invitations.commands",
            partial(handle_once, handlers=HANDLERS, pool=pool, committed=relay.wake),
        )
        service.run_beside(measures.watch(pool))
        await service.run()


if __name__ == "__main__":
    start(main)
