"""What a bot asks before it connects: itself, its application and where the gateway is."""

from playground import payloads
from playground.exchange import Answer, Exchange, route
from playground.world import World


def _gateway_url(exchange: Exchange) -> str:
    return f"ws://{exchange.headers['Host']}/gateway"


@route("GET", "/users/@me")
def get_self(world: World, _: Exchange) -> Answer:
    """Give the bot's own user."""
    return 200, world.users[world.bot_id] | {
        "mfa_enabled": True,
        "locale": "ja",
        "verified": True,
        "email": None,
        "premium_type": 0,
    }


@route("GET", "/gateway")
def get_gateway(_: World, exchange: Exchange) -> Answer:
    """Give the address of the gateway."""
    return 200, {"url": _gateway_url(exchange)}


@route("GET", "/gateway/bot")
def get_bot_gateway(_: World, exchange: Exchange) -> Answer:
    """Give the address of the gateway and how many shards to use."""
    return 200, {
        "url": _gateway_url(exchange),
        "shards": 1,
        "session_start_limit": {
            "total": 1000,
            "remaining": 1000,
            "reset_after": 0,
            "max_concurrency": 1,
        },
    }


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def get_application(world: World, _: Exchange) -> Answer:
    """Give the bot's application."""
    application = payloads.application(world.bot_id, world.users[world.bot_id])
    if world.reads_content:
        application["flags"] |= payloads.READS_CONTENT
        application["flags_new"] = str(application["flags"])
    return 200, application
