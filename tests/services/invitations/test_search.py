"""Lists of what is open, and by words: page by page, in one guild or of one host."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from shared.database import Pool
from tests.schema.rows import insert, invitation, participant
from tests.services.invitations.telling import list_in_public
from tests.services.invitations.test_lists import ids, page, walked

Client = TestClient[web.Request, web.Application]
AT = datetime(2030, 1, 1, 12, tzinfo=UTC)


async def stored(pool: Pool, number: int, *, is_full: bool = False, **changes: Any) -> None:
    """Store an event that starts so many minutes after noon."""
    fields = {"id": str(number), "start_time": AT + timedelta(minutes=number)}
    fields |= {"end_time": AT + timedelta(days=1), "max_participants": 1 if is_full else 9}
    await insert(pool, "invitations", invitation(**{"guild_id": "7"} | changes) | fields)
    if is_full:
        await insert(pool, "participants", participant(str(number)))


@pytest.mark.parametrize("place", [{}, {"guild": "7"}, {"guild": "7", "tag": "観光"}])
async def test_open_events_are_recruiting_and_full_ones_in_one_order(
    pool: Pool, client: Client, place: dict[str, str]
) -> None:
    for guild_id in ("7", "8"):
        await list_in_public(pool, guild_id)
    for number in range(1, 28):
        await stored(pool, number, is_full=number % 3 == 0)
    await stored(pool, 90, guild_id="8", tag="ゲーム")
    await pool.execute(
        "UPDATE invitations SET status = 'cancelled', vrchat_profile = NULL WHERE id = '5'"
    )
    asked = {"status": "open", "limit": "10", **place}
    forward = await walked(client, asked, "next")
    expected = [str(number) for number in range(1, 28) if number != 5]
    expected += [] if place else ["90"]
    assert [each for one in forward for each in one] == expected
    assert [len(one) for one in forward][:2] == [10, 10]
    last = await page(client, asked | {"cursor": f"b{int(AT.timestamp() * 1000) + 10**9}.0"})
    assert ids(last) == expected[-10:]
    found = await page(client, asked | {"cursor": str(last.previous)})
    assert ids(found) == expected[-20:-10]


async def test_a_hosts_open_events_are_the_newest_first(pool: Pool, client: Client) -> None:
    for number in (1, 2, 3):
        await stored(pool, number, is_full=number == 2, host_id="3")
    await pool.execute(
        "UPDATE invitations SET status = 'cancelled', vrchat_profile = NULL WHERE id = '1'"
    )
    assert ids(await page(client, {"host": "3", "status": "open"})) == ["3", "2"]


async def test_a_list_begins_where_a_cursor_is_made_by_its_reader(
    pool: Pool, client: Client
) -> None:
    """As the bot does for the events from a day on."""
    for number in (1, 2, 3):
        await stored(pool, number)
    at = int((AT + timedelta(minutes=2)).timestamp() * 1000)
    assert ids(await page(client, {"guild": "7", "cursor": f"a{at}.0"})) == ["2", "3"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("かくれんぼ", ["1"]),
        ("スーパー", ["1"]),  # half-width kana are the same word
        ("ｽｰﾊﾟｰ", ["1"]),
        ("night CLUB", ["2"]),
        ("club  night", ["2"]),
        ("クラブ", ["2"]),  # in the name of the world
        ("さくら", ["1", "2", "3"]),  # the host
        ("100%", ["3"]),
        ("%", ["3"]),
        ("_", []),
        ("\\", []),
        ("night かくれんぼ", []),
        ("", ["1", "2", "3"]),
    ],
)
async def test_events_are_found_by_all_words_in_their_names(
    pool: Pool, client: Client, words: str, found: list[str]
) -> None:
    await stored(pool, 1, event_name="ｽｰﾊﾟｰかくれんぼ", host_name="さくら")
    await stored(
        pool, 2, is_full=True, event_name="Night Club", world_name="クラブ", host_name="さくら"
    )
    await stored(pool, 3, event_name="100%の会", host_name="さくら")
    await stored(pool, 4, event_name="ｽｰﾊﾟｰかくれんぼ", guild_id="8")
    asked = {"status": "open", "words": words}
    assert ids(await page(client, asked | {"guild": "7"})) == found
    assert ids(await page(client, asked)) == [], "only in a guild or at a host"


async def test_a_hosts_events_are_found_by_words(pool: Pool, client: Client) -> None:
    await stored(pool, 1, event_name="夜の会", host_id="3")
    await stored(pool, 2, event_name="朝の会", host_id="3")
    assert ids(await page(client, {"host": "3", "words": "夜"})) == ["1"]
    assert ids(await page(client, {"host": "3", "words": "夜", "guild": "8"})) == []
