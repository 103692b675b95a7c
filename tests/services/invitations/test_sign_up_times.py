"""The times of sign-up: which are refused, how an edit and a series move them, who reads them."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pydantic import ValidationError

from shared.database import Pool
from shared.messages.invitations.commands import (
    CancelInvitation,
    JoinInvitation,
)
from shared.messages.invitations.details import Details
from shared.messages.invitations.drafting import PostDraft
from shared.messages.invitations.editing import Basis
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from tests import builders
from tests.builders import HOST, INVITATION_ID, soon
from tests.services.invitations.telling import drain, published, say, stored
from tests.services.invitations.test_sign_up import ANNOUNCE, NOW, code_of, press

Client = TestClient[web.Request, web.Application]


@pytest.mark.parametrize(
    ("times", "code"),
    [
        ({"cutoff_time": 0}, "cutoff_after_end"),
        ({"opening_time": 0}, "opens_too_late"),
        ({"opening_time": -60, "cutoff_time": -60}, "opens_too_late"),
    ],
)
async def test_times_that_contradict_each_other_are_refused_everywhere(
    pool: Pool, times: dict[str, int], code: str
) -> None:
    """Here they are minutes after the end."""
    await published(pool)
    shown = Details(**dict(await stored(pool)))
    moments = {name: shown.end_time + timedelta(minutes=each) for name, each in times.items()}
    with pytest.raises(ValidationError, match=code):
        Details(**dict(shown) | moments)
    changes = builders.edit(shown, "schedule", reply_to=builders.reply_to(), **moments)
    assert await code_of(pool, changes) == code
    names = ", ".join(f"{name} = ${place}" for place, name in enumerate(moments, 1))
    with pytest.raises(asyncpg.CheckViolationError, match="chk_invitation_sign_up"):
        await pool.execute(f"UPDATE invitations SET {names}", *moments.values())  # noqa: S608


async def test_moving_the_event_keeps_the_cut_off_and_refuses_one_after_the_end(
    pool: Pool,
) -> None:
    cutoff = soon(minutes=50)
    await published(pool, cutoff_time=cutoff, opening_time=soon(minutes=10))
    shown = Details(**dict(await stored(pool)))

    async def moved(shown: Details, **times: Any) -> str:
        return await code_of(
            pool, builders.edit(shown, "schedule", reply_to=builders.reply_to(), **times)
        )

    early = {"start_time": soon(minutes=20), "end_time": soon(minutes=40)}
    assert await moved(shown, **early) == "cutoff_after_end"
    assert await moved(shown, **early, cutoff_time=soon(minutes=5)) == "opens_too_late"
    assert await moved(shown, **early, drops_cutoff_time=True) == "done"
    shown = Details(**dict(await stored(pool)))
    assert (shown.cutoff_time, shown.opening_time) == (None, shown.opening_time)
    assert await moved(shown, start_time=soon(hours=5), end_time=soon(hours=6)) == "done"
    row = await stored(pool)
    assert (row["cutoff_time"], row["opening_time"]) == (None, shown.opening_time)


async def test_a_cut_off_that_moves_away_opens_sign_up_again(pool: Pool) -> None:
    await published(pool, cutoff_time=soon(seconds=-5))
    await say(pool, ANNOUNCE)
    assert await code_of(pool, press(JoinInvitation, 1, soon())) == "sign_up_closed"
    shown = Details(**dict(await stored(pool)))
    await say(pool, builders.edit(shown, "schedule", cutoff_time=soon(minutes=30)))
    [edited] = [body for name, body in await drain(pool) if name == "InvitationEdited"]
    assert (edited["changed"], edited["user_ids"]) == (["cutoff_time"], [])
    assert await code_of(pool, press(JoinInvitation, 1, soon())) == "done"
    assert await say(pool, ANNOUNCE) == "refused"


def test_a_form_of_the_release_before_still_matches_an_event_without_these_times() -> None:
    shown = builders.details()
    older = {"start_time", "end_time", "max_participants"}
    fingerprint = sha256(shown.model_dump_json(include=older).encode()).hexdigest()[:16]
    assert Basis.of(shown, "schedule").fingerprint == fingerprint
    with_cutoff = builders.details(cutoff_time=shown.start_time)
    assert Basis.of(with_cutoff, "schedule") != Basis.of(shown, "schedule")


async def test_each_occurrence_of_a_series_keeps_the_distance_to_its_start(pool: Pool) -> None:
    """A cut-off that has passed when the next occurrence is drafted is left out."""
    start = soon(minutes=10)
    await published(
        pool,
        start_time=start,
        end_time=start + timedelta(hours=1),
        opening_time=start - timedelta(minutes=40),
        cutoff_time=start - timedelta(minutes=5),
    )
    repeat = RepeatInvitation(
        actor=HOST, invitation_id=INVITATION_ID, repetition=Repetition(times=3)
    )
    await say(pool, repeat)
    await drain(pool)
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID))
    [drafted] = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    following = Details(**drafted["details"])
    assert following.start_time == start + timedelta(days=7)
    assert following.opening_time == soon_of(following, -40)
    assert following.cutoff_time == soon_of(following, -5)

    request_id = UUID(drafted["request_id"])
    await say(pool, builders.publish(request_id, "1002"))
    await pool.execute(
        "UPDATE invitations SET cutoff_time = start_time - INTERVAL '15 days',"
        " opening_time = NULL WHERE id = '1002'"
    )
    await drain(pool)
    await say(pool, CancelInvitation(actor=HOST, invitation_id="1002"))
    [drafted] = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    assert drafted["details"]["cutoff_time"] is None


def soon_of(details: Details, minutes: int) -> datetime:
    return details.start_time + timedelta(minutes=minutes)


async def test_a_draft_is_not_posted_with_a_cut_off_that_has_passed(pool: Pool) -> None:
    request_id = uuid4()
    await say(pool, builders.save(request_id, cutoff_time=soon(seconds=-1)))
    post = PostDraft(
        actor=HOST,
        request_id=request_id,
        guild_id="1",
        channel_id="2",
        reply_to=builders.reply_to(),
    )
    assert await code_of(pool, post) == "cutoff_in_past"
    await say(pool, builders.save(request_id, cutoff_time=soon(minutes=9), opening_time=NOW))
    await drain(pool)
    await say(pool, post)
    [(_, drafted)] = await drain(pool)
    assert datetime.fromisoformat(drafted["details"]["opening_time"]) == NOW


async def test_the_api_shows_both_times_in_an_event_and_in_lists(
    pool: Pool, client: Client
) -> None:
    opens, closes = soon(minutes=5), soon(minutes=30)
    await published(pool, opening_time=opens, cutoff_time=closes)
    wanted = [each.isoformat().replace("+00:00", "Z") for each in (opens, closes)]
    view = await (await client.get(f"/api/invitations/{INVITATION_ID}")).json()
    assert [_short(view[name]) for name in ("opening_time", "cutoff_time")] == [
        _short(each) for each in wanted
    ]
    assert view["sign_up_announced"] is None


def _short(written: str) -> datetime:
    assert written.endswith("Z")
    return datetime.fromisoformat(written).astimezone(UTC)
