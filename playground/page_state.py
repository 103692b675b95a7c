"""Gather what one person sees in the page, in one answer."""

from playground import demo
from playground.command_forms import CommandForm, forms_for
from playground.guilds import Guild
from playground.interactions import AUTOCOMPLETE, MODAL, Interaction
from playground.payloads import CATEGORY, DIRECT_MESSAGE
from playground.people import can_write
from playground.permissions import OF_THE_BOT_IN_A_CHANNEL, Permission
from playground.refusals import Payload
from playground.scheduled_events import is_listed
from playground.world import World

SHOWN_MESSAGES = 100
SHOWN_INTERACTIONS = 30
PARTS = {person.id: person.part for person in demo.PEOPLE}


def page_state(
    world: World, user_id: str, channel_id: str, guild_id: str, *, is_connected: bool
) -> Payload:
    """Give everything the page shows to a person in a channel; unknown ids mean the first."""
    guild = world.guilds.get(guild_id) or world.home
    people = [_person(world, guild, member) for member in guild.members if member != world.bot_id]
    if user_id not in guild.members or user_id == world.bot_id:
        user_id = people[0]["id"]
    channels = _channels(world, guild, user_id)
    open_ids = [channel["id"] for channel in channels if channel["type"] != CATEGORY]
    if channel_id not in open_ids:
        channel_id = open_ids[0]
    locale = world.locales[user_id]
    commands = forms_for(world, user_id, world.channel(channel_id))
    return {
        "revision": world.changes.revision,
        "guild": _guild(world, guild, user_id),
        "guilds": [_guild(world, each, user_id) for each in _guilds(world, user_id)],
        "is_bot_connected": is_connected,
        "user": user_id,
        "channel": channel_id,
        "people": people,
        "gone": [_gone(world, each) for each in world.locales if each not in guild.members],
        "names": _names(world),
        "roles": [{"id": role["id"], "name": role["name"]} for role in guild.roles.values()],
        "channels": channels,
        "events": [_event(each) for each in guild.scheduled_events.values() if is_listed(each)],
        "bot_permissions": _bot_permissions(world, guild, user_id, channel_id),
        "messages": _messages(world, user_id, channel_id),
        "commands": [_command(form, locale) for form in commands],
        "interactions": _interactions(world, user_id),
    }


def _guilds(world: World, user_id: str) -> list[Guild]:
    """List the guilds a person is in and sees a channel of."""
    mine = [guild for guild in world.guilds.values() if user_id in guild.members]
    return [
        guild
        for guild in mine
        if any(
            channel["type"] != CATEGORY and world.can_view(user_id, channel["id"])
            for channel in world.channels_of(guild.id)
        )
    ]


def _guild(world: World, guild: Guild, user_id: str) -> Payload:
    return {
        "id": guild.id,
        "name": guild.payload["name"],
        "has_bot": world.has_bot(guild.id),
        "is_manager": bool(guild.permissions_of(user_id) & Permission.MANAGE_GUILD),
    }


def _bot_permissions(world: World, guild: Guild, user_id: str, channel_id: str) -> dict[str, bool]:
    """Say what the bot may do in the open channel, to those who may change it."""
    channel = world.channel(channel_id)
    is_manager = guild.permissions_of(user_id) & Permission.MANAGE_GUILD
    if not is_manager or not world.has_bot(guild.id) or "permission_overwrites" not in channel:
        return {}
    allowed = world.permissions_in(world.bot_id, channel)
    bits = OF_THE_BOT_IN_A_CHANNEL
    return {str(bit.name): bool(allowed & bit) for bit in Permission if bit & bits}


def _channels(world: World, guild: Guild, user_id: str) -> list[Payload]:
    """List the channels, threads and direct channels a person sees."""
    return [
        _channel(world, channel, user_id)
        for channel in world.channels.values()
        if channel.get("guild_id") in (guild.id, None) and world.can_view(user_id, channel["id"])
    ]


def _messages(world: World, user_id: str, channel_id: str) -> list[Payload]:
    """List the newest messages; a thread begins with the one it was opened from."""
    messages = world.messages_for(user_id, channel_id)[-SHOWN_MESSAGES:]
    starter = world.messages.get(channel_id)
    if starter is None:
        return messages
    quoted = {key: value for key, value in starter.payload.items() if key != "thread"}
    return [quoted | {"components": []}, *messages]


def _person(world: World, guild: Guild, user_id: str) -> Payload:
    return {
        "id": user_id,
        "name": world.users[user_id]["global_name"],
        "locale": world.locales[user_id],
        "part": PARTS.get(user_id, ""),
        "roles": [guild.roles[role_id]["name"] for role_id in guild.members[user_id]["roles"]],
    }


def _gone(world: World, user_id: str) -> Payload:
    return {"id": user_id, "name": world.users[user_id]["global_name"]}


def _names(world: World) -> Payload:
    return {
        "users": {u["id"]: u["global_name"] or u["username"] for u in world.users.values()},
        "channels": {c["id"]: c.get("name") or "" for c in world.channels.values()},
        "roles": {
            role["id"]: role["name"]
            for guild in world.guilds.values()
            for role in guild.roles.values()
        },
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
        "is_thread": "thread_metadata" in channel,
        "is_archived": bool(settings.get("archived")),
        "is_locked": bool(settings.get("locked")),
        "is_hidden": _is_hidden(channel),
        "members": [member for member in inside if member != world.bot_id],
        "is_joined": user_id in inside,
        "can_write": can_write(world, user_id, channel),
        "last_ping": world.pings.get(user_id, {}).get(channel["id"]),
        "last_message": channel.get("last_message_id"),
    }


def _is_hidden(channel: Payload) -> bool:
    """Say whether members without a further role do not see a channel."""
    overwrites = channel.get("permission_overwrites") or []
    mine = [o for o in overwrites if o["id"] == channel.get("guild_id")]
    return any(int(o["deny"]) & Permission.VIEW_CHANNEL for o in mine)


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
        "values": data.get("values"),
        "command": data.get("name"),
        "is_acknowledged": interaction.callback is not None,
        "has_failed": interaction.has_failed(world.clock.now()),
        "modal": callback["data"] if callback.get("type") == MODAL else None,
    }
