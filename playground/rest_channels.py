"""REST of channels and threads: read, rename, archive, lock, remove."""

from playground import guild_changes, thread_life
from playground.access import channel_for_bot, missing_permissions, visible_channel
from playground.exchange import Answer, Exchange, route
from playground.permissions import Permission
from playground.refusals import Payload
from playground.validation_forms import check_thread
from playground.world import World


@route("GET", "/channels/{channel_id}")
def get_channel(world: World, _: Exchange, channel_id: str) -> Answer:
    """Give a channel or thread."""
    return 200, visible_channel(world, channel_id)


@route("PATCH", "/channels/{channel_id}")
def edit_channel(world: World, exchange: Exchange, channel_id: str) -> Answer:
    """Change a channel, or archive, lock and rename a thread."""
    channel = visible_channel(world, channel_id)
    check_thread(exchange.body)
    if "thread_metadata" in channel:
        _edit_thread(world, channel, exchange.body)
        return 200, channel
    channel_for_bot(world, channel_id, Permission.MANAGE_CHANNELS)
    for key in ("name", "topic", "rate_limit_per_user", "permission_overwrites"):
        if key in exchange.body:
            channel[key] = exchange.body[key]
    world.emit("CHANNEL_UPDATE", channel)
    return 200, channel


def _edit_thread(world: World, thread: Payload, changes: Payload) -> None:
    """Change a thread; of an archived one nothing, unless the same call unarchives it."""
    if not thread_life.may_change(world, world.bot_id, thread, changes):
        raise missing_permissions()
    if changes.get("archived") is not False:
        thread_life.refuse_archived(thread)
    if "name" in changes:
        thread_life.refuse_forbidden_words(world, changes["name"])
    thread_life.change(world, thread, changes)


@route("DELETE", "/channels/{channel_id}")
def delete_channel(world: World, _: Exchange, channel_id: str) -> Answer:
    """Remove a channel or thread with its messages."""
    is_thread = "thread_metadata" in visible_channel(world, channel_id)
    needed = Permission.MANAGE_THREADS if is_thread else Permission.MANAGE_CHANNELS
    channel_for_bot(world, channel_id, needed)
    return 200, guild_changes.delete_channel(world, channel_id)
