"""A press survives a killed gateway, and a slow Discord only costs time."""

import asyncio
import os
import signal

import pytest

from playground import demo
from tests.shared.wire import wire
from tests.stage import Stage


@pytest.mark.parametrize(
    ("fail_point", "name"),
    [("gateway.posted", "告知だけで倒れる会"), ("gateway.panel_posted", "パネルまでで倒れる会")],
)
async def test_a_gateway_killed_between_post_and_publish_leaves_one_announcement(
    stage: Stage, fail_point: str, name: str
) -> None:
    """Only the doomed replicas run; a third one comes after the crash and finishes their work.

    B10: it looked at the newest fifty messages only, and members had said more.
    """
    running = [p for p in stage.processes[1:] if p.returncode is None]
    for process in running:
        process.terminate()
    assert {await process.wait() for process in running} == {0}
    doomed = await stage.start_gateway(0, FAIL_POINT=fail_point)
    await stage.discord.wait_for_sessions(1)
    submit = await stage.fill_in(event_name=name)
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    for channel in (demo.ANNOUNCEMENT_CHANNEL_ID, demo.STAFF_CHANNEL_ID):
        for number in range(60):
            stage.discord.say(f"雑談 {number}", user=demo.MIDORI, channel=channel)
    for message in stage.discord.world.messages.values():
        message.nonce = None  # as if the outage had lasted longer than Discord remembers
    await asyncio.gather(stage.start_gateway(0), stage.start_gateway(1))
    await stage.discord.wait_for_sessions(2)
    assert "投稿しました" in (await submit.answer(20))["content"]
    mine = [m for m in stage.announcements() if name in str(m["embeds"])]
    assert len(mine) == 1
    await stage.shows(mine[0]["id"], "募集中")
    panels = [m for m in stage.discord.messages_in(demo.STAFF_CHANNEL_ID) if m["embeds"]]
    assert len([m for m in panels if mine[0]["id"] in m["embeds"][0]["url"]]) == 1


async def test_a_replica_killed_after_the_press_loses_nothing(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="片方が倒れる会")
    victim = next(p for p in reversed(stage.processes) if p.returncode is None)
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    os.kill(victim.pid, signal.SIGKILL)
    assert "参加しました" in (await press.answer(15))["content"]
    await stage.shows(invitation_id, "1 / 2")
    await victim.wait()
    await stage.start_gateway(2)


async def test_a_press_survives_the_only_gateway_while_the_broker_is_away(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="だれも覚えていない会")
    for process in [p for p in stage.processes[1:] if p.returncode is None]:
        process.terminate()
        assert await process.wait() == 0
    async with wire(stage.servers.rabbitmq_url("gateway", stage.name)) as between:
        only = await stage.start_gateway(0, RABBITMQ_URL=between.url)
        await stage.discord.wait_for_sessions(1)
        between.cut(stays_cut=True)
        press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
        await press.acknowledged(press.interaction.ACKNOWLEDGE_SECONDS)
        only.kill()
        await only.wait()
    await stage.start_gateway(0)
    assert "参加しました" in (await press.answer(15))["content"]
    await stage.shows(invitation_id, "1 / 2")
    assert press.interaction.followup_ids == []
    assert list(stage.spool.iterdir()) == []
    await stage.start_gateway(1)
    await stage.discord.wait_for_sessions(2)


async def test_a_reply_faster_than_the_callback_waits_for_it(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="返事が早い会")
    slow = stage.discord.faults.add(
        method="POST",
        template="/interactions/{interaction_id}/{token}/callback",
        delay_seconds=2.0,
        times=None,
    )
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await stage.shows(invitation_id, "1 / 2", seconds=1.9)
    assert press.current() is None
    assert "参加しました" in (await press.answer())["content"]
    stage.discord.faults.remove(slow)


@pytest.mark.parametrize("status", [503, 429])
async def test_an_edit_that_discord_puts_off_is_made_later(stage: Stage, status: int) -> None:
    invitation_id = await stage.create(event_name="あとから直る会")
    fault = stage.discord.faults.add(
        method="PATCH",
        template="/channels/{channel_id}/messages/{message_id}",
        answer=status,
        times=3,
    )
    press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    assert "参加しました" in (await press.answer())["content"]
    await stage.shows(invitation_id, "1 / 2")
    assert fault.hits == 3
    stage.discord.faults.remove(fault)
