"""`python -m services.invitations`: the invitations service, put together."""

from functools import partial

from aiohttp import web

from services.invitations import cache
from services.invitations.feed.erasing import FeedEraser
from services.invitations.feed.numbering import number
from services.invitations.handlers import handlers
from services.invitations.http.api import Api
from services.invitations.http.middleware import limited, middlewares
from services.invitations.metrics import GAUGES
from services.invitations.settings import Settings
from services.invitations.sql import lists
from shared import member_hashes
from shared.batching import Batches
from shared.gauges import watch
from shared.origins import commands_of
from shared.proofs import SCHEDULER, CommandKeys
from shared.service import Service, start
from shared.settings import load


async def main() -> None:
    """Answer commands and reads until asked to stop."""
    settings = load(Settings)
    keys = CommandKeys.of(settings.command_keys)
    member_hashes.use(keys.hashing_keys("invitations"))
    async with Service("invitations", settings) as service:
        pool = await service.database(settings)
        broker = await service.broker()
        redis = cache.connect(settings.redis_url)
        reads = await service.read_router(settings, pool)
        kept = cache.Cache(redis, partial(lists.first_page, reads.session()))
        service.at_end(kept.close)
        relay = service.relay(pool, broker, kept.renew, number)
        await service.serve()
        api = Api(reads, kept, keys, settings.quotas)
        web_app = web.Application(middlewares=middlewares(settings))
        web_app.add_routes(limited(settings, api.routes()))
        web_app.on_shutdown.append(api.tail.close)
        await service.listen(web_app, settings.api_port, "API_PORT")
        await service.consume(
            broker,
            "invitations.commands",
            Batches(handlers(settings.quotas), pool, relay.wake, settings.presses_limit).handle,
            commands_of(keys),
            second=SCHEDULER,
        )
        service.run_beside(kept.run())
        service.run_beside(api.tail.run())
        service.run_beside(FeedEraser(pool).run())
        service.run_beside(watch(pool, *GAUGES))
        await service.run()


if __name__ == "__main__":
    start(main)
