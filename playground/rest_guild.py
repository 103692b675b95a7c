"""REST of the guild: itself, its members and roles, and direct channels."""

from playground import payloads
from playground.exchange import Answer, Exchange, route
from playground.refusals import unknown
from playground.world import World


def _known(world: World, guild_id: str) -> None:
    if guild_id != world.guild_id:
        raise unknown("Guild")


@route("GET", "/guilds/{guild_id}")
def get_guild(world: World, _: Exchange, guild_id: str) -> Answer:
    """Give the guild with its roles."""
    _known(world, guild_id)
    return 200, world.guild | {"roles": list(world.roles.values())}


@route("GET", "/guilds/{guild_id}/channels")
def list_channels(world: World, _: Exchange, guild_id: str) -> Answer:
    """List the guild's channels without its threads."""
    _known(world, guild_id)
    return 200, [c for c in world.channels.values() if c["type"] == payloads.TEXT_CHANNEL]


@route("GET", "/guilds/{guild_id}/threads/active")
def list_active_threads(world: World, _: Exchange, guild_id: str) -> Answer:
    """List the threads that are not archived, private ones too, with the bot's part in each."""
    _known(world, guild_id)
    threads = [
        channel
        for channel in world.channels.values()
        if "thread_metadata" in channel and not channel["thread_metadata"]["archived"]
    ]
    inside = [world.thread_members[thread["id"]].get(world.bot_id) for thread in threads]
    members = [member for member in inside if member]
    return 200, {"threads": threads, "members": members, "has_more": False}


@route("GET", "/guilds/{guild_id}/roles")
def list_roles(world: World, _: Exchange, guild_id: str) -> Answer:
    """List the guild's roles."""
    _known(world, guild_id)
    return 200, list(world.roles.values())


@route("GET", "/guilds/{guild_id}/roles/{role_id}")
def get_role(world: World, _: Exchange, guild_id: str, role_id: str) -> Answer:
    """Give one role."""
    _known(world, guild_id)
    if role_id not in world.roles:
        raise unknown("Role")
    return 200, world.roles[role_id]


@route("GET", "/guilds/{guild_id}/members")
def list_members(world: World, exchange: Exchange, guild_id: str) -> Answer:
    """List members in the order of their ids."""
    _known(world, guild_id)
    after = int(exchange.query.get("after", "0"))
    later = sorted((int(m), m) for m in world.members if int(m) > after)
    limit = int(exchange.query.get("limit", "1"))
    return 200, [world.members[user_id] for _, user_id in later[:limit]]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(world: World, _: Exchange, guild_id: str, user_id: str) -> Answer:
    """Give one member."""
    _known(world, guild_id)
    return 200, world.member(user_id)


@route("DELETE", "/guilds/{guild_id}/members/{user_id}")
def kick_member(world: World, _: Exchange, guild_id: str, user_id: str) -> Answer:
    """Remove a member from the guild."""
    _known(world, guild_id)
    world.remove_member(user_id)
    return 204, None


@route("GET", "/users/{user_id}")
def get_user(world: World, _: Exchange, user_id: str) -> Answer:
    """Give one user."""
    if user_id not in world.users:
        raise unknown("User")
    return 200, world.users[user_id]


@route("POST", "/users/@me/channels")
def open_direct_channel(world: World, exchange: Exchange) -> Answer:
    """Give the bot's direct channel with a person, opened if there was none."""
    user_id = str(exchange.body["recipient_id"])
    if user_id not in world.users:
        raise unknown("User")
    for channel in world.channels.values():
        recipients = channel.get("recipients") or []
        if user_id in [recipient["id"] for recipient in recipients]:
            return 200, channel
    channel = payloads.direct_channel(world.ids.next(), world.users[user_id])
    world.channels[channel["id"]] = channel
    world.changes.announce()
    return 200, channel
