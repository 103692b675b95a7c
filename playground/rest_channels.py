"""REST of channels and threads: read, rename, archive, lock, and who is in a thread."""

from playground import payloads
from playground.exchange import Answer, Exchange, route
from playground.refusals import DiscordRefusal, Payload, unknown
from playground.validation_forms import check_thread
from playground.world import World
from playground.writing import HAS_THREAD, open_thread

MEMBERS = "/channels/{channel_id}/thread-members"


def refuse_archived(channel: Payload) -> None:
    """Refuse to change anything in an archived thread."""
    if channel.get("thread_metadata", {}).get("archived"):
        raise DiscordRefusal(400, 50083, "Thread is archived")


@route("GET", "/channels/{channel_id}")
def get_channel(world: World, _: Exchange, channel_id: str) -> Answer:
    """Give a channel or thread."""
    return 200, world.channel(channel_id)


@route("PATCH", "/channels/{channel_id}")
def edit_channel(world: World, exchange: Exchange, channel_id: str) -> Answer:
    """Change a channel, or archive, lock and rename a thread."""
    channel = world.channel(channel_id)
    check_thread(exchange.body)
    settings: Payload | None = channel.get("thread_metadata")
    if settings is not None:
        if exchange.body.get("archived", True):
            unarchivable = set(exchange.body) - {"archived", "locked"}
            if unarchivable:
                refuse_archived(channel)
        for key in ("archived", "locked", "auto_archive_duration", "invitable"):
            if exchange.body.get(key) is not None:
                settings[key] = exchange.body[key]
        settings["archive_timestamp"] = world.clock.timestamp()
    for key in ("name", "topic", "rate_limit_per_user", "applied_tags"):
        if key in exchange.body:
            channel[key] = exchange.body[key]
    world.emit("CHANNEL_UPDATE" if settings is None else "THREAD_UPDATE", channel)
    return 200, channel


@route("DELETE", "/channels/{channel_id}")
def delete_channel(world: World, _: Exchange, channel_id: str) -> Answer:
    """Remove a channel or thread with its messages."""
    channel = world.channel(channel_id)
    del world.channels[channel_id]
    for message_id, message in list(world.messages.items()):
        if message.payload["channel_id"] == channel_id:
            del world.messages[message_id]
    world.emit("THREAD_DELETE" if "thread_metadata" in channel else "CHANNEL_DELETE", channel)
    return 200, channel


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_from_message(
    world: World, exchange: Exchange, channel_id: str, message_id: str
) -> Answer:
    """Open a public thread from a message; it takes the message's id, and there is only one."""
    message = world.message(message_id, channel_id)
    check_thread({"name": None} | exchange.body)
    if message_id in world.channels:
        text = "A thread has already been created for this message"
        raise DiscordRefusal(400, 160004, text)
    thread = open_thread(world, channel_id, exchange.body, payloads.PUBLIC_THREAD, message_id)
    message.payload["flags"] |= HAS_THREAD
    message.payload["thread"] = thread
    return 201, thread


@route("POST", "/channels/{channel_id}/threads")
def thread_without_message(world: World, exchange: Exchange, channel_id: str) -> Answer:
    """Open a thread that starts from no message; private unless the request says otherwise."""
    world.channel(channel_id)
    check_thread({"name": None} | exchange.body)
    kind = exchange.body.get("type") or payloads.PRIVATE_THREAD
    return 201, open_thread(world, channel_id, exchange.body, kind, world.ids.next())


def _thread(world: World, channel_id: str) -> Payload:
    channel = world.channel(channel_id)
    if "thread_metadata" not in channel:
        raise unknown("Channel")
    return channel


@route("GET", MEMBERS)
def list_thread_members(world: World, _: Exchange, channel_id: str) -> Answer:
    """List who is in a thread."""
    _thread(world, channel_id)
    return 200, list(world.thread_members[channel_id].values())


@route("GET", MEMBERS + "/{user_id}")
def get_thread_member(world: World, _: Exchange, channel_id: str, user_id: str) -> Answer:
    """Give one membership of a thread."""
    _thread(world, channel_id)
    if user_id not in world.thread_members[channel_id]:
        raise unknown("Member")
    return 200, world.thread_members[channel_id][user_id]


@route("PUT", MEMBERS + "/@me")
@route("PUT", MEMBERS + "/{user_id}")
def add_thread_member(
    world: World, _: Exchange, channel_id: str, user_id: str | None = None
) -> Answer:
    """Add a member of the guild to a thread; adding twice changes nothing."""
    thread = _thread(world, channel_id)
    refuse_archived(thread)
    user_id = user_id or world.bot_id
    world.member(user_id)
    inside = world.thread_members[channel_id]
    if user_id not in inside:
        now = world.clock.timestamp()
        inside[user_id] = payloads.thread_member(channel_id, user_id, now)
        _tell_members(world, thread, {"added_members": [inside[user_id]]})
    return 204, None


@route("DELETE", MEMBERS + "/@me")
@route("DELETE", MEMBERS + "/{user_id}")
def remove_thread_member(
    world: World, _: Exchange, channel_id: str, user_id: str | None = None
) -> Answer:
    """Remove someone from a thread; who is not in it is no mistake."""
    thread = _thread(world, channel_id)
    refuse_archived(thread)
    user_id = user_id or world.bot_id
    if world.thread_members[channel_id].pop(user_id, None):
        _tell_members(world, thread, {"removed_member_ids": [user_id]})
    return 204, None


def _tell_members(world: World, thread: Payload, change: Payload) -> None:
    thread["member_count"] = len(world.thread_members[thread["id"]])
    event = {
        "id": thread["id"],
        "guild_id": thread["guild_id"],
        "member_count": thread["member_count"],
    }
    world.emit("THREAD_MEMBERS_UPDATE", event | change)
