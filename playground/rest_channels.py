"""REST of channels and threads: read, rename, archive, lock, remove."""

from playground import guild_changes
from playground.access import channel_for_bot, has_permissions, missing_permissions, visible_channel
from playground.exchange import Answer, Exchange, route
from playground.permissions import Permission
from playground.refusals import DiscordRefusal, Payload
from playground.validation_forms import check_thread
from playground.world import World

SETTINGS = ("archived", "locked", "auto_archive_duration", "invitable")
OF_THE_CREATOR = {"name", "archived", "auto_archive_duration", "invitable"}


def refuse_archived(channel: Payload) -> None:
    """Refuse to change anything in an archived thread."""
    if channel.get("thread_metadata", {}).get("archived"):
        raise DiscordRefusal(400, 50083, "Thread is archived")


@route("GET", "/channels/{channel_id}")
def get_channel(world: World, _: Exchange, channel_id: str) -> Answer:
    """Give a channel or thread."""
    return 200, visible_channel(world, channel_id)


@route("PATCH", "/channels/{channel_id}")
def edit_channel(world: World, exchange: Exchange, channel_id: str) -> Answer:
    """Change a channel, or archive, lock and rename a thread."""
    channel = visible_channel(world, channel_id)
    check_thread(exchange.body)
    settings: Payload | None = channel.get("thread_metadata")
    if settings is None:
        channel_for_bot(world, channel_id, Permission.MANAGE_CHANNELS)
    else:
        _change_thread(world, channel, settings, exchange.body)
    for key in ("name", "topic", "rate_limit_per_user", "applied_tags", "permission_overwrites"):
        if key in exchange.body:
            channel[key] = exchange.body[key]
    world.emit("CHANNEL_UPDATE" if settings is None else "THREAD_UPDATE", channel)
    return 200, channel


def _change_thread(world: World, thread: Payload, settings: Payload, change: Payload) -> None:
    if not _may_change(world, thread, settings, change):
        raise missing_permissions()
    if change.get("archived", True) and set(change) - {"archived", "locked"}:
        refuse_archived(thread)
    for key in SETTINGS:
        if change.get(key) is not None:
            settings[key] = change[key]
    settings["archive_timestamp"] = world.clock.timestamp()


def _may_change(world: World, thread: Payload, settings: Payload, change: Payload) -> bool:
    """Say whether the bot may change a thread so: by Manage Threads, or as its creator.

    Sending is enough to unarchive a thread. A locked thread needs Manage Threads.
    """
    if has_permissions(world, thread, Permission.MANAGE_THREADS):
        return True
    if settings["locked"] or change.get("locked", False) != settings["locked"]:
        return False
    changed = set(change) - {"locked"}
    if changed == {"archived"} and not change["archived"]:
        return has_permissions(world, thread, Permission.SEND_MESSAGES_IN_THREADS)
    return thread["owner_id"] == world.bot_id and changed <= OF_THE_CREATOR


@route("DELETE", "/channels/{channel_id}")
def delete_channel(world: World, _: Exchange, channel_id: str) -> Answer:
    """Remove a channel or thread with its messages."""
    is_thread = "thread_metadata" in visible_channel(world, channel_id)
    needed = Permission.MANAGE_THREADS if is_thread else Permission.MANAGE_CHANNELS
    channel_for_bot(world, channel_id, needed)
    return 200, guild_changes.delete_channel(world, channel_id)
