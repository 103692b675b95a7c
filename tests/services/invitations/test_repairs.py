"""Where an invitation is shown, and what is owed, as the gateway's reconciler reports it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.invitations.sql import invitations, lists, repairs
from services.invitations.sql.lists import FirstPage
from shared.database import Pool
from shared.messages.envelope import NOBODY, Actor
from shared.messages.invitations.commands import CancelInvitation
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.repairs import (
    MoveAnnouncement,
    MovePanel,
    OwedRepair,
    ReleaseFormerStaff,
    ReportOwedRepairs,
)
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from shared.messages.invitations.roster import WithdrawMember
from shared.messages.invitations.staffing import AssignStaff
from shared.messages.views import InvitationList, InvitationSummary
from tests import builders
from tests.builders import HOST, INVITATION_ID, STAFF
from tests.services.invitations.telling import drain, published, say, stored

GATEWAY = Actor(user_id=NOBODY, name="gateway", guild_id="1")
OURS = {"actor": GATEWAY, "invitation_id": INVITATION_ID}


def move(before_id: str, announcement_id: str, thread_id: str = INVITATION_ID) -> MoveAnnouncement:
    return MoveAnnouncement(
        **OURS,
        request_id=uuid4(),
        before_id=before_id,
        announcement_id=announcement_id,
        thread_id=thread_id,
        channel_id="2",
    )


def owe(*repairs_owed: OwedRepair) -> ReportOwedRepairs:
    return ReportOwedRepairs(**OURS, owed=list(repairs_owed))


async def names(pool: Pool) -> list[str]:
    return [name for name, _ in await drain(pool)]


async def test_an_announcement_moves_once_and_a_second_message_is_deleted(pool: Pool) -> None:
    await published(pool)
    await say(pool, move(INVITATION_ID, "2001"))
    [(name, body)] = await drain(pool)
    assert (name, body["before_id"]) == ("AnnouncementMoved", INVITATION_ID)
    state = body["invitation"]
    assert (state["id"], state["announcement_id"]) == (INVITATION_ID, "2001")
    assert (state["thread_id"], state["version"]) == (INVITATION_ID, 2)

    await say(pool, move(INVITATION_ID, "2001"))
    assert await names(pool) == []
    late = move(INVITATION_ID, "2002")
    await say(pool, late)
    [(name, body)] = await drain(pool)
    assert (name, body["message_id"]) == ("AnnouncementOrphaned", "2002")
    assert body["request_id"] == str(late.request_id)
    await say(pool, move("2001", "2003", "2003"))
    assert await names(pool) == ["AnnouncementMoved"]
    row = await stored(pool)
    assert (row["id"], row["announcement_id"], row["thread_id"]) == (INVITATION_ID, "2003", "2003")


async def test_an_announcement_of_what_is_over_does_not_move(pool: Pool) -> None:
    await published(pool)
    await say(pool, CancelInvitation(actor=HOST, invitation_id=INVITATION_ID))
    await drain(pool)
    await say(pool, move(INVITATION_ID, INVITATION_ID, "2001"))  # only its thread was lost
    assert await names(pool) == []
    await say(pool, move(INVITATION_ID, "2001"))
    assert await names(pool) == ["AnnouncementOrphaned"]


async def test_every_reader_hears_which_message_shows_an_invitation(pool: Pool) -> None:
    await pool.execute("INSERT INTO guilds (guild_id, is_listed) VALUES ('1', TRUE)")
    await published(pool, opening_time=builders.soon(), cutoff_time=builders.soon(hours=1))
    listed = (FirstPage(None, "recruiting"), FirstPage(None, "recruiting", guild_id="1"))
    for shown_id in (INVITATION_ID, "2001"):
        view = await invitations.view(pool, INVITATION_ID)
        assert view is not None
        assert view.shown_id == shown_id
        for page in (*listed, FirstPage("まったり", "recruiting")):
            body = await lists.first_page(pool, page)
            [line] = InvitationList.model_validate_json(body).invitations
            assert (line.id, line.shown_id) == (INVITATION_ID, shown_id)
            assert line == InvitationSummary.model_validate(view.model_dump())
        await say(pool, move(INVITATION_ID, "2001"))


def test_a_state_of_an_earlier_release_is_shown_by_the_first_announcement() -> None:
    fields: dict[str, Any] = builders.details().model_dump() | {
        "id": "7",
        "version": 1,
        "guild_id": "1",
        "channel_id": "2",
        "thread_id": "7",
        "host_id": "9",
        "host_name": "さくら",
        "status": "recruiting",
        "joined_count": 0,
    }
    assert InvitationState(**fields).shown_id == "7"


async def test_a_panel_moves_from_where_it_stood(pool: Pool) -> None:
    await published(pool)
    moved = MovePanel(**OURS, staff_channel_id="3", staff_message_id="3001")
    await say(pool, moved)
    await say(pool, moved)
    assert await names(pool) == ["PanelMoved"]
    await say(pool, MovePanel(**OURS, before_id="1", staff_channel_id="3", staff_message_id="5"))
    assert (await names(pool), (await stored(pool))["staff_message_id"]) == ([], "3001")


async def test_what_is_owed_is_said_once_and_forgotten_when_it_is_done(pool: Pool) -> None:
    await published(pool)
    lacking = OwedRepair(kind="announcement", code="missing_permission", missing=["view_channel"])
    panel = OwedRepair(kind="panel", code="channel_gone")
    for reported, new in (
        ((lacking,), ["announcement"]),
        ((lacking,), []),
        ((lacking, panel), ["panel"]),
        ((lacking.model_copy(update={"missing": ["embed_links"]}), panel), ["announcement"]),
        ((panel,), []),
        ((lacking, panel), ["announcement"]),
    ):
        await say(pool, owe(*reported))
        said = [owed["kind"] for _, body in await drain(pool) for owed in body["owed"]]
        assert said == new
        view = await invitations.view(pool, INVITATION_ID)
        assert view is not None
        assert view.owed == sorted(reported, key=lambda each: each.kind)


async def test_a_guild_lists_what_is_open_and_what_is_owed_page_by_page(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await published(pool, str(1001 + number))
    await published(pool, "9001", guild_id="2")
    for over in ("1001", "1002"):
        await say(pool, CancelInvitation(actor=HOST, invitation_id=over))
    waiting = OwedRepair(kind="announcement", code="refused")
    await say(pool, ReportOwedRepairs(actor=GATEWAY, invitation_id="1002", owed=[waiting]))
    monkeypatch.setattr(repairs, "PAGE", 2)
    found, after = list[tuple[str, bool]](), "0"
    while after:
        page = await repairs.places(pool, "1", after)
        found += [(place.id, place.is_owed) for place in page.invitations]
        after = page.next or ""
    assert found == [("1002", True), ("1003", False), ("1004", False), ("1005", False)]


async def test_staff_who_are_none_any_more_are_released(pool: Pool) -> None:
    await published(pool)
    await say(pool, AssignStaff(actor=STAFF, invitation_id=INVITATION_ID))
    await drain(pool)
    await say(pool, ReleaseFormerStaff(**OURS, staff_id="999"))
    assert await names(pool) == []
    await say(pool, ReleaseFormerStaff(**OURS, staff_id=STAFF.user_id))
    assert (await names(pool), (await stored(pool))["staff_id"]) == (["StaffReleased"], None)


async def test_who_leaves_the_guild_leads_nothing_there_any_more(pool: Pool) -> None:
    """B9: staff kept 担当 for good, and the series of a host who was gone went on."""
    await published(pool)
    await say(pool, AssignStaff(actor=STAFF, invitation_id=INVITATION_ID))
    weekly = RepeatInvitation(
        actor=HOST, invitation_id=INVITATION_ID, repetition=Repetition(times=3)
    )
    await say(pool, weekly)
    await drain(pool)
    for leaver, events in ((STAFF, ["StaffReleased"]), (HOST, ["RepetitionChanged"])):
        for expected in (events, []):  # reported again by another gateway, nothing happens
            left = WithdrawMember(actor=leaver, guild_id="1", left_at=datetime.now(UTC))
            await say(pool, left)
            assert await names(pool) == expected
    assert await pool.fetchval("SELECT count(*) FROM repetitions") == 0
