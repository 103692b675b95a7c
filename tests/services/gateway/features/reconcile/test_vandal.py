"""The vandal of chaos does what its acts say, and each of them is repaired."""

import asyncio
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, cast

import pytest

from playground import demo
from playground.permissions import BOT
from tests.chaos.faults import vandal
from tests.chaos.faults.scene import Play, Scene
from tests.chaos.judge import Judge
from tests.services.gateway.features.participants.test_thread_members import inside
from tests.services.gateway.features.reconcile.repairs import SECONDS, posted_again
from tests.services.gateway.features.staff.test_panels import panel_of
from tests.stage import Stage

if TYPE_CHECKING:
    from tests.chaos.arena import Arena

ItemT = TypeVar("ItemT")


class Newest(random.Random):
    """Chooses what was made last: other tests have left events on the same stage."""

    def choice(self, seq: Sequence[ItemT]) -> ItemT:
        return seq[-1]


def scene_on(stage: Stage) -> Scene:
    arena = cast("Arena", stage)
    arena.vandalised = set()
    seconds = (0.5, 1.0)
    return Scene(arena, Judge(arena), Newest(), seconds, seconds, 1.0, 1.0)


@pytest.mark.parametrize(
    "play", [vandal.delete_thread, vandal.close_thread, vandal.take_threads_away]
)
async def test_the_thread_of_an_event_is_open_again_after_the_vandal(
    stage: Stage, play: Play
) -> None:
    invitation_id = await stage.create(event_name="荒らされる会")
    await inside(stage, invitation_id)
    world = stage.discord.world

    def is_open() -> bool:
        thread = world.channels.get(invitation_id)
        return thread is not None and not vandal.is_closed(thread)

    playing = asyncio.ensure_future(play(scene_on(stage)))
    await stage.discord.wait_until(lambda: not is_open(), "the vandal has been there")
    await playing
    await stage.discord.wait_until(is_open, "the thread is open", SECONDS)
    role = world.guild(None).roles[stage.discord.bot_role()]
    assert int(role["permissions"]) == BOT


async def test_announcement_and_panel_are_there_again_after_the_vandal(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="両方とも消される会")
    panel = await panel_of(stage, invitation_id, "募集中")
    scene = scene_on(stage)
    await vandal.delete(demo.STAFF_CHANNEL_ID)(scene)
    await vandal.delete(demo.ANNOUNCEMENT_CHANNEL_ID)(scene)
    assert scene.arena.vandalised == {invitation_id, panel["id"]}
    await posted_again(stage, invitation_id, "両方とも消される会")
    await panel_of(stage, invitation_id, "募集中", "両方とも消される会")
