"""Behaviour that only Docker's containers show: COMPOSE=1, as `make journeys` sets it."""

import asyncio
import os
from typing import Any

import aiohttp
import pytest

from playground import demo
from shared.exchanges import COMMANDS
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests.composed import IS_COMPOSED, NAME, SERVICES, docker
from tests.journeys.conftest import Whole
from tests.journeys.test_replica import reads
from tests.journeys.test_whole import draft_ending_soon
from tests.journeys.ticketing import ask, panel
from tests.keys import publisher

pytestmark = pytest.mark.skipif(
    not IS_COMPOSED, reason="It judges the composed system: make journeys, where Docker is."
)
ON_THE_WAY = ("postgres", "pgbouncer", "rabbitmq", "redis", "invitations")
PROFILES = os.environ.get("COMPOSE_PROFILES", "").split(",")
JOBS = {"secrets", "migrate", "sync-commands"}


async def asked(whole: Whole, path: str) -> Any:
    url = f"http://127.0.0.1:{whole.servers.ports['PROMETHEUS_PORT']}/api/v1/{path}"
    async with aiohttp.ClientSession() as http, http.get(url, raise_for_status=True) as answer:
        return (await answer.json())["data"]


async def all_targets_are_up(whole: Whole) -> None:
    """Wait until Prometheus has reached everything that it watches."""
    async with asyncio.timeout(60):
        while True:
            found = (await asked(whole, "targets?state=active"))["activeTargets"]
            if {each["health"] for each in found} == {"up"}:
                break
            await asyncio.sleep(0.5)
    watched = [each["labels"].get("service") for each in found]
    assert {name: watched.count(name) for name in SERVICES} == {
        "gateway": 2,
        "invitations": 1,
        "tickets": 1,
        "scheduler": 2,
    }


async def joined(whole: Whole, invitation_id: str, user: str) -> str:
    """Press 参加; give the answer's text, however long it takes."""
    press = await whole.discord.click(invitation_id, f"join:{invitation_id}", user=user)
    return str((await press.answer(60))["content"])


async def test_prometheus_reaches_everything_that_it_watches(whole: Whole) -> None:
    await all_targets_are_up(whole)


@pytest.mark.parametrize("service", ON_THE_WAY)
async def test_a_press_while_a_part_is_dead_takes_effect_after_its_return(
    whole: Whole, service: str
) -> None:
    invitation_id = await whole.create(event_name=f"{service} が倒れる会")
    await whole.servers.kill(service)
    press = await whole.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await press.acknowledged(30)
    await whole.servers.bring_back(service)

    assert "参加しました" in (await press.answer(60))["content"]
    await whole.shows(invitation_id, "1 / 2", seconds=60)
    row = await whole.row(invitation_id)
    assert (row["joined_count"], row["version"]) == (1, 2)


async def test_a_ticket_asked_for_while_its_service_is_dead_opens_after_its_return(
    whole: Whole,
) -> None:
    panel_id, user = await panel(whole), await whole.member("待たされる人")
    await whole.servers.kill("tickets")
    sent = await ask(whole, panel_id, user=user)
    await sent.acknowledged(30)
    await whole.servers.bring_back("tickets")
    assert "開きました" in (await sent.answer(60))["content"]


async def test_an_end_that_falls_due_while_both_schedulers_are_dead_comes_late(
    whole: Whole,
) -> None:
    await whole.servers.kill("scheduler")
    await draft_ending_soon(whole, "予定係がいない会")
    message = await whole.discord.wait_for_message(
        lambda m: "予定係がいない会" in str(m["embeds"]),
        channel=demo.ANNOUNCEMENT_CHANNEL_ID,
        timeout_seconds=20,
    )
    await whole.servers.bring_back("scheduler")
    await whole.shows(message["id"], "終了", seconds=60)


@pytest.mark.parametrize("number", [1, 2])
async def test_either_replica_of_the_gateway_answers_alone(whole: Whole, number: int) -> None:
    invitation_id = await whole.create(event_name=f"{number} 番が倒れる会")
    container = f"{NAME}-gateway-{number}"
    await asyncio.to_thread(docker, "kill", container)
    assert "参加しました" in await joined(whole, invitation_id, demo.TARO)
    await whole.shows(invitation_id, "1 / 2", seconds=60)  # the single active consumer, too
    await whole.servers.bring_back("gateway")
    await whole.discord.wait_for_sessions(2, 60)


async def test_a_press_while_both_gateways_are_dead_is_shown_after_their_return(
    whole: Whole,
) -> None:
    invitation_id = await whole.create(event_name="窓口が閉まる会")
    await whole.servers.kill("gateway")
    actor = Actor(user_id=demo.TARO, name="たろう", guild_id=demo.GUILD_ID)
    command = Envelope.first(JoinInvitation(actor=actor, invitation_id=invitation_id))
    broker = await publisher(whole.servers.rabbitmq_url("gateway"), whole.sealing_keys)
    await broker.publish(COMMANDS, command.name, command)
    await broker.close()
    await whole.servers.bring_back("gateway")
    await whole.shows(invitation_id, f"<@{demo.TARO}>", "1 / 2", seconds=60)
    await whole.discord.wait_for_sessions(2, 60)


async def test_no_member_notices_when_the_other_containers_die_and_return(whole: Whole) -> None:
    """Whatever a press does not need: monitoring, backups; and what was measured is kept."""
    invitation_id = await whole.create(event_name="見張りのいない会")
    needed = {*ON_THE_WAY, *SERVICES, *JOBS, "playground"}
    rest = sorted(set(whole.servers.described()) - needed)
    assert "prometheus" in rest
    measured = f"query?query=process_start_time_seconds&time={await now(whole)}"
    before = (await asked(whole, measured))["result"]
    for service in rest:
        await whole.servers.kill(service)
    assert "参加しました" in await joined(whole, invitation_id, demo.TARO)
    for service in rest:
        await whole.servers.bring_back(service)
    await all_targets_are_up(whole)
    assert len((await asked(whole, measured))["result"]) == len(before) > 0


async def now(whole: Whole) -> str:
    return str((await asked(whole, "query?query=time()"))["result"][0])


async def queues(whole: Whole) -> dict[str, dict[str, Any]]:
    """Give what RabbitMQ says of its queues, or nothing while the node that is asked is dead."""
    login = aiohttp.encode_basic_auth(*whole.servers.management_credentials)
    url = f"{whole.servers.management_url}/api/queues/{whole.vhost}"
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        answer = await http.get(url, raise_for_status=True)
        return {queue["name"]: queue for queue in await answer.json()}


async def three_nodes_hold_everything(whole: Whole) -> str:
    """Wait until each queue has three members online; name the leader of the commands' queue."""
    async with asyncio.timeout(120):
        while True:
            found = await queues(whole)
            if {len(queue.get("online", [])) for queue in found.values()} == {3}:
                return str(found["invitations.commands"]["leader"]).removeprefix("rabbit@")
            await asyncio.sleep(0.5)


@pytest.mark.skipif("cluster" not in PROFILES, reason="COMPOSE_PROFILES=cluster has three nodes.")
async def test_the_leader_of_three_nodes_may_die_while_members_press(whole: Whole) -> None:
    """Twice, so that the one who took over dies too; nothing waits for the dead to come back."""
    for attempt in range(2):
        leader = await three_nodes_hold_everything(whole)
        invitation_id = await whole.create(
            event_name=f"頭が倒れる会 {attempt}", options={"capacity": 50}
        )
        members = [await whole.member(f"押す人{attempt}-{n}") for n in range(20)]
        first, rest = members[:5], members[5:]
        presses = [joined(whole, invitation_id, each) for each in first]
        answers, _ = await asyncio.gather(asyncio.gather(*presses), whole.servers.kill(leader))
        answers += await asyncio.gather(*(joined(whole, invitation_id, each) for each in rest))

        assert all("参加しました" in answer for answer in answers)
        await whole.shows(invitation_id, "20 / 50", seconds=60)
        row = await whole.row(invitation_id)
        assert (row["joined_count"], row["version"]) == (20, 21)
        await whole.servers.bring_back(leader)


async def is_read(whole: Whole, invitation_id: str, outcome: str) -> None:
    """Ask for details until one of the two databases has answered once more."""
    so_far = await reads(whole, outcome)
    async with asyncio.timeout(60):
        while await reads(whole, outcome) == so_far:
            await whole.press("detail", invitation_id, demo.JIRO)


@pytest.mark.skipif("replica" not in PROFILES, reason="COMPOSE_PROFILES=replica has one.")
async def test_the_replica_may_die_while_members_read_and_is_read_again_after(
    whole: Whole,
) -> None:
    invitation_id = await whole.create(event_name="写しが倒れる会")
    await is_read(whole, invitation_id, "replica")
    await whole.servers.kill("replica")
    assert "参加しました" in await joined(whole, invitation_id, demo.TARO)
    await whole.shows(invitation_id, "1 / 2", seconds=60)
    await is_read(whole, invitation_id, "primary")
    await whole.servers.bring_back("replica")
    await is_read(whole, invitation_id, "replica")
    assert "1 / 2" in str(await whole.press("detail", invitation_id, demo.JIRO))


async def test_down_and_up_keep_everything(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="翌朝も続く会")
    assert "参加しました" in await joined(whole, invitation_id, demo.TARO)
    before = await whole.row(invitation_id)
    await asyncio.to_thread(whole.servers.compose, "down")
    assert whole.servers.containers() == []
    await asyncio.to_thread(whole.servers.up)
    await whole.discord.wait_for_sessions(2, 60)

    assert await whole.row(invitation_id) == before
    assert "参加しました" in await joined(whole, invitation_id, demo.HANAKO)
    await whole.shows(invitation_id, f"<@{demo.TARO}>", "2 / 2", seconds=60)
    read = (await whole.press("reveal", invitation_id, demo.TARO))["content"]
    assert "vrchat.com" in read, "what was sealed before opens after"
