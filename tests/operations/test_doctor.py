"""The doctor names each broken part in one line, and nothing else."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import aiohttp
import asyncpg
import pytest

from deploy.local.demo import running_demo
from deploy.local.instance import free_ports
from deploy.local.server import Server
from deploy.local.servers import Servers
from operations.doctor import watching
from operations.doctor.check import Broken
from operations.doctor.databases import migrations
from operations.doctor.versions import due, recent
from operations.settings import Settings
from playground import demo as guild
from shared.broker import Broker
from shared.exchanges import DEAD
from tests.conftest import Site
from tests.guilds import set_up
from tests.operations.command import doukikai

LOST_QUEUE = "doukikai.retry.tickets.commands.10s"
MIGRATION = "scheduler/0001_deadlines"


@pytest.mark.parametrize(
    ("part", "version", "is_recent"),
    [
        ("PostgreSQL", "15.18 (Debian 15.18-0+deb12u1)", True),
        ("PostgreSQL", "18beta1", True),
        ("PostgreSQL", "14.19", False),
        ("RabbitMQ", "3.10.8", True),
        ("RabbitMQ", "4.1.0-rc.1", True),
        ("RabbitMQ", "3.9.29", False),
        ("Redis", "8.0.2", True),
        ("Redis", "6.2.14", False),
    ],
)
def test_a_server_older_than_any_that_was_tried_is_named(
    part: str, version: str, *, is_recent: bool
) -> None:
    if is_recent:
        assert recent(part, version) == f"{part} {version}"
        return
    with pytest.raises(Broken, match=f"{part} {version} is too old"):
        recent(part, version)


def test_the_step_to_a_newer_postgresql_is_named_half_a_year_before_it_is_due() -> None:
    assert due("15.18 (Debian 15.18-0+deb12u1)", date(2027, 5, 1)) == ""
    assert "2027-11-11" in due("15.18 (Debian 15.18-0+deb12u1)", date(2027, 6, 1))
    assert due("17.5", date(2027, 6, 1)) == due("99devel", date(2027, 6, 1)) == ""


@pytest.fixture(scope="module")
def demo(servers: Servers) -> Iterator[list[Server]]:
    """Run the whole product."""
    with running_demo(servers, free_ports(1)[0]) as services:
        yield services


def addresses(servers: Servers) -> dict[str, str]:
    """Give what the demo has left for the command."""
    path = servers.instance.folder / "secrets" / "operations.json"
    assert path.stat().st_mode & 0o777 == 0o600
    left: dict[str, str] = json.loads(path.read_text())
    return left


def found(ended: Any) -> dict[str, str]:
    """Give the sentence of each part that is broken."""
    return {each["part"]: each["sentence"] for each in ended.data if each["state"] == "broken"}


@asynccontextmanager
async def broken(servers: Servers, services: list[Server]) -> AsyncIterator[None]:
    """Break a part of everything that can be broken; mend afterwards what outlives the demo."""
    login = aiohttp.encode_basic_auth(*servers.management_credentials)
    cache = next(each for each in servers.processes if each.name == "redis")
    superuser = await asyncpg.connect(servers.superuser_url())
    broker = await Broker.connect(servers.rabbitmq_url("tickets"))
    await broker.publish(DEAD, "x", "{}", {"x-queue": "tickets.commands"})
    await broker.close()
    cache.kill()
    next(each for each in services if each.name == "gateway-2").kill()
    await superuser.execute("GRANT USAGE ON SCHEMA scheduler TO invitations")
    await superuser.execute("GRANT SELECT ON scheduler.inbox TO invitations")
    await superuser.execute(
        "INSERT INTO invitations.calendars (owner_kind, owner_id, token, token_sha256)"
        " VALUES ('member', '1', 'v1.lost.bG9zdA', sha256('x'))"
    )
    mark = await superuser.fetchrow(
        "DELETE FROM migrations.applied WHERE migration = $1 RETURNING *", MIGRATION
    )
    assert mark is not None
    url = f"{servers.management_url}/api/queues/doukikai/{LOST_QUEUE}"
    async with aiohttp.ClientSession(headers={"Authorization": login}) as http:
        assert (await http.delete(url)).status == 204
    yield
    await superuser.execute("INSERT INTO migrations.applied VALUES ($1, $2, $3, $4)", *mark)
    await superuser.execute("REVOKE SELECT ON scheduler.inbox FROM invitations")
    await superuser.execute("REVOKE USAGE ON SCHEMA scheduler FROM invitations")
    await superuser.execute("DELETE FROM invitations.calendars WHERE owner_id = '1'")
    await superuser.close()
    servers.create_vhost("doukikai")
    cache.launch_again()
    cache.await_ready()


async def unwatched(servers: Servers) -> None:
    """Wait until Prometheus has forgotten what earlier tests let it watch."""
    url = f"{servers.prometheus_url}/api/v1/targets?state=active"
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while '"down"' in await (await http.get(url)).text():  # noqa: ASYNC110 - it must be asked
            await asyncio.sleep(0.1)


async def test_each_broken_part_is_one_line(servers: Servers, demo: list[Server]) -> None:
    """First all is well; then everything at once is not."""
    await unwatched(servers)
    environment = addresses(servers)
    well = await doukikai("doctor", "--json", **environment)
    assert (well.code, found(well)) == (0, {})
    [known] = [each["sentence"] for each in well.data if each["part"] == f"guild {guild.GUILD_ID}"]
    assert known == "VRC同期会: channels, roles and permissions are as they should be."
    absent = {each["part"] for each in well.data if each["state"] == "absent"}
    # Other tests have left guilds behind that the bot is not in.
    assert {each for each in absent if not each.startswith("guild ")} == {
        "backups",
        "WAL archive",
        "replica",
        "alerts",
    }
    assert f"guild {guild.GUILD_ID}" not in absent
    assert len(well.data) > 20
    tellers = {"PostgreSQL as scheduler", "RabbitMQ", "Redis"}
    versions = {each["part"]: each["sentence"] for each in well.data if each["part"] in tellers}
    assert all(re.match(r"(PostgreSQL|RabbitMQ|Redis) \d", each) for each in versions.values())
    assert set(versions) == tellers

    changes = {
        "SCHEDULER_DATABASE_URL": environment["SCHEDULER_DATABASE_URL"]
        .replace(":", ":x", 2)
        .replace(":x//", "://"),
        "DISCORD_TOKEN": "stolen",
        "PROMETHEUS_URL": "http://127.0.0.1:1",
    }
    async with broken(servers, demo):
        ended = await doukikai("doctor", "--json", **environment | changes)
        assert ended.code == 1
        sentences = found(ended)
        dropped = await doukikai("dead", "drop", "--all", "--yes", **environment)
    assert dropped.output == "Dropped: 1.\n"
    gateway = environment["SERVICE_URLS"].rpartition("gateway=")[2]
    refused = "SCHEDULER_DATABASE_URL is refused: SASL authentication failed."
    behind = "(One part that needs it was not looked at.)"
    expected = {
        "PostgreSQL as invitations": "The role invitations may read the tables of scheduler.",
        "PostgreSQL as scheduler": f"{refused} {behind}",
        "migrations": f"Not applied: {MIGRATION} in scheduler: make migrate",
        "queues": f"The queue {LOST_QUEUE} is missing.",
        "dead letters": "1 dead letters wait for you: doukikai dead list",
        "Redis": "Redis cannot be reached (ConnectionError).",
        "service gateway": f"{gateway} cannot be reached (ClientConnectorError).",
        "sealing keys": "1 texts of invitations are sealed with the key lost, which is not on the"
        " ring.",
        "Discord": f"Discord refuses DISCORD_TOKEN. {behind}",
        "Prometheus": "Prometheus cannot be reached (ClientConnectorError).",
    }
    assert sentences == expected


async def test_one_cause_is_one_line_with_the_command_that_mends_it(
    servers: Servers, demo: list[Server]
) -> None:
    """G6: a stopped PostgreSQL was seven lines of "fails in a way unforeseen"."""
    assert demo
    environment = {**addresses(servers), "RUNS_IN": "docker"}
    before = found(await doukikai("doctor", "--json", **environment)).keys()
    database = next(each for each in servers.processes if each.name == "postgresql")
    database.kill()
    ended = await doukikai("doctor", "--json", **environment)
    database.launch_again()
    database.await_ready()
    broken = found(ended)
    sentence = broken.pop("PostgreSQL")
    assert broken.keys() <= before
    assert re.fullmatch(
        r"It cannot be reached \(ConnectionRefusedError\)\. Start it: make up"
        r" \(\d+ parts that need it were not looked at\.\)",
        sentence,
    )


async def test_a_broken_guild_is_a_line_and_one_that_removed_the_bot_is_no_fault(
    servers: Servers, demo: list[Server]
) -> None:
    assert demo
    url, environment = servers.superuser_url(), addresses(servers)
    await set_up(url, announcement_channel_id="404")
    await set_up(url, "77", announcement_channel_id="405")
    broken: dict[str, str] = {}
    async with asyncio.timeout(60):  # guilds are not looked at while a part is still coming back
        while not broken:
            ended = await doukikai("doctor", "--json", **environment)
            all_broken = found(ended).items()
            broken = {part: said for part, said in all_broken if part.startswith("guild ")}
    await set_up(url, announcement_channel_id=guild.ANNOUNCEMENT_CHANNEL_ID)
    sentence = "VRC同期会: The channel for events was deleted."
    assert (ended.code, broken) == (1, {f"guild {guild.GUILD_ID}": sentence})
    states = {each["part"]: each["state"] for each in ended.data}
    assert states["guild 77"] == "absent"


async def test_a_missing_setting_is_the_line_of_its_part() -> None:
    ended = await doukikai("doctor")
    assert (ended.code, ended.errors) == (1, "")
    lines = ended.output.splitlines()
    assert re.search(
        r"^✗ Redis +REDIS_URL is missing: the cache, redis://", ended.output, re.MULTILINE
    )
    assert len(lines) == len({line.split("  ")[0] for line in lines}), "one line each"


async def test_an_applied_migration_that_was_edited_or_is_missing_is_named(database: Site) -> None:
    superuser = await asyncpg.connect(database.superuser_url)
    await superuser.execute(
        "UPDATE migrations.applied SET sha256 = 'x' WHERE migration = 'tickets/0005_people'"
    )
    await superuser.execute(
        "INSERT INTO migrations.applied VALUES ('scheduler', 'scheduler/0999_lost', 'x')"
    )
    await superuser.close()
    with pytest.raises(Broken) as broken:
        await migrations(Settings(migration_database_url=database.superuser_url))
    assert str(broken.value) == (
        "The files are not those that were applied: "
        "tickets/0005_people.sql was changed after it was applied, "
        "scheduler/0999_lost.sql was applied and is missing."
    )


def test_the_gateways_of_every_shard_are_looked_at() -> None:
    urls = "gateway=http://gateway:8000,tickets=http://tickets:8000"
    assert list(watching.services(Settings(service_urls=urls, shard="0/2"))) == [
        ("gateway", "http://gateway:8000"),
        ("gateway-shard-1", "http://gateway-shard-1:8000"),
        ("tickets", "http://tickets:8000"),
    ]
