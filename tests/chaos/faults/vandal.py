"""A moderator who deletes and closes what the bot made, and takes its permissions for a while."""

import asyncio

from playground import demo
from playground.permissions import BOT, Permission
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


async def delete_thread(scene: Scene) -> None:
    """Delete the thread of an event with all that was written there."""
    if there := _open_threads(scene):
        thread_id = scene.random.choice(there)
        scene.arena.vandalised.add(thread_id)
        scene.arena.discord.delete_thread(thread_id, user=demo.MIDORI)


async def close_thread(scene: Scene) -> None:
    """Close the thread of an event, and perhaps lock it."""
    if there := _open_threads(scene):
        scene.arena.discord.change_thread(
            scene.random.choice(there),
            user=demo.MIDORI,
            archived=True,
            locked=scene.random.choice((None, True)),
        )


async def take_threads_away(scene: Scene) -> None:
    """Close a thread when the bot may not manage threads any more, which it may after a while."""
    discord = scene.arena.discord
    role = discord.bot_role()
    discord.set_role(role, BOT & ~Permission.MANAGE_THREADS)
    await close_thread(scene)
    await asyncio.sleep(scene.draw_seconds())
    discord.set_role(role, BOT)


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


def _open_threads(scene: Scene) -> list[str]:
    """List the threads of events that are neither closed nor locked."""
    return [
        thread["id"]
        for thread in scene.arena.discord.threads(demo.ANNOUNCEMENT_CHANNEL_ID)
        if not is_closed(thread)
    ]


def is_closed(thread: Payload) -> bool:
    """Return whether nobody can write into a thread as it is."""
    settings = thread["thread_metadata"]
    return bool(settings["archived"] or settings["locked"])


def _delete(scene: Scene, message: Payload) -> None:
    scene.arena.vandalised.add(message["id"])
    remove_message(scene.arena.discord.world, message["id"])
