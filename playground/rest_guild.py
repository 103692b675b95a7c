"""REST of guilds: themselves, their members and roles, and direct channels."""

from playground import payloads
from playground.access import guild_for_bot, missing_permissions, require_members_intent
from playground.exchange import Answer, Exchange, route
from playground.guild_changes import remove_bot
from playground.guilds import Guild
from playground.permissions import Permission
from playground.refusals import Payload, unknown
from playground.world import World


@route("GET", "/guilds/{guild_id}")
def get_guild(world: World, exchange: Exchange, guild_id: str) -> Answer:
    """Give the guild with its roles."""
    guild = guild_for_bot(world, guild_id)
    counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
    is_counted = exchange.query.get("with_counts") == "true"
    return 200, guild.with_roles() | (counts if is_counted else {})


@route("GET", "/users/@me/guilds")
def list_guilds(world: World, exchange: Exchange) -> Answer:
    """List the guilds the bot is in, in the order of their ids."""
    after, limit = int(exchange.query.get("after", "0")), int(exchange.query.get("limit", "200"))
    ids = sorted(int(guild_id) for guild_id in world.guilds if world.has_bot(guild_id))
    later = [world.guild(str(guild_id)) for guild_id in ids if guild_id > after]
    return 200, [_of_mine(world, guild) for guild in later[:limit]]


def _of_mine(world: World, guild: Guild) -> Payload:
    kept = ("id", "name", "icon", "banner", "features")
    allowed = guild.permissions_of(world.bot_id)
    about = {"owner": guild.owner_id == world.bot_id, "permissions": str(int(allowed))}
    return {key: guild.payload[key] for key in kept} | about


@route("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(world: World, _: Exchange, guild_id: str) -> Answer:
    """Let the bot leave a guild."""
    guild_for_bot(world, guild_id)
    remove_bot(world, guild_id)
    return 204, None


@route("GET", "/guilds/{guild_id}/channels")
def list_channels(world: World, _: Exchange, guild_id: str) -> Answer:
    """List the guild's channels without its threads, also those the bot does not see."""
    guild_for_bot(world, guild_id)
    return 200, world.channels_of(guild_id)


@route("GET", "/guilds/{guild_id}/threads/active")
def list_active_threads(world: World, _: Exchange, guild_id: str) -> Answer:
    """List the threads that are not archived and that the bot sees, with its part in each."""
    guild_for_bot(world, guild_id)
    active = world.threads_of(guild_id)
    threads = [thread for thread in active if world.can_view(world.bot_id, thread["id"])]
    inside = [world.thread_members[thread["id"]].get(world.bot_id) for thread in threads]
    members = [member for member in inside if member]
    return 200, {"threads": threads, "members": members, "has_more": False}


@route("GET", "/guilds/{guild_id}/roles")
def list_roles(world: World, _: Exchange, guild_id: str) -> Answer:
    """List the guild's roles."""
    return 200, list(guild_for_bot(world, guild_id).roles.values())


@route("GET", "/guilds/{guild_id}/roles/{role_id}")
def get_role(world: World, _: Exchange, guild_id: str, role_id: str) -> Answer:
    """Give one role."""
    guild = guild_for_bot(world, guild_id)
    if role_id not in guild.roles:
        raise unknown("Role")
    return 200, guild.roles[role_id]


@route("GET", "/guilds/{guild_id}/members")
def list_members(world: World, exchange: Exchange, guild_id: str) -> Answer:
    """List members in the order of their ids."""
    guild = guild_for_bot(world, guild_id)
    require_members_intent(world)
    after = int(exchange.query.get("after", "0"))
    later = sorted((int(m), m) for m in guild.members if int(m) > after)
    limit = int(exchange.query.get("limit", "1"))
    return 200, [guild.members[user_id] for _, user_id in later[:limit]]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(world: World, _: Exchange, guild_id: str, user_id: str) -> Answer:
    """Give one member."""
    return 200, guild_for_bot(world, guild_id).member(user_id)


@route("DELETE", "/guilds/{guild_id}/members/{user_id}")
def kick_member(world: World, _: Exchange, guild_id: str, user_id: str) -> Answer:
    """Remove a member from the guild; the owner cannot be removed."""
    guild = guild_for_bot(world, guild_id, Permission.KICK_MEMBERS)
    guild.member(user_id)
    if user_id == guild.owner_id:
        raise missing_permissions()
    world.remove_member(user_id, guild_id)
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
    channel = world.direct_channel(user_id)
    if channel is None:
        channel = payloads.direct_channel(world.ids.next(), world.users[user_id])
        world.channels[channel["id"]] = channel
    world.changes.announce()
    return 200, channel
