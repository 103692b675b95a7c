"""REST of threads: open them, and change who is in them."""

from playground import thread_life
from playground.access import (
    channel_for_bot,
    has_permissions,
    missing_access,
    missing_permissions,
    require_members_intent,
    visible_channel,
)
from playground.exchange import Answer, Exchange, route
from playground.payloads import (
    ANNOUNCEMENT_CHANNEL,
    ANNOUNCEMENT_THREAD,
    FORUM_CHANNEL,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT_CHANNEL,
)
from playground.permissions import Permission
from playground.refusals import DiscordRefusal, FormErrors, Payload, unknown
from playground.validation_forms import check_thread
from playground.validation_messages import check_message
from playground.world import World
from playground.writing import HAS_THREAD, open_thread, write_message

MEMBERS = "/channels/{channel_id}/thread-members"


def _parent(world: World, channel_id: str, *kinds: int) -> Payload:
    """Find a channel in which such threads can be opened."""
    channel = visible_channel(world, channel_id)
    if channel["type"] not in kinds:
        raise DiscordRefusal(400, 50024, "Cannot execute action on this channel type")
    return channel


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_from_message(
    world: World, exchange: Exchange, channel_id: str, message_id: str
) -> Answer:
    """Open a public thread from a message; it takes the message's id, and there is only one."""
    parent = _parent(world, channel_id, TEXT_CHANNEL, ANNOUNCEMENT_CHANNEL)
    channel_for_bot(world, channel_id, Permission.CREATE_PUBLIC_THREADS)
    message = world.message(message_id, channel_id)
    _check_new(world, parent, exchange.body)
    if message_id in world.channels:
        text = "A thread has already been created for this message"
        raise DiscordRefusal(400, 160004, text)
    is_news = parent["type"] == ANNOUNCEMENT_CHANNEL
    kind = ANNOUNCEMENT_THREAD if is_news else PUBLIC_THREAD
    thread = open_thread(world, channel_id, exchange.body, kind, message_id)
    message.payload["flags"] |= HAS_THREAD
    message.payload["thread"] = thread
    return 201, thread


@route("POST", "/channels/{channel_id}/threads")
def thread_without_message(world: World, exchange: Exchange, channel_id: str) -> Answer:
    """Open a thread that starts from no message, or a post in a forum.

    A thread is private unless the request says otherwise.
    """
    parent = _parent(world, channel_id, TEXT_CHANNEL, ANNOUNCEMENT_CHANNEL, FORUM_CHANNEL)
    if parent["type"] == FORUM_CHANNEL:
        return 201, _post(world, exchange, channel_id)
    kind = exchange.body.get("type") or PRIVATE_THREAD
    is_news = parent["type"] == ANNOUNCEMENT_CHANNEL
    if is_news != (kind == ANNOUNCEMENT_THREAD):
        raise DiscordRefusal(400, 50024, "Cannot execute action on this channel type")
    is_private = kind == PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if is_private else Permission.CREATE_PUBLIC_THREADS
    channel_for_bot(world, channel_id, needed)
    _check_new(world, parent, exchange.body)
    return 201, open_thread(world, channel_id, exchange.body, kind, world.ids.next())


def _check_new(world: World, parent: Payload, body: Payload) -> None:
    """Refuse a thread with a wrong name, or one thread too many."""
    check_thread({"name": None} | body)
    thread_life.refuse_forbidden_words(world, body["name"])
    thread_life.refuse_full(world, parent["guild_id"])


def _post(world: World, exchange: Exchange, channel_id: str) -> Payload:
    parent = channel_for_bot(world, channel_id, Permission.SEND_MESSAGES)
    _check_new(world, parent, exchange.body)
    first = exchange.body.get("message")
    if first is None:
        errors = FormErrors()
        errors.length("message", None, 1, 1)
        errors.refuse()
    check_message(first, exchange.files)
    post_id = world.ids.next()
    post = open_thread(world, channel_id, exchange.body, PUBLIC_THREAD, post_id)
    written = write_message(world, post_id, first, exchange.files, message_id=post_id)
    return post | {"message": written}


def _thread(world: World, channel_id: str) -> Payload:
    channel = visible_channel(world, channel_id)
    if "thread_metadata" not in channel:
        raise unknown("Channel")
    return channel


@route("GET", MEMBERS)
def list_thread_members(world: World, exchange: Exchange, channel_id: str) -> Answer:
    """List who is in a thread, in the order of their ids where a limit is given."""
    thread = _thread(world, channel_id)
    require_members_intent(world)
    inside = world.thread_members[channel_id]
    if "limit" not in exchange.query and "after" not in exchange.query:
        return 200, list(inside.values())
    after, limit = int(exchange.query.get("after", "0")), int(exchange.query.get("limit", "100"))
    ids = sorted(int(user_id) for user_id in inside if int(user_id) > after)[:limit]
    members = world.guilds[thread["guild_id"]].members
    is_full = exchange.query.get("with_member") == "true"
    return 200, [
        inside[str(i)] | ({"member": members[str(i)]} if is_full and str(i) in members else {})
        for i in ids
    ]


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
    if user_id is not None:
        channel_for_bot(world, channel_id, Permission.SEND_MESSAGES_IN_THREADS)
    thread_life.refuse_archived(thread)
    user_id = user_id or world.bot_id
    world.guild(thread["guild_id"]).member(user_id)
    if not world.permissions_in(user_id, thread) & Permission.VIEW_CHANNEL:
        raise missing_access()
    thread_life.let_in(world, thread, [user_id])
    return 204, None


@route("DELETE", MEMBERS + "/@me")
@route("DELETE", MEMBERS + "/{user_id}")
def remove_thread_member(
    world: World, _: Exchange, channel_id: str, user_id: str | None = None
) -> Answer:
    """Remove someone from a thread; who is not in it is no mistake."""
    thread = _thread(world, channel_id)
    if user_id is not None and not _may_remove(world, thread):
        raise missing_permissions()
    thread_life.refuse_archived(thread)
    thread_life.put_out(world, thread, user_id or world.bot_id)
    return 204, None


def _may_remove(world: World, thread: Payload) -> bool:
    is_own = thread["type"] == PRIVATE_THREAD and thread["owner_id"] == world.bot_id
    return is_own or has_permissions(world, thread, Permission.MANAGE_THREADS)
