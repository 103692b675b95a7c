"""The rights of each Redis user, tried for real: every command, its own keys and others' keys."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, NoPermissionError

from deploy.local.servers import Servers
from deploy.redis.users import USERS

CONNECTION = {"hello", "ping", "select"}
ANYBODY = {"auth", "quit", "reset"}  # Redis asks for no right to these
MAY = {
    "invitations": {"mget", "set", "mset", *CONNECTION, *ANYBODY},
    "monitoring": {
        *("info", "slowlog|len", "latency|latest", "latency|histogram"),
        *CONNECTION,
        *ANYBODY,
    },
}
LIST, GENERATION = "invitations:list:all:open", "invitations:generation:all"
OTHERS = ("tickets:list", "invitations", "invitations:audit", "invitations:list", "a", "", "*")
# Every one of these would read, change or stop more than a cache of lists.
REFUSED = [
    *(("GET", LIST), ("DEL", LIST), ("EXPIRE", LIST, "1"), ("RENAME", LIST, GENERATION)),
    *(("KEYS", "*"), ("SCAN", "0"), ("RANDOMKEY",), ("DBSIZE",), ("SWAPDB", "0", "1")),
    *(("FLUSHALL",), ("FLUSHDB",), ("SHUTDOWN", "NOSAVE"), ("SAVE",)),
    *(("CONFIG", "GET", "*"), ("CONFIG", "SET", "dir", "/srv"), ("CONFIG", "REWRITE")),
    *(("EVAL", "return 1", "0"), ("SCRIPT", "LOAD", "return 1"), ("FUNCTION", "LIST")),
    *(("ACL", "LIST"), ("ACL", "SETUSER", "invitations", "+@all"), ("ACL", "GETUSER", "default")),
    *(
        ("MONITOR",),
        ("SUBSCRIBE", "a"),
        ("PUBLISH", "a", "b"),
        ("CLIENT", "KILL", "TYPE", "normal"),
    ),
    *(("CLIENT", "PAUSE", "9000"), ("REPLICAOF", "127.0.0.1", "1")),
    *(("BLPOP", LIST, "0"), ("SETRANGE", LIST, "536870911", "a"), ("SLOWLOG", "GET", "9")),
]


@pytest.fixture(params=sorted(USERS))
def user(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def client(servers: Servers, user: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(servers.redis_url(user, 1023)) as client:
        yield client


@pytest.fixture
async def administrator(servers: Servers) -> AsyncIterator[Redis]:
    async with Redis.from_url(servers.redis_url(database=1023)) as administrator:
        yield administrator
        await administrator.flushdb()


async def is_allowed(client: Redis, *words: str) -> bool:
    try:
        await client.execute_command(*words)
    except NoPermissionError:
        return False
    return True


def test_the_table_names_every_user() -> None:
    assert USERS.keys() == MAY.keys()


async def test_a_user_may_run_the_commands_of_the_table_and_no_other(
    administrator: Redis, user: str
) -> None:
    """Redis judges each command that it has, without running it."""
    allowed = set()
    for name, arity in await commands(administrator):
        words = [*name.split("|"), *[LIST] * (abs(arity) - 1 - name.count("|"))]
        judged = await administrator.execute_command("ACL DRYRUN", user, *words)
        if b"has no permissions" not in (judged if isinstance(judged, bytes) else judged.encode()):
            allowed.add(name)
    assert allowed == MAY[user]


async def commands(administrator: Redis) -> list[tuple[str, int]]:
    """Return every command and subcommand that the server has, with its arity."""
    found = []
    for row in await administrator.execute_command("COMMAND INFO"):
        subcommands = row[9]
        found += [(each[0].decode(), each[1]) for each in subcommands or [row]]
    return found


@pytest.mark.parametrize("words", REFUSED, ids=" ".join)
async def test_a_command_that_reaches_beyond_the_cache_is_refused(
    client: Redis, administrator: Redis, words: tuple[str, ...]
) -> None:
    await administrator.set(LIST, "kept")
    assert not await is_allowed(client, *words)
    assert await administrator.get(LIST) == b"kept"


async def test_invitations_reads_and_writes_its_lists_and_generations_and_no_other_key(
    servers: Servers, administrator: Redis
) -> None:
    url = servers.redis_url("invitations", 1023)
    async with Redis.from_url(url) as client:
        for key in (LIST, GENERATION):
            await client.set(key, "1", ex=60)
            assert await client.mget(key) == [b"1"]
        for key in OTHERS:
            await administrator.set(key, "theirs")
            assert not await is_allowed(client, "MGET", LIST, key)
            assert not await is_allowed(client, "SET", key, "mine")
            assert not await is_allowed(client, "MSET", LIST, "1", key, "mine")
            assert await administrator.get(key) == b"theirs"


async def test_monitoring_reads_and_writes_no_key(servers: Servers) -> None:
    async with Redis.from_url(servers.redis_url("monitoring", 1023)) as client:
        info: dict[str, Any] = await client.info()
        assert info["maxmemory"] == 256 << 20
        for words in (("MGET", LIST), ("SET", LIST, "1"), ("MSET", GENERATION, "1")):
            assert not await is_allowed(client, *words)


async def test_a_user_needs_its_own_password(servers: Servers, user: str) -> None:
    for wrong in ("", "wrong", servers.redis_url().split(":")[2].split("@")[0]):
        url = f"redis://{user}:{wrong}@127.0.0.1:{servers.redis_port}/0"
        async with Redis.from_url(url) as stranger:
            with pytest.raises(AuthenticationError):
                await stranger.ping()
