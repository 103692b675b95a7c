"""A thousand guilds, four shards, two gateways each; any of them handles any reply and event."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import asyncpg
import pytest

from deploy.local.instance import free_ports
from deploy.local.servers import Servers
from playground import demo
from playground.press import Press
from playground.server import MiniatureDiscord
from tests.services.gateway.test_two_guilds import Guild, create, open_guild
from tests.stage import Stage, opened, ready, shown

SHARDS, REPLICAS, GUILDS = 4, 2, 1000
MEMBERS, PAUSE_SECONDS = 10, 0.25
SEATED = "SELECT invitation_id, user_id FROM invitations.participants"
VERSIONS = "SELECT id, version FROM invitations.invitations"


class Pressed(NamedTuple):
    """What a member pressed under an event."""

    event_id: str
    member: str
    action: str
    press: Press


class ShardedStage(Stage):
    """A stage with a guild of its own for each shard."""

    guilds: list[Guild]

    def __init__(self, servers: Servers, discord: MiniatureDiscord, logs: Path) -> None:
        super().__init__(servers, discord, logs)
        self.gateway_ports = free_ports(SHARDS * REPLICAS + 1)

    async def start_replica(self, shard: int, replica: int) -> None:
        await self.start_gateway(shard * REPLICAS + replica, SHARD=f"{shard}/{SHARDS}")

    async def fetch(self, query: str) -> list[asyncpg.Record]:
        """Read from the database past the services."""
        connection = await asyncpg.connect(self.servers.superuser_url(self.name))
        rows = await connection.fetch(query)
        await connection.close()
        return list(rows)


@pytest.fixture(scope="module")
async def stage(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ShardedStage]:
    """Run the invitations service and eight gateways."""
    async with opened(ShardedStage, servers, tmp_path_factory.mktemp("logs")) as stage:
        ids = [str(((1 << 30) + number) << 22) for number in range(GUILDS)]
        stage.guilds = [await open_guild(stage, f"{each}番", each) for each in ids[:SHARDS]]
        for each in ids[SHARDS:]:
            stage.discord.add_guild("ほかの会", owner=demo.SAKURA, guild_id=each)
        invitations = await stage.launch("services.invitations", stage.invitations_environment())
        await ready(stage.invitations_port, invitations)
        replicas = itertools.product(range(SHARDS), range(REPLICAS))
        await asyncio.gather(*(stage.start_replica(*each) for each in replicas))
        await stage.discord.wait_for_sessions(SHARDS * REPLICAS)
        yield stage


async def shows(stage: Stage, guild: Guild, *words: str) -> None:
    """Wait until an announcement of a guild shows some words."""
    await stage.discord.wait_for_message(
        lambda m: all(word in shown(m) for word in words),
        channel=guild.announcements,
        timeout_seconds=30,
    )


def turns(stage: ShardedStage) -> Iterator[tuple[int, str, str]]:
    """Yield a guild's number, a member and what they press: all join, then all leave."""
    members = [
        [stage.discord.add_member(f"会員{n}", guild=guild.id) for n in range(MEMBERS)]
        for guild in stage.guilds
    ]
    for action in itertools.cycle(("join", "leave")):
        for member, number in itertools.product(range(MEMBERS), range(SHARDS)):
            yield number, members[number][member], action


async def test_no_press_is_lost_or_doubled_while_the_replicas_of_each_shard_are_killed(
    stage: ShardedStage,
) -> None:
    events = [await create(stage, guild, f"{guild.id}の会", 2 * MEMBERS) for guild in stage.guilds]
    for guild, event_id in zip(stage.guilds, events, strict=True):
        await shows(stage, guild, f"join:{event_id}")
    before = dict(await stage.fetch(VERSIONS))
    pressed: list[Pressed] = []
    are_killed = asyncio.Event()

    async def press() -> None:
        for number, member, action in turns(stage):
            event_id = events[number]
            press = await stage.discord.click(event_id, f"{action}:{event_id}", user=member)
            pressed.append(Pressed(event_id, member, action, press))
            if are_killed.is_set() and action == "leave":
                return
            await asyncio.sleep(PAUSE_SECONDS)  # the members' pace

    pressing = asyncio.create_task(press())
    for shard, replica in itertools.product(range(SHARDS), range(REPLICAS)):
        process = stage.gateways[shard * REPLICAS + replica]
        process.kill()
        await process.wait()
        await stage.start_replica(shard, replica)
        await stage.discord.wait_for_sessions(SHARDS * REPLICAS)
    are_killed.set()
    await pressing

    words = {"join": "参加しました", "leave": "取り消しました"}
    for each in pressed:
        assert words[each.action] in (await each.press.answer(60))["content"]
    last = {(each.event_id, each.member): each.action for each in pressed}
    seated = {tuple(row) for row in await stage.fetch(SEATED)}
    assert seated == {place for place, action in last.items() if action == "join"}
    after = dict(await stage.fetch(VERSIONS))
    for event_id in events:
        count = sum(each.event_id == event_id for each in pressed)
        assert after[event_id] - before[event_id] == count, "each press counts once"
    for guild, event_id in zip(stage.guilds, events, strict=True):
        count = sum(event == event_id for event, _ in seated)
        await shows(stage, guild, f"{count} / {2 * MEMBERS}", event_id)


async def test_an_announcement_deleted_in_any_shard_is_posted_again(stage: ShardedStage) -> None:
    """One gateway repairs for all shards, so it reads most guilds over REST."""
    for guild in stage.guilds:
        event_id = await create(stage, guild, f"{guild.id}の消される会")
        await shows(stage, guild, f"join:{event_id}")
        stage.discord.delete_message(event_id, user=demo.SAKURA)
        await shows(stage, guild, f"{guild.id}の消される会", f"join:{event_id}")


async def test_a_press_counts_once_while_gateways_without_shards_are_there_too(
    stage: ShardedStage,
) -> None:
    """The moment when the number of shards is changed."""
    whole = await stage.start_gateway(SHARDS * REPLICAS)
    await stage.discord.wait_for_sessions(SHARDS * REPLICAS + 1)
    for guild in stage.guilds:
        event_id = await create(stage, guild, f"{guild.id}の移る会")
        await shows(stage, guild, f"join:{event_id}")
        member = stage.discord.add_member("うつる", guild=guild.id)
        press = await stage.discord.click(event_id, f"join:{event_id}", user=member)
        assert "参加しました" in (await press.answer())["content"]
        await shows(stage, guild, "1 / 2", event_id)
    whole.terminate()
    assert await whole.wait() == 0


async def test_settings_of_a_guild_in_any_shard_are_drawn_again(stage: ShardedStage) -> None:
    """Any of the eight gateways has the reply."""
    for guild in stage.guilds:
        slash = await stage.discord.slash("setup", user=demo.SAKURA, channel=guild.chat)
        panel = await slash.answer(15)
        press = await stage.discord.click(
            panel["id"],
            "setup_choose:events:announcement_channel_id",
            user=demo.SAKURA,
            values=[guild.chat],
        )
        drawn = await press.wait_for(lambda m: "設定" in m["content"], 15)
        assert guild.chat in shown(drawn)
