"""Create guilds, and change their members, roles and channels, for tests and the page."""

from playground import payloads, permissions
from playground.gateway_payloads import guild_create
from playground.guilds import Guild
from playground.refusals import Payload
from playground.world import World


def create_guild(
    world: World, name: str, owner_id: str, locale: str = "ja", guild_id: str | None = None
) -> Guild:
    """Create a guild with its @everyone role; the bot is not in it."""
    guild_id = guild_id or world.ids.next()
    guild = Guild(payloads.guild(guild_id, name, owner_id, locale))
    world.guilds[guild_id] = guild
    guild.add_role(guild_id, "@everyone", permissions.EVERYONE, 0)
    return guild


def add_bot(
    world: World,
    guild_id: str,
    allowed: int = permissions.BOT,
    role_id: str | None = None,
) -> None:
    """Invite the bot: it gets a role of its own, with what the invite link allows."""
    guild = world.guild(guild_id)
    if world.has_bot(guild_id):
        return
    bot = world.users[world.bot_id]
    role = guild.add_role(role_id or world.ids.next(), bot["username"], allowed, 0)
    role |= {"managed": True, "mentionable": False, "hoist": False, "tags": {"bot_id": bot["id"]}}
    guild.members[bot["id"]] = payloads.member(bot, [role["id"]], world.clock.timestamp())
    joined = guild_create(world, guild, world.within(guild_id), is_joined=True)
    world.emit("GUILD_CREATE", joined)


def remove_bot(world: World, guild_id: str) -> None:
    """Remove the bot, its role with the overwrites for it, and its commands of this guild."""
    guild = world.guild(guild_id)
    if not world.has_bot(guild_id):
        return
    world.emit("GUILD_DELETE", {"id": guild_id})
    role_id = bot_role(world, guild)["id"]
    del guild.members[world.bot_id]
    for channel in world.channels_of(guild_id):
        set_overwrite(world, channel["id"], role_id)
    del guild.roles[role_id]
    world.commands.pop(guild_id, None)
    for thread in world.threads_of(guild_id):
        world.thread_members[thread["id"]].pop(world.bot_id, None)
    world.changes.announce()


def bot_role(world: World, guild: Guild) -> Payload:
    """Find the role that the bot brought with it."""
    return next(
        role for role in guild.roles.values() if role.get("tags", {}).get("bot_id") == world.bot_id
    )


def set_overwrite(
    world: World, channel_id: str, target_id: str, allow: int = 0, deny: int = 0
) -> None:
    """Replace a channel's overwrite for a role or member; without allow and deny, remove it."""
    channel = world.channel(channel_id)
    is_role = target_id in world.guild(channel["guild_id"]).roles
    kind = permissions.ROLE if is_role else permissions.MEMBER
    others = [o for o in channel["permission_overwrites"] if o["id"] != target_id]
    mine = [permissions.overwrite(target_id, kind, allow, deny)] if allow or deny else []
    channel["permission_overwrites"] = others + mine
    world.emit("CHANNEL_UPDATE", channel)


def set_bot_permissions(world: World, channel_id: str, wanted: int) -> None:
    """Let the bot do just what is wanted in a channel, by an overwrite of its role.

    Only permissions that the bot uses in channels are changed.
    """
    channel = world.channel(channel_id)
    role_id = bot_role(world, world.guild(channel["guild_id"]))["id"]
    for target_id in (world.bot_id, role_id):
        set_overwrite(world, channel_id, target_id)
    without = world.permissions_in(world.bot_id, channel) & permissions.OF_THE_BOT_IN_A_CHANNEL
    set_overwrite(world, channel_id, role_id, allow=wanted & ~without, deny=without & ~wanted)


def set_role_permissions(world: World, guild_id: str, role_id: str, allowed: int) -> None:
    """Change what a role allows in the whole guild."""
    role = world.guild(guild_id).roles[role_id]
    role["permissions"] = str(int(allowed))
    world.emit("GUILD_ROLE_UPDATE", {"guild_id": guild_id, "role": role})


def set_member_roles(world: World, guild_id: str, user_id: str, role_ids: list[str]) -> None:
    """Replace the roles of a member."""
    member = world.guild(guild_id).member(user_id)
    member["roles"] = role_ids
    world.emit("GUILD_MEMBER_UPDATE", member | {"guild_id": guild_id})


def delete_channel(world: World, channel_id: str) -> Payload:
    """Remove a channel or thread with its messages and threads."""
    channel = world.channel(channel_id)
    inside = [c["id"] for c in world.channels.values() if c.get("parent_id") == channel_id]
    for thread_id in inside if channel["type"] != payloads.CATEGORY else []:
        delete_channel(world, thread_id)
    del world.channels[channel_id]
    for message in world.messages_in(channel_id):
        del world.messages[message.payload["id"]]
    world.emit("THREAD_DELETE" if "thread_metadata" in channel else "CHANNEL_DELETE", channel)
    return channel
