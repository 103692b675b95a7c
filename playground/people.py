"""What people do in the guild: run commands, press, fill in forms, and talk."""

import asyncio
from collections.abc import Mapping
from typing import Any

from playground import payloads
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
from playground.refusals import ClientRefusal, Payload
from playground.rest_interactions import metadata
from playground.world import World
from playground.writing import write_message

JUST_AFTER_SECONDS = 0.05


def slash(
    world: World, name: str, user_id: str, channel_id: str, options: Mapping[str, Any]
) -> Interaction:
    """Run a command by the words a person types."""
    form = find_form(world, user_id, name)
    data = form.request(*choose(world, form, dict(options)))
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
    form = find_form(world, user_id, name)
    data = form.request(*choose(world, form, {focused: ""} | dict(options), focused))
    return interact(world, AUTOCOMPLETE, data, user_id, channel_id)


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
    component = find_component(message.payload, custom_id, label)
    data = pressed(component, values or [])
    channel_id = message.payload["channel_id"]
    return interact(world, COMPONENT, data, user_id, channel_id, message=message.payload)


def submit(world: World, shown: Interaction, values: Mapping[str, Any]) -> Interaction:
    """Send the modal an interaction was answered with."""
    if shown.callback is None or shown.callback["type"] != MODAL:
        text = f"There is no modal to submit: {shown.describe()}."
        raise ClientRefusal(text)
    data = filled_in(shown.callback["data"], dict(values))
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
    if not content.strip() or not world.can_view(user_id, channel_id):
        text = "The person cannot write this here."
        raise ClientRefusal(text)
    return write_message(world, channel_id, {"content": content}, [], author_id=user_id)


def leave(world: World, user_id: str) -> None:
    """Leave the guild; its owner cannot."""
    if user_id == world.guild["owner_id"]:
        text = "サーバーの所有者は抜けられません。The owner of a server cannot leave it."
        raise ClientRefusal(text)
    world.remove_member(user_id)


def come_back(world: World, user_id: str) -> None:
    """Join the guild again, without the roles of before."""
    if user_id not in world.members:
        name, locale = world.users[user_id]["global_name"], world.locales[user_id]
        world.add_member(name, locale, [], user_id)


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
    """Send an interaction to every session of the bot, and start its clocks."""
    if not world.can_view(user_id, channel_id):
        text = f"{world.users[user_id]['global_name']} does not see this channel."
        raise ClientRefusal(text)
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


def _payload(
    world: World, interaction: Interaction, data: Payload, message: Payload | None
) -> Payload:
    channel = world.channel(interaction.channel_id)
    user_id = interaction.user_id
    payload: Payload = {
        "id": interaction.id,
        "application_id": world.bot_id,
        "type": interaction.kind,
        "token": interaction.token,
        "version": 1,
        "data": data,
        "locale": world.locales[user_id],
        "channel": channel | {"permissions": str(world.permissions_of(user_id))},
        "channel_id": channel["id"],
        "app_permissions": str(payloads.BOT_PERMISSIONS),
        "attachment_size_limit": 10 << 20,
        "entitlements": [],
        "authorizing_integration_owners": {"0": world.guild_id},
    }
    if "guild_id" in channel:
        member = world.members[user_id] | {"permissions": str(world.permissions_of(user_id))}
        guild = {"id": world.guild_id, "locale": "ja", "features": ["COMMUNITY"]}
        payload |= {"guild_id": world.guild_id, "guild_locale": "ja", "guild": guild}
        payload |= {"member": member, "context": 0}
    else:
        payload |= {"user": world.users[user_id], "context": 1}
    if message is not None:
        payload["message"] = message
    return payload
