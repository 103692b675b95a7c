"""Write, change and remove messages, as the bot and as people do."""

import copy
import itertools
from typing import Any

from playground import payloads, thread_life
from playground.interactions import EPHEMERAL
from playground.mentions import mentioned
from playground.refusals import Payload
from playground.world import Message, World

KEPT_FLAGS = EPHEMERAL | 1 << 2 | 1 << 12 | 1 << 15
HAS_THREAD = 1 << 5


def write_message(  # noqa: PLR0913 - a message has that many sides
    world: World,
    channel_id: str,
    body: Payload,
    files: list[Payload],
    *,
    author_id: str | None = None,
    only_for: str | None = None,
    extra: Payload | None = None,
    message_id: str | None = None,
) -> Payload:
    """Put a new message into a channel and tell everyone who may see it."""
    author_id = author_id or world.bot_id
    payload: Payload = {
        "id": message_id or world.ids.next(),
        "type": 0,
        "channel_id": channel_id,
        "author": world.users[author_id],
        "content": body.get("content") or "",
        "timestamp": world.clock.timestamp(),
        "edited_timestamp": None,
        "tts": False,
        **mentioned(world, world.channel(channel_id), author_id, body),
        "attachments": [_attachment(world, file) for file in files],
        "embeds": _embeds(body.get("embeds")),
        "components": _numbered(body.get("components")),
        "pinned": False,
        "flags": (body.get("flags") or 0) & KEPT_FLAGS,
    }
    payload |= extra or {}
    nonce = body.get("nonce")
    if nonce is not None:
        payload["nonce"] = nonce
    stored_nonce = None if nonce is None else str(nonce)
    world.messages[payload["id"]] = Message(payload, world.clock.now(), only_for, stored_nonce)
    if only_for is None:
        thread_life.wake(world, world.channel(channel_id))
        _count(world, channel_id, payload["id"])
        _ping(world, payload)
        thread_life.let_mentioned_in(world, payload)
    _tell(world, "MESSAGE_CREATE", payload)
    return payload


def edit_message(world: World, message_id: str, body: Payload, files: list[Payload]) -> Payload:
    """Change what a message says; keys that are absent stay as they are."""
    message = world.message(message_id)
    payload = message.payload
    if "content" in body:
        payload["content"] = body["content"] or ""
        channel = world.channel(payload["channel_id"])
        payload |= mentioned(world, channel, payload["author"]["id"], body)
        if message.only_for is None:
            thread_life.let_mentioned_in(world, payload)  # by an edit nobody is pinged
    if "embeds" in body:
        payload["embeds"] = _embeds(body["embeds"])
    if "components" in body:
        payload["components"] = _numbered(body["components"])
    if body.get("attachments") is not None:
        kept = {str(attachment["id"]) for attachment in body["attachments"]}
        payload["attachments"] = [a for a in payload["attachments"] if a["id"] in kept]
    payload["attachments"] += [_attachment(world, file) for file in files]
    payload["edited_timestamp"] = world.clock.timestamp()
    _tell(world, "MESSAGE_UPDATE", payload)
    return payload


def remove_message(world: World, message_id: str) -> None:
    """Take a message away."""
    payload = world.message(message_id).payload
    del world.messages[message_id]
    gone = {"id": message_id, "channel_id": payload["channel_id"], "flags": payload["flags"]}
    _tell(world, "MESSAGE_DELETE", gone)


def _tell(world: World, event: str, payload: Payload) -> None:
    if payload["flags"] & EPHEMERAL:
        world.changes.announce()
        return
    channel = world.channel(payload["channel_id"])
    place = {"channel_type": channel["type"]}
    if "guild_id" in channel:
        place["guild_id"] = channel["guild_id"]
    world.emit(event, payload | place)


def _count(world: World, channel_id: str, message_id: str) -> None:
    channel = world.channel(channel_id)
    channel["last_message_id"] = message_id
    if "message_count" in channel:
        channel["message_count"] += 1
        channel["total_message_sent"] += 1


def _ping(world: World, message: Payload) -> None:
    """Remember whom a message has pinged: by name, by a role, or all who see the channel."""
    channel = world.channel(message["channel_id"])
    guild = world.guild_of(channel)
    pinged = {user["id"] for user in message["mentions"]}
    for user_id, member in guild.members.items() if guild else ():
        if message["mention_everyone"] or set(member["roles"]) & set(message["mention_roles"]):
            pinged.add(user_id)
    for user_id in pinged - {message["author"]["id"]}:
        world.pings.setdefault(user_id, {})[channel["id"]] = message["id"]


def _embeds(embeds: list[Payload] | None) -> list[Payload]:
    shown: list[Payload] = [copy.deepcopy(embed) for embed in embeds or []]
    for embed in shown:
        embed["type"] = "rich"
        for field in embed.get("fields") or []:
            field["inline"] = bool(field.get("inline"))
    return shown


def _numbered(components: list[Payload] | None) -> list[Payload]:
    """Copy components and give each the number Discord gives where the bot gave none."""
    numbered: list[Payload] = _without_nulls(components or [])
    count = itertools.count(1)

    def number(inside: list[Any]) -> None:
        for component in filter(None, inside):
            component["id"] = component.get("id") or next(count)
            if component["type"] in (3, 5, 6, 7, 8):
                component.setdefault("min_values", 1)
                component.setdefault("max_values", 1)
                for default in component.get("default_values") or []:
                    default["id"] = str(default["id"])
            number(component.get("components") or [])
            number([component.get("accessory"), component.get("component")])

    number(numbered)
    return numbered


def _without_nulls(node: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Copy JSON without its null values, which Discord never sends back."""
    if isinstance(node, list):
        return [_without_nulls(inside) for inside in node]
    if isinstance(node, dict):
        return {key: _without_nulls(v) for key, v in node.items() if v is not None}
    return node


def _attachment(world: World, file: Payload) -> Payload:
    address = f"https://cdn.discordapp.invalid/attachments/{file['filename']}"
    file_id = world.ids.next()
    world.files[file_id] = file["content"]
    return {
        "id": file_id,
        "filename": file["filename"],
        "size": len(file["content"]),
        "url": address,
        "proxy_url": address,
        "content_type": "application/octet-stream",
    }


def open_thread(world: World, parent_id: str, body: Payload, kind: int, thread_id: str) -> Payload:
    """Open a thread under a channel with the bot as its first member."""
    now = world.clock.timestamp()
    parent = world.channel(parent_id)
    thread = payloads.thread(thread_id, kind, parent, world.bot_id, now)
    thread["name"] = body["name"]
    thread["rate_limit_per_user"] = body.get("rate_limit_per_user") or 0
    settings = thread["thread_metadata"]
    settings["auto_archive_duration"] = body.get("auto_archive_duration") or 1440
    if kind == payloads.PRIVATE_THREAD:
        settings["invitable"] = body.get("invitable", True)
    thread["member"] = payloads.thread_member(thread_id, world.bot_id, now)
    world.channels[thread_id] = thread
    world.thread_members[thread_id] = {world.bot_id: thread["member"]}
    world.emit("THREAD_CREATE", thread | {"newly_created": True})
    return thread
