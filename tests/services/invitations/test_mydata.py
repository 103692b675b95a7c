"""A member gets all data that is stored about them, and can have it erased."""

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from services.invitations.handlers.editing import complete_invitation
from shared.database import Pool
from shared.dispatch import CORRELATION_ID
from shared.messages.envelope import Actor
from shared.messages.invitations.commands import (
    CancelInvitation,
    CompleteInvitation,
    JoinInvitation,
    JoinWaitlist,
    RevealSecrets,
    SetInstanceLink,
    SetReminders,
    ShowInterest,
)
from shared.messages.invitations.mine import EraseMyData, ExportMyData
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from shared.messages.invitations.roster import AddParticipant
from shared.messages.invitations.staffing import AssignStaff
from tests import builders
from tests.builders import HOST, MEMBER, STAFF, member
from tests.services.invitations.telling import drain, say

PROFILE, LINK = "v1.k1.cHJvZmlsZQ", "v1.k1.bGluaw"
OTHER = member(1)


async def published(pool: Pool, id_: str, host: Actor = HOST, **changes: Any) -> None:
    """Publish an invitation, and empty the outbox."""
    request_id = uuid4()
    draft = builders.draft(request_id, **changes)
    await say(pool, draft.model_copy(update={"actor": host, "host_name": host.name}))
    await say(pool, builders.publish(request_id, id_))
    await drain(pool)


async def lived(pool: Pool) -> None:
    """Let the member host, join, look, be added and choose, so that every table knows them."""
    await published(pool, "1", host=MEMBER, vrchat_profile=PROFILE)
    link = SetInstanceLink(actor=MEMBER, invitation_id="1", instance_link=LINK)
    await say(pool, link)
    weekly = Repetition(times=3)
    await say(pool, RepeatInvitation(actor=MEMBER, invitation_id="1", repetition=weekly))
    await say(pool, JoinInvitation(actor=OTHER, invitation_id="1"))
    await published(pool, "2", vrchat_profile=PROFILE)
    add = AddParticipant(
        actor=HOST, invitation_id="2", user_id=MEMBER.user_id, user_name=MEMBER.name
    )
    await say(pool, add)
    await say(pool, RevealSecrets(actor=MEMBER, invitation_id="2"))
    await published(pool, "3", max_participants=1)
    await say(pool, JoinInvitation(actor=OTHER, invitation_id="3"))
    await say(pool, JoinWaitlist(actor=MEMBER, invitation_id="3"))
    await say(pool, SetReminders(actor=MEMBER, are_wanted=False))
    await pool.execute(
        "INSERT INTO calendars (owner_kind, owner_id, token, token_sha256)"
        " VALUES ('member', $1, $2, sha256('x'))",
        MEMBER.user_id,
        LINK,
    )
    await drain(pool)


async def exported(pool: Pool, actor: Actor = MEMBER) -> dict[str, Any]:
    await say(pool, ExportMyData(actor=actor, reply_to=builders.reply_to()))
    [(name, answer)] = await drain(pool)
    assert name == "DataExported"
    export: dict[str, Any] = answer["export"]
    return export


async def test_a_member_gets_everything_about_them_and_nothing_sealed(pool: Pool) -> None:
    await lived(pool)

    export = await exported(pool)

    assert export["format"] == "doukikai.member.v1"
    assert export["user_id"] == MEMBER.user_id
    [hosted] = export["hosted_invitations"]
    assert (hosted["id"], hosted["has_vrchat_profile"], hosted["has_instance_link"]) == (
        "1",
        True,
        True,
    )
    assert hosted["repeats_times_left"] == 3
    assert {p["invitation_id"]: p["status"] for p in export["participations"]} == {
        "2": "joined",
        "3": "waitlisted",
    }
    assert [(draft["invitation_id"]) for draft in export["drafts"]] == ["1"]
    actions = [(each["action"].partition(".")[2], each["is_own"]) for each in export["audit_log"]]
    assert actions == [
        ("SetInstanceLink", True),
        ("RepeatInvitation", True),
        ("AddParticipant", False),
        ("RevealSecrets", True),
    ]
    assert export["reminders_off_since"]
    assert export["calendar_since"]
    for at in (export["exported_at"], hosted["start_time"], export["reminders_off_since"]):
        assert at.endswith("Z")
        assert datetime.fromisoformat(at).tzinfo == UTC
    for secret in (PROFILE, LINK, OTHER.user_id, HOST.name):
        assert not is_named(secret, json.dumps(export, ensure_ascii=False))


async def test_a_member_who_left_no_trace_gets_an_empty_file(pool: Pool) -> None:
    await lived(pool)
    export = await exported(pool, member(9))
    assert not any(value for value in export.values() if isinstance(value, list))
    assert (export["reminders_off_since"], export["calendar_since"]) == (None, None)


def is_named(text: str, where: str) -> bool:
    """Find a whole value: the digits of an id also stand in UUIDs and in fractions of seconds."""
    return re.search(rf"(?<![\w.]){re.escape(text)}(?!\w)", where) is not None


async def everywhere(pool: Pool, text: str) -> set[str]:
    """Name the tables of the service that hold a text; the outbox is left out."""
    tables = await pool.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname !~ 'box$'"
        " AND relnamespace = 'invitations'::regnamespace"
    )
    found = set()
    for (table,) in tables:
        rows = await pool.fetch(f"SELECT t::text FROM {table} AS t")  # noqa: S608 - from the catalogue
        if any(is_named(text, row[0]) for row in rows):
            found.add(table)
    return found


async def test_an_erased_member_stands_nowhere_and_every_count_stays(pool: Pool) -> None:
    who = Actor(user_id="424242424242424242", name="消えるひと", guild_id="1")
    heir = member(2)
    for id_ in ("5", "6", "7"):
        await published(pool, id_, host=who if id_ == "5" else HOST)
        await say(pool, JoinInvitation(actor=HOST if id_ == "5" else who, invitation_id=id_))
        await say(pool, ShowInterest(actor=OTHER, invitation_id=id_))
    await say(pool, RevealSecrets(actor=who, invitation_id="6"))
    await say(pool, CompleteInvitation(actor=who, invitation_id="5"))
    await say(pool, CompleteInvitation(actor=HOST, invitation_id="6"))
    await say(pool, CancelInvitation(actor=HOST, invitation_id="7", for_people=1))
    await published(pool, "8", max_participants=1)
    add = AddParticipant(actor=HOST, invitation_id="8", user_id=who.user_id, user_name=who.name)
    await say(pool, add)
    await say(pool, JoinWaitlist(actor=heir, invitation_id="8"))
    await say(pool, SetReminders(actor=who, are_wanted=False))
    await say(pool, builders.draft().model_copy(update={"actor": who, "host_name": who.name}))
    before = await pool.fetch("SELECT id, joined_count, status FROM invitations ORDER BY id")
    await drain(pool)
    assert await everywhere(pool, who.user_id) == {
        *("invitations", "participants", "drafts", "audit_log", "reminder_opt_outs"),
    }

    await say(pool, EraseMyData(actor=who, reply_to=builders.reply_to()))

    names = [name for name, _ in await drain(pool)]
    assert names == [
        *("DraftDiscarded", "ParticipantLeft", "ParticipantPromoted", "MemberErased"),
        "CommandAccepted",
    ]
    assert await everywhere(pool, who.user_id) == set()
    assert await everywhere(pool, who.name) == set()
    after = await pool.fetch("SELECT id, joined_count, status FROM invitations ORDER BY id")
    assert after == before, "of the open one too: who waited has the seat"
    for row in after:
        seats = await pool.fetchval(
            "SELECT count(*) FROM participants WHERE invitation_id = $1 AND status = 'joined'",
            row["id"],
        )
        assert seats == row["joined_count"]
    assert (await exported(pool, who))["participations"] == []
    assert await say(pool, EraseMyData(actor=who)) == "done", "nothing is left to erase"


async def test_an_erased_hosts_reason_for_a_cancellation_is_forgotten(pool: Pool) -> None:
    reason = "体調がよくないので"
    await published(pool, "1", host=MEMBER)
    await say(pool, CancelInvitation(actor=MEMBER, invitation_id="1", reason=reason))
    await drain(pool)
    assert await everywhere(pool, reason) == {"invitations", "audit_log"}
    await say(pool, EraseMyData(actor=MEMBER))
    await drain(pool)
    assert await everywhere(pool, reason) == set()


async def test_a_host_of_an_open_event_is_not_erased(pool: Pool) -> None:
    await lived(pool)
    before = await exported(pool)
    await say(pool, EraseMyData(actor=MEMBER, reply_to=builders.reply_to()))
    [(name, answer)] = await drain(pool)
    assert (name, answer["code"]) == ("CommandRefused", "hosts_open")
    assert answer["details"] == {"count": 1}
    after = await exported(pool)
    assert after | {"exported_at": None} == before | {"exported_at": None}


async def test_erased_staff_are_in_charge_of_nothing(pool: Pool) -> None:
    await published(pool, "1")
    await published(pool, "2")
    for id_ in ("1", "2"):
        await say(pool, AssignStaff(actor=STAFF, invitation_id=id_))
        await drain(pool)
    assert (await exported(pool, STAFF))["staff_of"] == ["1", "2"]
    await say(pool, CompleteInvitation(actor=HOST, invitation_id="1"))
    await drain(pool)

    await say(pool, EraseMyData(actor=STAFF))

    [(name, event), (last, _)] = await drain(pool)
    assert last == "MemberErased"
    assert (name, event["invitation"]["id"]) == ("StaffReleased", "2")
    assert await everywhere(pool, STAFF.user_id) == set()


async def test_two_who_share_every_event_are_erased_at_once(pool: Pool) -> None:
    """The locks are taken in one order: neither waits for the other without end."""
    pair = [member(1), member(2)]
    for number in range(8):
        await published(pool, str(100 + number), max_participants=1)
        for actor in pair if number % 2 else pair[::-1]:
            await say(pool, JoinInvitation(actor=actor, invitation_id=str(100 + number)))
            await say(pool, JoinWaitlist(actor=actor, invitation_id=str(100 + number)))
    said = await asyncio.gather(*(say(pool, EraseMyData(actor=actor)) for actor in pair))
    assert said == ["done", "done"]
    assert await pool.fetchval("SELECT count(*) FROM participants") == 0


WAITS = """
SELECT count(*)
  FROM pg_stat_activity
 WHERE datname = current_database()
   AND wait_event_type = 'Lock'
"""


async def test_next_week_that_is_drafted_meanwhile_is_taken_back_too(pool: Pool) -> None:
    """An event ends while its host is being erased: the locks are waited for in between."""
    who = Actor(user_id="424242424242424242", name="消えるひと", guild_id="1")
    await published(pool, "5", host=who)
    weekly = Repetition(times=3)
    await say(pool, RepeatInvitation(actor=who, invitation_id="5", repetition=weekly))
    async with pool.acquire() as connection, connection.transaction():
        CORRELATION_ID.set(uuid4())
        ends = CompleteInvitation(actor=who, invitation_id="5")
        await complete_invitation(ends, connection)
        erasing = asyncio.create_task(say(pool, EraseMyData(actor=who)))
        async with asyncio.timeout(30):
            while not await pool.fetchval(WAITS):  # noqa: ASYNC110 - PostgreSQL tells nobody who waits
                await asyncio.sleep(0.01)
    assert await erasing == "done"
    assert await everywhere(pool, who.user_id) == set()
