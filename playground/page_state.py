"""Gather what one person sees in the page, in one answer."""

from playground import demo
from playground.command_forms import CommandForm, forms_for
from playground.interactions import AUTOCOMPLETE, MODAL, Interaction
from playground.payloads import DIRECT_MESSAGE
from playground.refusals import Payload
from playground.scheduled_events import is_listed
from playground.world import World

SHOWN_MESSAGES = 100
SHOWN_INTERACTIONS = 30
PARTS = {person.id: person.part for person in demo.PEOPLE}


def page_state(world: World, user_id: str, channel_id: str, *, is_connected: bool) -> Payload:
    """Give everything the page shows to a person in a channel; unknown ids mean the first."""
    people = [_person(world, member) for member in world.members if member != world.bot_id]
    if user_id not in world.members or user_id == world.bot_id:
        user_id = people[0]["id"]
    channels = [
        _channel(world, channel, user_id)
        for channel in world.channels.values()
        if world.can_view(user_id, channel["id"])
    ]
    if channel_id not in [channel["id"] for channel in channels]:
        channel_id = channels[0]["id"]
    return {
        "revision": world.changes.revision,
        "guild": world.guild["name"],
        "is_bot_connected": is_connected,
        "user": user_id,
        "channel": channel_id,
        "people": people,
        "gone": [_gone(world, each) for each in world.locales if each not in world.members],
        "names": _names(world),
        "channels": channels,
        "events": [_event(each) for each in world.scheduled_events.values() if is_listed(each)],
        "messages": _messages(world, user_id, channel_id),
        "commands": [_command(form, world.locales[user_id]) for form in forms_for(world, user_id)],
        "interactions": _interactions(world, user_id),
    }


def _messages(world: World, user_id: str, channel_id: str) -> list[Payload]:
    """List the newest messages; a thread begins with the one it was opened from."""
    messages = world.messages_for(user_id, channel_id)[-SHOWN_MESSAGES:]
    starter = world.messages.get(channel_id)
    if starter is None:
        return messages
    quoted = {key: value for key, value in starter.payload.items() if key != "thread"}
    return [quoted | {"components": []}, *messages]


def _person(world: World, user_id: str) -> Payload:
    return {
        "id": user_id,
        "name": world.users[user_id]["global_name"],
        "locale": world.locales[user_id],
        "part": PARTS.get(user_id, ""),
        "roles": [world.roles[role_id]["name"] for role_id in world.members[user_id]["roles"]],
    }


def _gone(world: World, user_id: str) -> Payload:
    return {"id": user_id, "name": world.users[user_id]["global_name"]}


def _names(world: World) -> Payload:
    return {
        "users": {u["id"]: u["global_name"] or u["username"] for u in world.users.values()},
        "channels": {c["id"]: c.get("name") or "" for c in world.channels.values()},
        "roles": {role["id"]: role["name"] for role in world.roles.values()},
    }


def _channel(world: World, channel: Payload, user_id: str) -> Payload:
    settings = channel.get("thread_metadata") or {}
    inside = world.thread_members.get(channel["id"], {})
    return {
        "id": channel["id"],
        "type": channel["type"],
        "name": channel.get("name") or world.users[world.bot_id]["username"],
        "parent": channel.get("parent_id"),
        "is_direct": channel["type"] == DIRECT_MESSAGE,
        "is_archived": bool(settings.get("archived")),
        "is_locked": bool(settings.get("locked")),
        "is_hidden": bool(channel.get("permission_overwrites")),
        "members": [member for member in inside if member != world.bot_id],
        "is_joined": user_id in inside,
        "last_message": channel["last_message_id"],
    }


def _event(event: Payload) -> Payload:
    kept = ("id", "name", "description", "scheduled_start_time")
    metadata = event["entity_metadata"] or {}
    return {key: event[key] for key in kept} | {"location": metadata.get("location")}


def _command(form: CommandForm, locale: str) -> Payload:
    steps = [form.command, *form.path]
    return {
        "name": form.full_name,
        "shown": " ".join(_local(step, "name", locale) for step in steps),
        "description": _local(steps[-1], "description", locale),
        "options": [_option(option, locale) for option in form.options],
    }


def _option(option: Payload, locale: str) -> Payload:
    kept = ("name", "type", "required", "autocomplete", "channel_types")
    limits = ("min_value", "max_value", "min_length", "max_length")
    return {key: option[key] for key in (*kept, *limits) if option.get(key) is not None} | {
        "shown": _local(option, "name", locale),
        "description": _local(option, "description", locale),
        "choices": [
            {"name": _local(choice, "name", locale), "value": choice["value"]}
            for choice in option.get("choices") or []
        ],
    }


def _local(named: Payload, key: str, locale: str) -> str:
    return str((named.get(f"{key}_localizations") or {}).get(locale) or named[key])


def _interactions(world: World, user_id: str) -> list[Payload]:
    newest = [
        interaction
        for interaction in list(world.interactions.values())[-SHOWN_INTERACTIONS * 10 :]
        if interaction.user_id == user_id and interaction.kind != AUTOCOMPLETE
    ]
    return [_interaction(world, interaction) for interaction in newest[-SHOWN_INTERACTIONS:]]


def _interaction(world: World, interaction: Interaction) -> Payload:
    callback = interaction.callback or {}
    data = interaction.payload["data"]
    return {
        "id": interaction.id,
        "kind": interaction.kind,
        "channel": interaction.channel_id,
        "message": (interaction.payload.get("message") or {}).get("id"),
        "custom_id": data.get("custom_id"),
        "command": data.get("name"),
        "is_acknowledged": interaction.callback is not None,
        "has_failed": interaction.has_failed(world.clock.now()),
        "modal": callback["data"] if callback.get("type") == MODAL else None,
    }
