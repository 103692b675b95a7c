"""Discord that answers wrongly, forbids, or closes its websockets."""

import asyncio

from tests.chaos.faults.scene import Play, Scene

OFTEN = (1, 20)


async def drop(scene: Scene) -> None:
    """Break every websocket without a word."""
    await scene.arena.discord.gateway.drop()


async def invalidate(scene: Scene) -> None:
    """Tell every gateway that its session is gone."""
    scene.arena.discord.gateway.invalidate()


async def reconnect(scene: Scene) -> None:
    """Ask every gateway to connect again."""
    scene.arena.discord.gateway.ask_to_reconnect()


def answer(status: int) -> Play:
    """Answer some of the next calls by an error."""

    async def play(scene: Scene) -> None:
        often = scene.random.randint(*OFTEN)
        scene.arena.discord.faults.add(answer=status, times=often, retry_after_seconds=0.2)

    return play


def reset(*, is_applied: bool) -> Play:
    """Close the connection of some of the next calls, before or after they were applied."""

    async def play(scene: Scene) -> None:
        often = scene.random.randint(*OFTEN)
        scene.arena.discord.faults.add(reset=True, is_applied=is_applied, times=often)

    return play


async def forbid_edits(scene: Scene) -> None:
    """Answer every edit of the bot's messages by 403, as after a change of permissions."""
    faults = scene.arena.discord.faults
    fault = faults.add(
        method="PATCH",
        template="/channels/{channel_id}/messages/{message_id}",
        answer=403,
        code=50013,
        message="Missing Permissions",
        times=None,
    )
    await asyncio.sleep(scene.forbidden_seconds)
    faults.remove(fault)
