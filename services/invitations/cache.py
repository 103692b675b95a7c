"""First pages of lists, ready to send, in Redis until what they show changes.

An entry counts only under two generations as they are now: that of its tag or guild, and that of
all lists of this kind. A process that changes what a list shows renews a generation before it
publishes the change, so that a reader who has seen the change never reads an older list. While
Redis is away everything is read from the database, at no cost.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import structlog
from prometheus_client import Counter, Gauge
from pydantic_core import from_json
from redis import exceptions as errors
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.invitations.sql.lists import PAGE, FirstPage
from shared.errors import add_driver
from shared.messages.invitations.guilds import GuildSettingsChanged
from shared.messages.invitations.mine import EraseMyData
from shared.settings import OperatorMistake
from shared.single_flight import SingleFlight
from shared.tasks import forever

LIFE_SECONDS = 60  # what a lost renewal costs at most
GENERATION_SECONDS = 3600  # a reader may name any guild; without its generation a list is no hit
PATIENCE_SECONDS = 0.05
PAUSE_SECONDS = 1.0
ALL = "all"  # the lists without a tag
# Every list of one guild, and every list of all guilds: few changes are about so many.
GUILDS, PUBLIC = "guilds", "public"
EVERY = (GUILDS, PUBLIC)
AWAY = (RedisError, OSError, TimeoutError)
add_driver(
    RedisError,
    (
        errors.ConnectionError,
        errors.TimeoutError,
        errors.ClusterDownError,
        errors.OutOfMemoryError,
        errors.ReadOnlyError,
        errors.TryAgainError,
    ),
)

QUERY_CACHE_LOOKUPS = Counter(
    "query_cache_lookups_total",
    "Lists asked for, by what the cache had: hit, miss, away.",
    ["outcome"],
)
QUERY_CACHE_AWAY = Gauge(
    "query_cache_away",
    "1 while the cache is not asked, because it did not answer.",
)

log = structlog.get_logger()


class Cache:
    """Reads a page once for all who ask at the same time, from Redis or the database."""

    def __init__(self, redis: Redis, load: Callable[[FirstPage], Awaitable[bytes]]) -> None:
        self._redis = redis
        self._load = load
        self._reads = SingleFlight(self._read)
        self._is_lost = asyncio.Event()
        self._has_missed = False
        QUERY_CACHE_AWAY.set(0)

    @property
    def is_there(self) -> bool:
        """Return whether Redis is asked: it has answered since it last failed."""
        return not self._is_lost.is_set()

    async def read(self, page: FirstPage) -> bytes:
        """Return a page as it stands at this call or later."""
        return await self._reads.run(page)

    async def renew(self, untold: Iterable[str]) -> None:
        """Invalidate the lists that these messages are about, before they are published."""
        changed = {name for body in untold for name in _changed_by(body)}
        if self._is_lost.is_set():
            self._has_missed = True
        elif changed:
            await self._renew(changed)

    async def run(self) -> None:
        """Look until cancelled whether a lost cache is back, and invalidate all that it holds."""
        await forever("cache", self._find)

    async def _find(self) -> None:
        await self._is_lost.wait()
        await asyncio.sleep(PAUSE_SECONDS)
        self._has_missed = False
        if await self._renew(EVERY) and not self._has_missed:
            self._is_lost.clear()
            QUERY_CACHE_AWAY.set(0)
            log.info("cache.found")

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _read(self, page: FirstPage) -> bytes:
        generation, body = await self._look(page)
        if body is not None:
            QUERY_CACHE_LOOKUPS.labels("hit").inc()
            return body
        QUERY_CACHE_LOOKUPS.labels("miss" if generation else "away").inc()
        body = await self._load(page)
        if generation is not None:
            await self._keep(page, generation, body)
        return body

    async def _look(self, page: FirstPage) -> tuple[bytes | None, bytes | None]:
        """Give the generation, read before the database is, and the entry if it is of that."""
        if self._is_lost.is_set():
            return None, None
        lists = _lists(page)
        try:
            entry, *found = await self._get(_entry(page), *map(_generation, lists))
            generations = [
                generation or await self._begin(name)
                for name, generation in zip(lists, found, strict=True)
            ]
        except AWAY as error:
            self._lose(error)
            return None, None
        generation = b".".join(generations)
        kept, _, body = (entry or b"").partition(b"\n")
        return generation, body if kept == generation else None

    async def _begin(self, name: str) -> bytes:
        """Give lists their first generation, unless another process is faster."""
        first = _new_generation()
        await self._redis.set(_generation(name), first, nx=True, ex=GENERATION_SECONDS)
        [generation] = await self._get(_generation(name))
        return generation or first

    async def _get(self, *names: str) -> list[bytes | None]:
        return cast("list[bytes | None]", await self._redis.mget(names))  # the client decodes none

    async def _keep(self, page: FirstPage, generation: bytes, body: bytes) -> None:
        try:
            await self._redis.set(_entry(page), generation + b"\n" + body, ex=LIFE_SECONDS)
        except AWAY as error:
            self._lose(error)

    async def _renew(self, names: Iterable[str]) -> bool:
        try:
            await self._redis.mset({_generation(name): _new_generation() for name in names})
        except AWAY as error:
            self._lose(error)
            return False
        return True

    def _lose(self, error: Exception) -> None:
        if not self._is_lost.is_set():
            log.warning("cache.lost", reason=type(error).__name__)
        self._is_lost.set()
        QUERY_CACHE_AWAY.set(1)


def connect(url: str) -> Redis:
    """Give a client that neither waits nor tries again; raises OperatorMistake for no address."""
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=8,
            timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError:
        raise OperatorMistake("REDIS_URL is wrong: it is no redis:// address.") from None
    return Redis.from_pool(pool)


def _entry(page: FirstPage) -> str:
    """Name an entry as the design does; another length than usual has a name of its own."""
    guild = f"{page.guild_id}:" if page.guild_id else ""
    reader = "public:" if page.guild_id and not page.sees_unlisted else ""
    name = f"invitations:list:{guild}{reader}{page.tag or ALL}:{page.status}"
    return name if page.limit == PAGE else f"{name}:{page.limit}"


def _lists(page: FirstPage) -> Sequence[str]:
    """Return the names of the lists whose generations a page belongs to."""
    return (GUILDS, page.guild_id) if page.guild_id else (PUBLIC, _of_tag(page.tag))


def _of_tag(tag: str | None) -> str:
    """Name the lists of all guilds with a tag; no tag can have the name of other lists."""
    return ALL if tag is None else f"tag:{tag}"


def _generation(name: str) -> str:
    return f"invitations:generation:{name}"


def _new_generation() -> bytes:
    # Never a number: after Redis has lost all, one could come a second time.
    return secrets.token_hex(8).encode()


def _changed_by(message: str) -> set[str]:
    try:
        envelope = from_json(message)
        if envelope["name"] == GuildSettingsChanged.wire_name():
            # The guild may be in the lists of every guild now, or no longer.
            return {PUBLIC, envelope["body"]["guild"]["guild_id"]}
        return {*_changed(envelope["body"])}
    except (ValueError, TypeError, KeyError, AttributeError):
        return {*EVERY}  # unreadable: invalidate every list


def _changed(body: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the lists that a message changes, by the new tag and by the old one."""
    if body.get("command") == EraseMyData.wire_name():
        yield from EVERY  # events that are over lose their host's name, and nothing tells of each
    if invitation := body.get("invitation"):
        yield from (ALL, _of_tag(invitation["tag"]), invitation["guild_id"])
    if before := body.get("before"):
        yield _of_tag(before["tag"])
