"""REST of messages in channels, threads and direct channels."""

from playground import thread_life
from playground.access import (
    channel_for_bot,
    has_permissions,
    missing_permissions,
    sending_permission,
    visible_channel,
)
from playground.exchange import Answer, Exchange, route
from playground.payloads import CATEGORY, FORUM_CHANNEL
from playground.permissions import Permission
from playground.refusals import DiscordRefusal, Payload, unknown
from playground.validation_messages import check_message
from playground.world import Message, World
from playground.writing import edit_message, remove_message, write_message

MESSAGES = "/channels/{channel_id}/messages"
NONCE_SECONDS = 300  # Discord says "the past few minutes" and no more


def _visible(world: World, channel_id: str, message_id: str) -> Message:
    """Find a message the bot sees by its token: never an ephemeral one."""
    visible_channel(world, channel_id)
    message = world.message(message_id, channel_id)
    if message.only_for is not None:
        raise unknown("Message")
    return message


@route("GET", MESSAGES)
def list_messages(world: World, exchange: Exchange, channel_id: str) -> Answer:
    """List a channel's messages, newest first unless ``after`` is given.

    Without the permission to read what was written before there is nothing.
    """
    channel = visible_channel(world, channel_id)
    if not has_permissions(world, channel, Permission.READ_MESSAGE_HISTORY):
        return 200, []
    ids = {key: int(exchange.query[key]) for key in ("before", "after") if key in exchange.query}
    seen = [
        message.payload
        for message in world.messages.values()
        if message.payload["channel_id"] == channel_id
        and message.only_for is None
        and ids.get("after", 0) < int(message.payload["id"])
        and int(message.payload["id"]) < ids.get("before", 1 << 64)
    ]
    limit = int(exchange.query.get("limit", "50"))
    chosen = seen[:limit] if "after" in ids else seen[-limit:]
    return 200, [world.as_the_bot_reads(payload) for payload in chosen[::-1]]


@route("POST", MESSAGES)
def create_message(world: World, exchange: Exchange, channel_id: str) -> Answer:
    """Send a message; with ``enforce_nonce`` a second one with the same nonce is the first."""
    channel = visible_channel(world, channel_id)
    _refuse_place(channel)
    body: Payload = exchange.body or {}
    _refuse_unallowed(world, channel, body, exchange.files)
    check_message(body, exchange.files)
    _refuse_unreachable(world, channel)
    if body.get("enforce_nonce") and (first := _same_nonce(world, channel_id, body)):
        return 200, first
    return 200, write_message(world, channel_id, body, exchange.files)


def _refuse_place(channel: Payload) -> None:
    if channel["type"] in (CATEGORY, FORUM_CHANNEL):
        raise DiscordRefusal(400, 50008, "Cannot send messages in a non-text channel")


def _refuse_unallowed(world: World, channel: Payload, body: Payload, files: list[Payload]) -> None:
    needed = [sending_permission(channel)]
    if "guild_id" not in channel:
        return
    if body.get("embeds"):
        needed.append(Permission.EMBED_LINKS)
    if files:
        needed.append(Permission.ATTACH_FILES)
    if not has_permissions(world, channel, *needed):
        raise missing_permissions()


def _refuse_unreachable(world: World, channel: Payload) -> None:
    recipients = {recipient["id"] for recipient in channel.get("recipients") or []}
    if recipients & world.closed_to_direct_messages:
        raise DiscordRefusal(403, 50007, "Cannot send messages to this user")
    if thread_life.is_locked(channel):
        thread_life.refuse_archived(channel)
        if not has_permissions(world, channel, Permission.MANAGE_THREADS):
            raise DiscordRefusal(403, 160005, "Thread is locked")
    elif thread_life.is_archived(channel):
        thread_life.refuse_full(world, channel["guild_id"])


def _same_nonce(world: World, channel_id: str, body: Payload) -> Payload | None:
    nonce = str(body.get("nonce"))
    since = world.clock.now() - NONCE_SECONDS
    for message in world.messages.values():
        is_same = message.nonce == nonce and message.payload["channel_id"] == channel_id
        if is_same and message.written_at > since:
            return message.payload
    return None


@route("GET", MESSAGES + "/{message_id}")
def get_message(world: World, _: Exchange, channel_id: str, message_id: str) -> Answer:
    """Give one message."""
    message = _visible(world, channel_id, message_id)
    channel_for_bot(world, channel_id, Permission.READ_MESSAGE_HISTORY)
    return 200, world.as_the_bot_reads(message.payload)


@route("PATCH", MESSAGES + "/{message_id}")
def change_message(world: World, exchange: Exchange, channel_id: str, message_id: str) -> Answer:
    """Change one of the bot's own messages."""
    message = _visible(world, channel_id, message_id)
    thread_life.refuse_archived(world.channel(channel_id))
    if message.payload["author"]["id"] != world.bot_id:
        raise DiscordRefusal(403, 50005, "Cannot edit a message authored by another user")
    check_message(exchange.body, exchange.files, is_new=False)
    return 200, edit_message(world, message_id, exchange.body, exchange.files)


@route("DELETE", MESSAGES + "/{message_id}")
def delete_message(world: World, _: Exchange, channel_id: str, message_id: str) -> Answer:
    """Remove a message; one of others only with Manage Messages."""
    message = _visible(world, channel_id, message_id)
    thread_life.refuse_archived(world.channel(channel_id))
    if message.payload["author"]["id"] != world.bot_id:
        channel_for_bot(world, channel_id, Permission.MANAGE_MESSAGES)
    remove_message(world, message_id)
    return 204, None


PINS = MESSAGES + "/pins/{message_id}"


@route("PUT", PINS)
@route("DELETE", PINS)
def pin_message(world: World, exchange: Exchange, channel_id: str, message_id: str) -> Answer:
    """Pin a message, or take the pin away."""
    message = _visible(world, channel_id, message_id)
    thread_life.refuse_archived(world.channel(channel_id))
    channel_for_bot(world, channel_id, Permission.PIN_MESSAGES)
    message.payload["pinned"] = exchange.method == "PUT"
    world.changes.announce()
    return 204, None
