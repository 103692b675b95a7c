"""A guild's first pages are cached apart from those of other guilds."""

from collections.abc import AsyncIterator

import pytest

from deploy.local.servers import Servers
from services.invitations.cache import Cache, connect
from services.invitations.sql import lists
from services.invitations.sql.lists import FirstPage
from shared.database import Pool
from shared.messages.invitations.commands import CompleteInvitation
from shared.messages.invitations.mine import EraseMyData
from tests import builders
from tests.caches import own_cache_url
from tests.services.invitations.telling import published, say
from tests.services.invitations.test_cache import Loads, names, untold

pytestmark = pytest.mark.usefixtures("listed")

OWN, OTHER = (FirstPage(None, "recruiting", guild_id=guild_id) for guild_id in ("1", "2"))


@pytest.fixture
def reads(pool: Pool) -> Loads:
    return Loads(lambda page: lists.first_page(pool, page))


@pytest.fixture
async def cache(servers: Servers, reads: Loads) -> AsyncIterator[Cache]:
    cache = Cache(connect(own_cache_url(servers)), reads)
    yield cache
    await cache.close()


async def test_a_guilds_list_is_kept_until_something_changes_there(
    pool: Pool, cache: Cache, reads: Loads
) -> None:
    await published(pool, event_name="前の名前")
    for _ in range(2):
        assert [await names(cache, page) for page in (OWN, OTHER)] == [["前の名前"], []]
    assert reads.count == 2
    await say(pool, builders.edit(builders.details(event_name="前の名前"), event_name="別の会"))
    await cache.renew(await untold(pool))
    assert [await names(cache, page) for page in (OWN, OTHER)] == [["別の会"], []]
    assert reads.count == 3, "another guild's list stays"


async def test_an_unreadable_message_invalidates_every_guilds_list(
    cache: Cache, reads: Loads
) -> None:
    for body in ('{"body": 7}', '{"body": {"invitation": {"id": "1", "tag": "観光"}}}'):
        await cache.read(OWN)
        before = reads.count
        await cache.renew([body])
        await cache.read(OWN)
        assert reads.count == before + 1


async def test_an_erased_host_leaves_every_guilds_list(pool: Pool, cache: Cache) -> None:
    await published(pool)
    await say(pool, CompleteInvitation(actor=builders.HOST, invitation_id=builders.INVITATION_ID))
    await untold(pool)
    over = FirstPage(None, "completed", guild_id="1")
    assert builders.HOST.name.encode() in await cache.read(over)
    await say(pool, EraseMyData(actor=builders.HOST, reply_to=builders.reply_to()))
    await cache.renew(await untold(pool))
    assert builders.HOST.name.encode() not in await cache.read(over)
