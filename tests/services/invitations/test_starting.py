"""Between its start and its end an event takes place: the clock decides, and one event says so."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from services.invitations.cache import Cache
from shared.database import Pool
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import AnnounceStart
from shared.messages.invitations.events import InvitationStarted
from shared.messages.registry import read
from shared.refusal import Refused
from tests import builders
from tests.builders import INVITATION_ID, member, soon
from tests.services.invitations.telling import published, say, stored
from tests.services.invitations.test_cache import untold

Client = TestClient[web.Request, web.Application]
ANNOUNCE = AnnounceStart(actor=Actor(user_id="0", name="scheduler"), invitation_id=INVITATION_ID)
NOW = soon()
MILLISECOND = timedelta(milliseconds=1)
LISTS = (
    "/api/invitations",
    "/api/invitations?tag=まったり",
    "/api/invitations?guild=1&status=open",
)


async def said(client: Client) -> set[bool]:
    """Return what the event itself and every kind of list say of it."""
    view = await (await client.get(f"/api/invitations/{INVITATION_ID}")).json()
    found = [view]
    for path in (*LISTS, f"/api/invitations?host={builders.HOST.user_id}"):
        [line] = (await (await client.get(path)).json())["invitations"]
        found.append(line)
    assert {each["version"] for each in found} == {view["version"]}
    return {each["is_under_way"] for each in found}


@pytest.mark.parametrize(
    ("starts", "ends", "is_so"), [(1, 2, False), (-1, 1, True), (-2, -1, False)]
)
async def test_the_api_says_by_the_clock_whether_an_event_takes_place(
    pool: Pool, client: Client, starts: int, ends: int, is_so: Any
) -> None:
    """Nothing has announced it: the scheduler may be away."""
    await published(pool, start_time=soon(hours=starts), end_time=soon(hours=ends))
    assert await said(client) == {is_so}


async def test_what_was_announced_is_true_also_by_a_clock_that_is_behind(
    pool: Pool, client: Client
) -> None:
    """As of a replica: for it the start of an event that was announced is still to come."""
    await published(pool, start_time=soon(seconds=30))
    assert await said(client) == {False}
    await pool.execute("UPDATE invitations SET start_announced = start_time")
    await client.get("/api/invitations")  # nothing was published, so a kept list may stay
    view = await (await client.get(f"/api/invitations/{INVITATION_ID}")).json()
    assert view["is_under_way"]
    await pool.execute("UPDATE invitations SET start_time = start_time + INTERVAL '1 minute'")
    view = await (await client.get(f"/api/invitations/{INVITATION_ID}")).json()
    assert not view["is_under_way"], "that start was of before the edit"


@pytest.mark.parametrize("status", ["completed", "cancelled"])
async def test_what_is_over_does_not_take_place(pool: Pool, client: Client, status: str) -> None:
    await published(pool, start_time=soon(minutes=-1), end_time=soon(hours=1))
    await pool.execute("UPDATE invitations SET status = $1", status)
    view = await (await client.get(f"/api/invitations/{INVITATION_ID}")).json()
    assert not view["is_under_way"]


async def test_a_start_is_announced_once_and_a_list_that_is_kept_changes(
    pool: Pool, client: Client, kept: Cache
) -> None:
    await published(pool, start_time=soon(hours=1))
    assert await said(client) == {False}
    await pool.execute("UPDATE invitations SET start_time = clock_timestamp()")
    outcomes = await asyncio.gather(*(say(pool, ANNOUNCE) for _ in range(5)))
    assert sorted(outcomes) == ["done"] + ["refused"] * 4
    [body] = await untold(pool)
    await kept.renew([body])
    assert await said(client) == {True}
    started = read(body.encode())
    assert isinstance(started.body, InvitationStarted)
    assert started.body.invitation.version == 2
    row = await stored(pool)
    assert row["start_announced"] == row["start_time"]

    await pool.execute("UPDATE invitations SET start_time = start_time - INTERVAL '1 second'")
    assert await say(pool, ANNOUNCE) == "done", "another start is announced too"


async def test_a_member_joins_and_leaves_while_the_event_takes_place(pool: Pool) -> None:
    await published(pool, start_time=soon(minutes=-5))
    assert await say(pool, ANNOUNCE) == "done"
    assert await say(pool, builders.join(member(1))) == "done"
    assert (await stored(pool))["joined_count"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"start_time": NOW + MILLISECOND}, "not_yet"),
        ({"start_time": NOW, "start_announced": NOW}, "already_announced"),
        ({"start_time": NOW, "has_ended": True}, "already_final"),
        ({"start_time": NOW, "status": "cancelled"}, "already_final"),
    ],
)
def test_announcing_is_refused(changes: Mapping[str, Any], code: str) -> None:
    builders.invitation(start_time=NOW).check_start(NOW)
    with pytest.raises(Refused, match=code):
        builders.invitation(**changes).check_start(NOW)
