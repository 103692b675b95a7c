"""What the bot may do by its token: each call names the permissions that Discord asks for."""

from playground.guilds import Guild
from playground.permissions import Permission
from playground.refusals import DiscordRefusal, Payload, unknown
from playground.world import World


def missing_access() -> DiscordRefusal:
    """Say that the bot does not see this, or may not ask for it."""
    return DiscordRefusal(403, 50001, "Missing Access")


def missing_permissions() -> DiscordRefusal:
    """Say that the bot lacks a permission."""
    return DiscordRefusal(403, 50013, "Missing Permissions")


def guild_for_bot(world: World, guild_id: str, *needed: Permission) -> Guild:
    """Find a guild the bot is in; it needs one of the permissions, if any is named."""
    if not world.has_bot(guild_id):
        raise unknown("Guild")
    guild = world.guild(guild_id)
    allowed = guild.permissions_of(world.bot_id)
    if needed and not any(allowed & each for each in needed):
        raise missing_permissions()
    return guild


def visible_channel(world: World, channel_id: str) -> Payload:
    """Find a channel or thread that the bot sees."""
    channel = world.channel(channel_id)
    if not world.can_view(world.bot_id, channel_id):
        raise missing_access()
    return channel


def channel_for_bot(world: World, channel_id: str, *needed: Permission) -> Payload:
    """Find a channel or thread that the bot sees, and in which it may do all that is named."""
    channel = visible_channel(world, channel_id)
    if not has_permissions(world, channel, *needed):
        raise missing_permissions()
    return channel


def has_permissions(world: World, channel: Payload, *needed: Permission) -> bool:
    """Say whether the bot may do all that is named in a channel."""
    allowed = world.permissions_in(world.bot_id, channel)
    return all(allowed & each for each in needed)


def sending_permission(channel: Payload) -> Permission:
    """Name the permission to write: threads have one of their own."""
    is_thread = "thread_metadata" in channel
    return Permission.SEND_MESSAGES_IN_THREADS if is_thread else Permission.SEND_MESSAGES


def require_members_intent(world: World) -> None:
    """Refuse to list members while the members intent is switched off."""
    if not world.allows_members_intent:
        raise missing_access()
