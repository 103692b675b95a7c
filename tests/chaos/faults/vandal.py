"""A moderator who deletes what the bot has written, and takes its permissions away for a while."""

import asyncio

from playground import demo
from playground.permissions import Permission
from playground.refusals import Payload
from playground.writing import remove_message
from tests.chaos.faults.scene import Play, Scene


def delete(channel_id: str) -> Play:
    """Delete one of the bot's messages in a channel."""

    async def play(scene: Scene) -> None:
        if there := _own(scene, channel_id):
            _delete(scene, scene.random.choice(there))

    return play


async def purge(scene: Scene) -> None:
    """Delete all announcements."""
    for message in _own(scene, demo.ANNOUNCEMENT_CHANNEL_ID):
        _delete(scene, message)


def hide(channel_id: str) -> Play:
    """Let the bot see a channel no more, and again after a while."""

    async def play(scene: Scene) -> None:
        discord = scene.arena.discord
        role = discord.bot_role()
        own = [
            o for o in discord.world.channel(channel_id)["permission_overwrites"] if o["id"] == role
        ]
        before = {name: int(own[0][name]) for name in ("allow", "deny")} if own else {}
        discord.overwrite(channel_id, role, deny=Permission.VIEW_CHANNEL)
        await asyncio.sleep(scene.draw_seconds())
        discord.overwrite(channel_id, role, **before)

    return play


def _own(scene: Scene, channel_id: str) -> list[Payload]:
    """List the messages that show an event: notices are said once and not repaired."""
    return [m for m in scene.arena.discord.messages_in(channel_id) if m["embeds"]]


def _delete(scene: Scene, message: Payload) -> None:
    scene.arena.vandalised.add(message["id"])
    remove_message(scene.arena.discord.world, message["id"])
