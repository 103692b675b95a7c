"""What only Docker's containers can show: COMPOSE=1, as `make journeys` has it."""

import asyncio
import gzip
import json
import os
import subprocess
import tarfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from playground import demo
from shared.broker import Broker
from shared.exchanges import COMMANDS
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import JoinInvitation
from tests.composed import IS_COMPOSED, NAME, SERVICES, Composition, docker
from tests.journeys.conftest import Whole
from tests.journeys.test_whole import draft_ending_soon
from tests.journeys.ticketing import ask, panel

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


async def test_an_end_that_falls_due_while_both_schedulers_are_dead_is_told_late(
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


async def test_what_happens_while_both_gateways_are_dead_is_shown_after_their_return(
    whole: Whole,
) -> None:
    invitation_id = await whole.create(event_name="窓口が閉まる会")
    await whole.servers.kill("gateway")
    actor = Actor(user_id=demo.TARO, name="たろう")
    command = Envelope.first(JoinInvitation(actor=actor, invitation_id=invitation_id))
    broker = await Broker.connect(whole.servers.rabbitmq_url("gateway"))
    await broker.publish(COMMANDS, command.name, command)
    await broker.close()
    await whole.servers.bring_back("gateway")
    await whole.shows(invitation_id, f"<@{demo.TARO}>", "1 / 2", seconds=60)
    await whole.discord.wait_for_sessions(2, 60)


async def test_the_rest_may_die_and_come_back_without_anybody_noticing(whole: Whole) -> None:
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


async def test_no_container_runs_as_root_or_can_write_its_root(whole: Whole) -> None:
    containers = whole.servers.containers()
    assert {each["Config"]["Labels"]["com.docker.compose.service"] for each in containers} == {
        *(set(whole.servers.described()) - {"playground"})
    }
    for each in containers:
        assert each["HostConfig"]["ReadonlyRootfs"], each["Name"]
        assert each["HostConfig"]["CapDrop"] == ["ALL"], each["Name"]
        if each["State"]["Running"]:
            seen = docker("top", each["Id"], "-eo", "pid,uid,args").splitlines()[1:]
            assert seen, each["Name"]
            assert not [line for line in seen if line.split()[1] == "0"], each["Name"]


def secrets_of(composed: Composition) -> dict[str, str]:
    own = {name: composed.environment[name] for name in ("DISCORD_TOKEN", "SEALING_KEYS")}
    return {**composed.kept, **own}


async def test_no_secret_stands_in_logs_configuration_or_descriptions(whole: Whole) -> None:
    """What the operator sets in `.env`, Docker tells whoever may ask it; nothing generated."""
    logs = whole.servers.compose("logs", "--no-color")
    told = whole.servers.compose("config") + json.dumps(whole.servers.containers())
    assert "service.started" in logs, "it is blind"
    assert whole.servers.environment["ANNOUNCEMENT_CHANNEL_ID"] in told, "it is blind"
    for name, secret in secrets_of(whole.servers).items():
        assert secret not in logs, name
        assert secret not in told or name not in whole.servers.kept, name


def files_of(image: str) -> Iterator[tuple[str, bytes]]:
    """Give every file of every layer of an image, and what describes it."""
    command = ["docker", "image", "save", image]
    saved = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603 - our own words
    with tarfile.open(fileobj=BytesIO(saved)) as outer:
        for member in outer:
            file = outer.extractfile(member)
            if file is None:
                continue
            content = file.read()
            content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
            try:
                with tarfile.open(fileobj=BytesIO(content)) as layer:
                    for each in layer:
                        inner = layer.extractfile(each) if each.isfile() else None
                        yield each.name, inner.read() if inner else b""
            except tarfile.ReadError:
                yield member.name, content


async def test_no_secret_stands_in_an_image(whole: Whole) -> None:
    """Nor anything of the folder that the builder was not meant to see."""
    built = {n: s for n, s in whole.servers.described().items() if "build" in s}
    targets = {service["build"]["target"]: name for name, service in built.items()}
    wanted = {name: secret.encode() for name, secret in secrets_of(whole.servers).items()}
    for name in targets.values():
        seen = 0
        for path, content in files_of(f"{NAME}-{name}"):
            seen += 1
            assert not [w for w, secret in wanted.items() if secret in content], path
            assert not path.startswith(("app/.env", "app/.git", "app/.local", "app/tests")), path
        assert seen > 100, "it is blind"
