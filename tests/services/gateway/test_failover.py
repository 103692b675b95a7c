"""Rule: an announcement ends up correct, whichever replica edits it last."""

import asyncio

from playground import demo
from tests.shared.wire import wire
from tests.stage import Stage

EDIT = "/channels/{channel_id}/messages/{message_id}"


async def test_a_late_edit_of_the_replica_that_lost_its_turn_does_not_stay(stage: Stage) -> None:
    for process in [p for p in stage.processes[1:] if p.returncode is None]:
        process.terminate()
        assert await process.wait() == 0
    async with wire(stage.servers.rabbitmq_url("gateway", stage.name)) as between:
        first = await stage.start_gateway(0, RABBITMQ_URL=between.url)  # so its turn comes first
        await stage.start_gateway(1)
        await stage.discord.wait_for_sessions(2)
        invitation_id = await stage.create(event_name="引き継がれる会")
        late = asyncio.Event()
        slow = stage.discord.faults.add(
            method="PATCH",
            template=EDIT,
            # Not the staff's panel, which is edited by a message of the same template.
            where=lambda call: call.arguments["message_id"] == invitation_id,
            delay_seconds=8.0,
            hook=lambda _: late.set(),
        )
        press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
        await press.answer()
        await slow.struck()
        between.cut()
        press = await stage.discord.click(invitation_id, f"leave:{invitation_id}", user=demo.TARO)
        await press.answer()
        await stage.shows(invitation_id, "0 / 2")

        assert not late.is_set()
        await asyncio.wait_for(late.wait(), 30)
        await stage.shows(invitation_id, "0 / 2")
        first.terminate()
        assert await first.wait() == 0
    await stage.start_gateway(0)
    await stage.discord.wait_for_sessions(2)
