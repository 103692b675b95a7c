"""What people do in guilds: run commands, press, fill in forms, and talk."""

import asyncio
from collections.abc import Mapping
from typing import Any

from playground import thread_life
from playground.access import sending_permission
from playground.choosing import Chooser
from playground.command_forms import choose, find_form
from playground.component_forms import filled_in, find_component, pressed
from playground.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    MODAL_SUBMIT,
    Interaction,
)
from playground.payloads import CATEGORY, FORUM_CHANNEL
from playground.permissions import Permission
from playground.refusals import ClientRefusal, Payload
from playground.rest_interactions import metadata
from playground.world import World
from playground.writing import write_message

JUST_AFTER_SECONDS = 0.05


def slash(
    world: World, name: str, user_id: str, channel_id: str, options: Mapping[str, Any]
) -> Interaction:
    """Run a command by the words a person types."""
    channel = _seen(world, user_id, channel_id)
    form = find_form(world, user_id, channel, name)
    data = form.request(*choose(form, Chooser(world, user_id, channel), dict(options)))
    return interact(world, COMMAND, data, user_id, channel_id)


def autocomplete(
    world: World,
    name: str,
    user_id: str,
    channel_id: str,
    options: Mapping[str, Any],
    focused: str,
) -> Interaction:
    """Ask for suggestions while typing the focused option."""
    channel = _seen(world, user_id, channel_id)
    form = find_form(world, user_id, channel, name)
    given = {focused: ""} | dict(options)
    data = form.request(*choose(form, Chooser(world, user_id, channel), given, focused))
    return interact(world, AUTOCOMPLETE, data, user_id, channel_id)


def _seen(world: World, user_id: str, channel_id: str) -> Payload:
    """Find a channel that a person sees."""
    channel = world.channel(channel_id)
    guild = world.guild_of(channel)
    if guild is not None:
        guild.member(user_id)
    if not world.can_view(user_id, channel_id):
        text = f"{world.users[user_id]['global_name']} does not see this channel."
        raise ClientRefusal(text)
    return channel


def press(
    world: World,
    message_id: str,
    user_id: str,
    custom_id: str | None = None,
    label: str | None = None,
    values: list[str] | None = None,
) -> Interaction:
    """Press a button or choose in a select of a message the person sees."""
    message = world.message(message_id)
    if message.only_for not in (None, user_id):
        text = "The person does not see this message."
        raise ClientRefusal(text)
    channel_id = message.payload["channel_id"]
    channel = _seen(world, user_id, channel_id)
    if thread_life.is_locked(channel):
        text = "Nobody can press anything in a locked thread, not even an administrator."
        raise ClientRefusal(text)
    component = find_component(message.payload, custom_id, label)
    chooser = Chooser(world, user_id, channel)
    data = pressed(component, values or [], chooser)
    return interact(world, COMPONENT, data, user_id, channel_id, message=message.payload)


def submit(world: World, shown: Interaction, values: Mapping[str, Any]) -> Interaction:
    """Send the modal an interaction was answered with."""
    if shown.callback is None or shown.callback["type"] != MODAL:
        text = f"There is no modal to submit: {shown.describe()}."
        raise ClientRefusal(text)
    chooser = Chooser(world, shown.user_id, world.channel(shown.channel_id))
    data = filled_in(shown.callback["data"], dict(values), chooser)
    message = shown.payload.get("message")
    return interact(
        world,
        MODAL_SUBMIT,
        data,
        shown.user_id,
        shown.channel_id,
        message=message and world.message(message["id"]).payload,
        triggered_by=metadata(shown, world),
    )


def say(world: World, user_id: str, channel_id: str, content: str) -> Payload:
    """Write an ordinary message as a person."""
    channel = _seen(world, user_id, channel_id)
    if not content.strip() or not can_write(world, user_id, channel):
        text = "The person cannot write this here."
        raise ClientRefusal(text)
    return write_message(world, channel_id, {"content": content}, [], author_id=user_id)


def can_write(world: World, user_id: str, channel: Payload) -> bool:
    """Say whether a person may write messages in a channel or thread."""
    allowed = world.permissions_in(user_id, channel)
    settings = channel.get("thread_metadata") or {}
    is_closed = settings.get("locked") and not allowed & Permission.MANAGE_THREADS
    is_place = channel["type"] not in (CATEGORY, FORUM_CHANNEL)
    return bool(is_place and allowed & sending_permission(channel) and not is_closed)


def leave(world: World, user_id: str, guild_id: str | None = None) -> None:
    """Leave a guild; its owner cannot."""
    if user_id == world.guild(guild_id).owner_id:
        text = "サーバーの所有者は抜けられません。The owner of a server cannot leave it."
        raise ClientRefusal(text)
    world.remove_member(user_id, guild_id)


def come_back(world: World, user_id: str, guild_id: str | None = None) -> None:
    """Join a guild again, or for the first time, without roles."""
    if user_id not in world.guild(guild_id).members:
        name, locale = world.users[user_id]["global_name"], world.locales[user_id]
        world.add_member(name, locale, [], user_id, guild_id)


def interact(  # noqa: PLR0913 - an interaction has that many sides
    world: World,
    kind: int,
    data: Payload,
    user_id: str,
    channel_id: str,
    *,
    message: Payload | None = None,
    triggered_by: Payload | None = None,
) -> Interaction:
    """Send an interaction to the bot's sessions of this guild, and start its clocks."""
    channel = _seen(world, user_id, channel_id)
    if "guild_id" in channel and not world.has_bot(channel["guild_id"]):
        text = "The bot is not in this server."
        raise ClientRefusal(text)
    _unarchive(world, user_id, channel)
    interaction = Interaction(world.ids.next(), kind, user_id, channel_id, world.clock.now())
    interaction.triggered_by = triggered_by
    interaction.payload = _payload(world, interaction, data, message)
    world.interactions[interaction.id] = interaction
    world.interactions_by_token[interaction.token] = interaction
    interaction.delivered_to = world.emit("INTERACTION_CREATE", interaction.payload)
    asyncio.get_running_loop().call_later(
        Interaction.ACKNOWLEDGE_SECONDS + JUST_AFTER_SECONDS, world.changes.announce
    )
    return interaction


def _unarchive(world: World, user_id: str, channel: Payload) -> None:
    """Open an archived thread, as a client does before it sends an interaction from it."""
    if thread_life.is_archived(channel) and not thread_life.is_locked(channel):
        if not thread_life.may_change(world, user_id, channel, {"archived": False}):
            text = "The person cannot open this archived thread."
            raise ClientRefusal(text)
        thread_life.wake(world, channel)


def _payload(
    world: World, interaction: Interaction, data: Payload, message: Payload | None
) -> Payload:
    channel = world.channel(interaction.channel_id)
    user_id = interaction.user_id
    allowed = str(int(world.permissions_in(user_id, channel)))
    guild = world.guild_of(channel)
    payload: Payload = {
        "id": interaction.id,
        "application_id": world.bot_id,
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "data": data,
        "locale": world.locales[user_id],
        "channel": channel | {"permissions": allowed},
        "channel_id": channel["id"],
        "app_permissions": str(int(world.permissions_in(world.bot_id, channel))),
        "attachment_size_limit": 10 << 20,
        "entitlements": [],
        "authorizing_integration_owners": {"0": guild.id if guild else "0"},
    }
    if guild is not None:
        member = guild.members[user_id] | {"permissions": allowed}
        payload |= {"guild_id": guild.id, "guild_locale": guild.locale, "guild": guild.about()}
        payload |= {"member": member, "context": 0}
    else:
        payload |= {"user": world.users[user_id], "context": 1}
    if message is not None:
        payload["message"] = message
    return payload
