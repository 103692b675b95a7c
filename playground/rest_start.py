"""What a bot asks before it connects: itself, its application and where the gateway is."""

from playground import payloads
from playground.exchange import Answer, Exchange, route
from playground.world import World

MOST_SESSIONS, A_DAY_MS = 1000, 86_400_000


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
    started = world.sessions_started
    return 200, {
        "url": _gateway_url(exchange),
        "shards": world.shards,
        "session_start_limit": {
            "total": MOST_SESSIONS,
            "remaining": max(MOST_SESSIONS - started, 0),
            "reset_after": A_DAY_MS if started else 0,
            "max_concurrency": 1,
        },
    }


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def get_application(world: World, _: Exchange) -> Answer:
    """Give the bot's application."""
    guilds = sum(world.has_bot(guild_id) for guild_id in world.guilds)
    bot = world.users[world.bot_id]
    return 200, payloads.application(world.bot_id, bot, world.application_flags, guilds)
