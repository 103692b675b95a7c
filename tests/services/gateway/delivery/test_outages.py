"""Rule: members who press while the broker is away are served in the order of their presses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playground import demo
from playground.press import Press
from tests.services.gateway.features.participants.test_waitlist import logged
from tests.shared.wire import Wire
from tests.shared.wire import wire as laid
from tests.stage import Stage

ROUNDS = 2


async def press(stage: Stage, invitation_id: str, action: str, user: str) -> Press:
    """Press a button, and wait until the press is on the gateway's disk."""
    pressed = await stage.discord.click(invitation_id, f"{action}:{invitation_id}", user=user)
    await pressed.acknowledged(pressed.interaction.ACKNOWLEDGE_SECONDS)
    return pressed


async def press_all(stage: Stage, invitation_id: str) -> list[Press]:
    """たろう joins and changes their mind; then two others want the one seat."""
    return [
        await press(stage, invitation_id, action, user)
        for action, user in (
            ("join", demo.TARO),
            ("leave", demo.TARO),
            ("join", demo.HANAKO),
            ("join", demo.JIRO),
        )
    ]


async def served_in_order(stage: Stage, invitation_id: str, presses: list[Press]) -> None:
    answers = [str((await pressed.answer(30))["content"]) for pressed in presses]
    for answer, word in zip(
        answers, ("参加しました", "取り消し", "参加しました", "満員"), strict=True
    ):
        assert word in answer
    await stage.shows(invitation_id, "1 / 1", f"<@{demo.HANAKO}>")


@asynccontextmanager
async def one_gateway(stage: Stage) -> AsyncIterator[Wire]:
    """Leave one gateway, behind a wire; start the usual two afterwards."""
    for process in [p for p in stage.processes[1:] if p.returncode is None]:
        process.terminate()
        assert await process.wait() == 0
    async with laid(stage.servers.rabbitmq_url("gateway", stage.name)) as wire:
        await stage.start_gateway(0, RABBITMQ_URL=wire.url)
        await stage.discord.wait_for_sessions(1)
        yield wire
    if stage.gateways[0].returncode is None:
        stage.gateways[0].terminate()
        await stage.gateways[0].wait()
    await stage.start_gateway(0)
    await stage.start_gateway(1)
    await stage.discord.wait_for_sessions(2)


async def test_the_first_press_of_an_outage_is_served_first(stage: Stage) -> None:
    async with one_gateway(stage) as wire:
        for number in range(ROUNDS):
            invitation_id = await stage.create(
                event_name=f"途切れる会{number}", options={"capacity": 1}
            )
            wire.cut(stays_cut=True)
            given_up = sum("TimeoutError" in line for line in stage.log().splitlines())
            presses = await press_all(stage, invitation_id)
            await logged(stage, given_up + 1, "TimeoutError")  # the first press is tried again
            wire.heal()
            await served_in_order(stage, invitation_id, presses)


async def test_the_first_press_left_by_a_killed_gateway_is_served_first(stage: Stage) -> None:
    async with one_gateway(stage) as wire:
        invitation_id = await stage.create(event_name="倒れる会", options={"capacity": 1})
        wire.cut(stays_cut=True)
        presses = await press_all(stage, invitation_id)
        stage.gateways[0].kill()
        await stage.gateways[0].wait()
        wire.heal()
        await stage.start_gateway(0, RABBITMQ_URL=wire.url)
        await served_in_order(stage, invitation_id, presses)
        assert list(stage.spool.iterdir()) == []
