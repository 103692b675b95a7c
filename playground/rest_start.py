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
def get_bot_gateway(world: World, exchange: Exchange) -> Answer:
    """Give the address of the gateway, how many shards to use and how many sessions are left."""
    return 200, {
        "url": _gateway_url(exchange),
        "shards": world.shards,
        "session_start_limit": world.session_limits.described(),
    }


@route("GET", "/soundboard-default-sounds")
def list_default_sounds(_: World, __: Exchange) -> Answer:
    """List the sounds that every guild has; some clients ask before they are ready."""
    return 200, []


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def get_application(world: World, _: Exchange) -> Answer:
    """Give the bot's application."""
    guilds = sum(world.has_bot(guild_id) for guild_id in world.guilds)
    bot = world.users[world.bot_id]
    return 200, payloads.application(world.bot_id, bot, world.application_flags, guilds)
