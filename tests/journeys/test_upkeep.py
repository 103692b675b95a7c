"""The operator's commands in Docker, on a system without a `.env`: COMPOSE=1."""

import asyncio
import json
import os
from http import HTTPStatus
from typing import Any

import aiohttp
import pytest

from playground import demo
from tests.composed import IS_COMPOSED, NAME, PROJECT, WAYS_IN, Composition
from tests.stage import FORM

pytestmark = pytest.mark.skipif(
    not IS_COMPOSED, reason="It runs Docker's commands: make journeys, where Docker is."
)


async def compose(servers: Composition, *words: str) -> str:
    return await asyncio.to_thread(servers.compose, *words)


async def doukikai(servers: Composition, *words: str) -> str:
    """Run the operator's command to its end, however it ends."""
    return await asyncio.to_thread(
        lambda: servers.compose("run", "--rm", "-T", "doukikai", *words, code=None)
    )


async def broken(servers: Composition) -> dict[str, str]:
    """Give the parts that the doctor finds broken, and what it says of them."""
    found = json.loads(await doukikai(servers, "doctor", "--json"))
    assert len(found) > 20
    return {each["part"]: each["sentence"] for each in found if each["state"] == "broken"}


async def all_is_well(servers: Composition) -> None:
    """Wait until the first backups are made, and everything has been looked at."""
    said = {"": ""}
    try:
        async with asyncio.timeout(240):
            while said:
                said = await broken(servers)
    except TimeoutError:
        assert said == {}


async def keys(servers: Composition) -> dict[str, tuple[str, int]]:
    """Give each key's state, and how many texts of invitations it has sealed."""
    found: list[dict[str, Any]] = json.loads(await doukikai(servers, "keys", "status", "--json"))
    return {each["key"]: (each["state"], each["invitations"]) for each in found}


async def invite(page_url: str) -> None:
    """Let さくら invite, as the page does it; what the form holds is sealed."""
    slash = {"name": "invite create", "channel": demo.CHAT_CHANNEL_ID, "user": demo.SAKURA}
    async with aiohttp.ClientSession(page_url) as http, asyncio.timeout(30):
        asked = await http.post("page/slash", json=slash | {"options": {}})
        form = await asked.json() | {"values": dict(FORM)}
        while (await http.post("page/submit", json=form)).status != HTTPStatus.OK:  # noqa: ASYNC110 - it must be asked
            await asyncio.sleep(0.1)  # until the form is open


async def test_the_doctor_finds_all_well_and_then_names_what_was_stopped(
    servers: Composition, page_url: str
) -> None:
    assert page_url
    await all_is_well(servers)
    await compose(servers, "stop", "redis", "tickets")
    said = await broken(servers)
    await compose(servers, "start", "redis", "tickets")
    assert said.pop("Redis").startswith("Redis cannot be reached")
    assert said.pop("queues") == "Nobody reads the queue tickets.commands."
    assert said.pop("service tickets") == "No process runs at tickets. Start it: make up"
    assert set(said) <= {"Prometheus"}, "which looks every few seconds"
    await all_is_well(servers)


async def test_make_up_applies_what_travels_by_the_secrets_and_restarts_nothing_else(
    servers: Composition, page_url: str
) -> None:
    assert page_url

    async def began() -> dict[str, str]:
        containers = await asyncio.to_thread(servers.containers)
        return {
            each["Name"]: each["State"]["StartedAt"]
            for each in containers
            if each["HostConfig"]["RestartPolicy"]["Name"] != "no"
        }

    await make_up(servers)
    before = await began()
    await make_up(servers, WATCHDOG_URL="https://watchdog.example/1", CONSUMERS="stats")
    after = await began()
    assert {name for name in after if after[name] != before[name]} == {f"/{NAME}-alertmanager-1"}
    status = ("wget", "-qO-", "http://127.0.0.1:9093/api/v2/status")
    assert "watchdog" in await compose(servers, "exec", "-T", "alertmanager", *status)
    queues = ("rabbitmqctl", "--quiet", "list_queues", "-p", "doukikai", "name")
    assert "consumers.stats" in await compose(servers, "exec", "-T", "rabbitmq", *queues)


async def make_up(servers: Composition, **settings: str) -> None:
    """Let the operator's command look at this project instead of theirs."""
    project = {
        "COMPOSE_PROJECT_NAME": NAME,
        "COMPOSE_FILE": f"docker-compose.yml:{WAYS_IN.relative_to(PROJECT)}",
        "COMPOSE_ENV_FILES": os.devnull,
    }
    done = await asyncio.create_subprocess_exec(
        str(PROJECT / "deploy" / "compose" / "up.sh"),
        env={**os.environ, **servers.environment, **project, **settings},
    )
    assert await done.wait() == 0


async def test_a_sealing_key_takes_the_place_of_another(
    servers: Composition, page_url: str
) -> None:
    """As docs/operating.md has it, step by step."""
    [(_, before)] = (await keys(servers)).values()
    await invite(page_url)
    async with asyncio.timeout(60):
        while (count := (await keys(servers))["first"][1]) == before:
            pass
    for states in (["seals", "waits to seal"], ["seals", "opens"], ["seals"]):
        await doukikai(servers, "keys", "rotate", "--yes", "--wait")
        await compose(servers, "run", "--rm", "-T", "secrets")
        await compose(servers, "restart", "gateway")
        found = await keys(servers)
        assert [state for state, _ in found.values()] == states
    [(key, sealed)] = found.items()
    assert key != "first"
    assert sealed == ("seals", count)
    kept = await compose(
        servers, *("run", "--rm", "-T", "secrets"), *("cat", "/secrets/kept/earlier-sealing-keys")
    )
    assert "first:" in kept, "what a backup holds is sealed with it"
    await all_is_well(servers)


async def test_a_dump_made_now_brings_the_database_back(
    servers: Composition, page_url: str
) -> None:
    """As docs/backups.md has it, word for word."""
    await invite(page_url)
    task = ("exec", "-T", "backup", "/entrypoint.sh", "python3", "-m", "deploy.backup")
    count = ("psql", "-qAtc", "SELECT count(*), max(updated_at) FROM invitations.invitations")
    one_off = ("run", "--rm", "-T", "--no-deps")
    async with asyncio.timeout(60):
        while (before := await compose(servers, *one_off, "backup", *count)).startswith("0"):
            pass
    await compose(servers, *task, "logical")
    night = (await compose(servers, *one_off, "backup", "ls", "/backups/dumps")).split()[-1]
    writers = ("gateway", "invitations", "tickets", "scheduler", "backup")
    await compose(servers, "stop", *writers)
    lost = ("psql", "-qc", "TRUNCATE invitations.invitations CASCADE")
    await compose(servers, *one_off, "backup", *lost)
    back = (
        "dropdb --maintenance-db=postgres --force vrc_discord_bot &&"
        " createdb --maintenance-db=postgres vrc_discord_bot &&"
        f" pg_restore --exit-on-error --dbname=vrc_discord_bot /backups/dumps/{night}/database.dump"
    )
    await compose(servers, *one_off, "backup", "sh", "-c", back)
    await compose(servers, "run", "--rm", "-T", "migrate")
    assert await compose(servers, *one_off, "backup", *count) == before
    await asyncio.to_thread(servers.up)
    await all_is_well(servers)
