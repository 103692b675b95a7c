"""A process killed at its most awkward moment: one seat, one answer, one announcement."""

import asyncio
import signal

import asyncpg
import pytest

from playground import demo
from tests.journeys.conftest import Whole
from tests.processes import Process
from tests.stage import FORM, Posting, button_of, shown


async def doomed_invitations(whole: Whole, fail_point: str) -> Process:
    """Put a service in the place of the running one that dies at a fail point."""
    await whole.stop_process(whole.invitations)
    return await whole.start_invitations(FAIL_POINT=fail_point)


@pytest.mark.parametrize("fail_point", ["consumer.handled", "relay.published"])
async def test_a_service_killed_around_its_commit_neither_loses_nor_doubles(
    whole: Whole, fail_point: str
) -> None:
    """`consumer.handled` lies between commit and ack, `relay.published` before the relay's."""
    invitation_id = await whole.create(event_name=f"倒れても続く会 {fail_point}")
    doomed = await doomed_invitations(whole, fail_point)

    press = await whole.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    await whole.start_invitations()

    assert "参加しました" in (await press.answer(20))["content"]
    await whole.shows(invitation_id, "1 / 2", "募集中")
    row = await whole.row(invitation_id)
    assert (row["joined_count"], row["version"]) == (1, 2)
    await whole.settled()
    assert "参加しました" in press.current()["content"]


async def test_a_service_killed_while_it_keeps_a_draft_shows_one_card(whole: Whole) -> None:
    slash = await whole.discord.slash("invite create", user=demo.SAKURA)
    await slash.modal(15)
    doomed = await doomed_invitations(whole, "relay.published")
    submit = await whole.discord.submit(slash, FORM | {"event_name": "一つだけの下書き"})
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    await whole.start_invitations()

    card = await submit.wait_for(lambda message: "一つだけの下書き" in shown(message))
    assert button_of(card, "draft_post")
    await whole.settled()
    listed = await (await whole.discord.slash("invite drafts", user=demo.SAKURA)).answer(15)
    assert str(listed["embeds"]).count("一つだけの下書き") == 1


async def test_a_service_killed_while_a_draft_is_posted_makes_one_announcement(
    whole: Whole,
) -> None:
    card = await whole.draft(event_name="一つだけの告知")
    doomed = await doomed_invitations(whole, "relay.published")
    post = button_of(card, "draft_post")
    press = await whole.discord.click(card["id"], post, user=demo.SAKURA)
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    await whole.start_invitations()

    answer = await Posting(whole.discord.world, press, card).answer(20)
    assert "投稿しました" in answer["content"]
    await whole.settled()
    mine = [m for m in whole.announcements() if "一つだけの告知" in str(m["embeds"])]
    assert len(mine) == 1
    assert len([t for t in whole.discord.threads() if t["id"] == mine[0]["id"]]) == 1
    assert answer["content"].endswith(mine[0]["id"])


async def test_a_database_restart_costs_time_and_no_press(whole: Whole) -> None:
    """Every session is cut off while members press; each press is answered once all the same."""
    invitation_id = await whole.create(options={"capacity": 50}, event_name="切断される会")
    members = [await whole.member(f"切断{n}") for n in range(20)]
    presses = [
        await whole.discord.click(invitation_id, f"join:{invitation_id}", user=each)
        for each in members
    ]
    superuser = await asyncpg.connect(whole.servers.superuser_url("postgres"))
    await superuser.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", whole.name
    )
    await superuser.close()

    answers = await asyncio.gather(*(press.answer(20) for press in presses))

    assert all("参加しました" in answer["content"] for answer in answers)
    await whole.shows(invitation_id, "20 / 50")
    assert (await whole.row(invitation_id))["version"] == 21


async def test_a_broker_killed_and_started_again_costs_time_and_no_press(whole: Whole) -> None:
    """Every consumer comes back: one press meets no broker, the next one a new one."""
    invitation_id = await whole.create(options={"capacity": 50}, event_name="仲介が倒れる会")
    broker = next(server for server in whole.servers.processes if server.name == "rabbitmq")
    broker.kill()
    during = await whole.discord.click(
        invitation_id, f"join:{invitation_id}", user=await whole.member("最中")
    )
    broker.launch()
    await asyncio.to_thread(broker.await_ready)
    after = await whole.discord.click(
        invitation_id, f"join:{invitation_id}", user=await whole.member("直後")
    )

    for press in (during, after):
        assert "参加しました" in (await press.answer(30))["content"]
    await whole.shows(invitation_id, "2 / 50", seconds=30)
    assert (await whole.row(invitation_id))["version"] == 3
