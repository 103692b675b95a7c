"""How threads live: silence archives them, a message wakes them, a mention lets members in."""

from collections.abc import Iterable
from datetime import datetime

from playground import payloads
from playground.payloads import PRIVATE_THREAD
from playground.permissions import Permission
from playground.refusals import DiscordRefusal, FormErrors, Payload
from playground.snowflakes import born_at
from playground.world import World

SETTINGS = ("archived", "locked", "auto_archive_duration", "invitable")
OF_THE_CREATOR = {"name", "archived", "auto_archive_duration", "invitable"}


def is_archived(channel: Payload) -> bool:
    """Say whether a channel is a thread that is archived."""
    return bool(channel.get("thread_metadata", {}).get("archived"))


def is_locked(channel: Payload) -> bool:
    """Say whether a channel is a thread that is locked."""
    return bool(channel.get("thread_metadata", {}).get("locked"))


def refuse_archived(channel: Payload, status: int = 400) -> None:
    """Refuse to change anything in an archived thread."""
    if is_archived(channel):
        raise archived(status)


def archived(status: int = 400) -> DiscordRefusal:
    """Say that a thread is archived; for locked threads Discord says the same to interactions."""
    return DiscordRefusal(status, 50083, "Thread is archived")


def refuse_forbidden_words(world: World, name: str) -> None:
    """Refuse a thread's name with a word that the guild forbids."""
    errors = FormErrors()
    if any(word in name for word in world.forbidden_words):
        text = "Contains words not allowed for servers in Server Discovery."
        errors.add("name", "CONTENT_CONTAINS_FORBIDDEN_WORD", text)
    errors.refuse()


def refuse_full(world: World, guild_id: str) -> None:
    """Refuse one more active thread than a guild may have."""
    if len(world.threads_of(guild_id)) >= world.most_active_threads:
        raise DiscordRefusal(400, 160006, "Maximum number of active threads reached")


def may_change(world: World, user_id: str, thread: Payload, change: Payload) -> bool:
    """Say whether a user may change a thread so: by Manage Threads, or as its creator.

    Sending is enough to unarchive a thread. A locked thread, and the lock itself, need Manage
    Threads.
    """
    allowed, settings = world.permissions_in(user_id, thread), thread["thread_metadata"]
    if allowed & Permission.MANAGE_THREADS:
        return True
    if settings["locked"] or change.get("locked", False) != settings["locked"]:
        return False
    changed = set(change) - {"locked"}
    if changed == {"archived"} and not change["archived"]:
        return bool(allowed & Permission.SEND_MESSAGES_IN_THREADS)
    return thread["owner_id"] == user_id and changed <= OF_THE_CREATOR


def change(world: World, thread: Payload, changes: Payload) -> None:
    """Change the settings of a thread, its name and its other keys, and tell everybody."""
    settings = thread["thread_metadata"]
    if settings["archived"] and changes.get("archived") is False:
        refuse_full(world, thread["guild_id"])
    if {"archived", "auto_archive_duration"} & set(changes):
        settings["archive_timestamp"] = world.clock.timestamp()  # silence counts from here
    for key in SETTINGS:
        if changes.get(key) is not None:
            settings[key] = changes[key]
    for key in ("name", "rate_limit_per_user", "applied_tags"):
        if key in changes:
            thread[key] = changes[key]
    world.emit("THREAD_UPDATE", thread)


def wake(world: World, channel: Payload) -> None:
    """Unarchive a thread that a user writes in."""
    if is_archived(channel):
        change(world, channel, {"archived": False})


def is_silent(thread: Payload, now: float) -> bool:
    """Say whether an active thread has been silent for its `auto_archive_duration`."""
    settings = thread["thread_metadata"]
    if settings["archived"]:
        return False
    last = datetime.fromisoformat(settings["archive_timestamp"]).timestamp()
    if thread["last_message_id"]:
        last = max(last, born_at(thread["last_message_id"]))
    return now - last >= float(settings["auto_archive_duration"]) * 60


def archive_silent(world: World, every_seconds: float = 0.0) -> None:
    """Archive every thread that has been silent for long, after `every_seconds` at the earliest."""
    now = world.clock.now()
    if 0 <= now - world.looked_for_silence_at < every_seconds:
        return
    world.looked_for_silence_at = now
    for channel in list(world.channels.values()):
        if "thread_metadata" in channel and is_silent(channel, now):
            change(world, channel, {"archived": True})


def let_in(world: World, thread: Payload, user_ids: Iterable[str]) -> None:
    """Add members to a thread; those who are in it stay so."""
    inside, now = world.thread_members[thread["id"]], world.clock.timestamp()
    added = [
        payloads.thread_member(thread["id"], user_id, now)
        for user_id in dict.fromkeys(user_ids)
        if user_id not in inside
    ]
    if added:
        inside.update((member["user_id"], member) for member in added)
        _tell_members(world, thread, {"added_members": added})


def put_out(world: World, thread: Payload, user_id: str) -> None:
    """Remove a member from a thread, if they are in it."""
    if world.thread_members[thread["id"]].pop(user_id, None):
        _tell_members(world, thread, {"removed_member_ids": [user_id]})


def let_mentioned_in(world: World, message: Payload) -> None:
    """Add those whom a message in a thread mentions, as far as they may see it."""
    thread = world.channel(message["channel_id"])
    author_id = message["author"]["id"]
    if "thread_metadata" not in thread or not _may_invite(world, author_id, thread):
        return
    members = world.guild(thread["guild_id"]).members
    named = [user["id"] for user in message["mentions"]]
    for role_id in message["mention_roles"]:
        named += [user_id for user_id in members if role_id in members[user_id]["roles"]]
    let_in(
        world,
        thread,
        (u for u in named if world.permissions_in(u, thread) & Permission.VIEW_CHANNEL),
    )


def _may_invite(world: World, user_id: str, thread: Payload) -> bool:
    if thread["type"] != PRIVATE_THREAD or thread["thread_metadata"].get("invitable"):
        return True
    is_moderator = world.permissions_in(user_id, thread) & Permission.MANAGE_THREADS
    return bool(is_moderator) or thread["owner_id"] == user_id


def _tell_members(world: World, thread: Payload, changed: Payload) -> None:
    thread["member_count"] = len(world.thread_members[thread["id"]])
    event = {
        "id": thread["id"],
        "guild_id": thread["guild_id"],
        "member_count": thread["member_count"],
    }
    world.emit("THREAD_MEMBERS_UPDATE", event | changed)
