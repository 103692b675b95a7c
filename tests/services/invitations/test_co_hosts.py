"""Co-hosts: what they may do beside host, participants and strangers, and who may name them."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from services.invitations.handlers import HANDLERS
from services.invitations.sql.calendars import Owner, entries
from shared.database import Pool
from shared.dispatch import CORRELATION_ID
from shared.messages.envelope import Actor, Command
from shared.messages.invitations.commands import (
    CancelInvitation,
    InvitationCommand,
    RemindParticipants,
    SetReminders,
    ShowInterest,
)
from shared.messages.invitations.drafting import Choices
from shared.messages.invitations.images import OfferedImage
from shared.messages.invitations.mine import EraseMyData, ExportMyData
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from shared.messages.invitations.roster import WithdrawMember
from shared.messages.registry import REGISTRY
from shared.refusal import Refused
from tests import builders
from tests.builders import HOST, INVITATION_ID, SEALED, STAFF, member, soon
from tests.services.invitations.telling import drain, published, say, stored
from tests.services.invitations.test_lists import Client
from tests.services.invitations.test_waitlist import queue

CO_HOST = Actor(user_id="903", name="ゆうき", guild_id="1")
OTHER = Actor(user_id="904", name="あおい", guild_id="1")
SEATED, STRANGER = member(1), member(2)
PEOPLE = {"host": HOST, "co-host": CO_HOST, "seated": SEATED, "stranger": STRANGER}
# Refused as not one of theirs; any other refusal is about the event, and comes to whom it is.
NOT_THEIRS = {"not_host", "not_seated", "not_staff", "host_cannot_join", "not_participant"}
# Who may: host, co-host, member with a seat, stranger. 'x' for a member who has it already.
TABLE: Mapping[str, str] = {
    "AddParticipant": "y y - -",
    "AssignStaff": "- - - -",
    "CancelInvitation": "y y - -",
    "ChooseImage": "y y - -",
    "CompleteInvitation": "y y - -",
    "EditInvitation": "y y - -",
    "JoinInvitation": "- - y y",
    "JoinWaitlist": "- - y y",
    "LeaveInvitation": "- - y -",
    "ReleaseStaff": "- - - -",
    "RemoveParticipant": "y y - -",
    "RepeatInvitation": "y y - -",
    "RevealSecrets": "y y y -",
    "SetInstanceLink": "y y - -",
    "SetProfile": "y y - -",
    "ShowInterest": "- - y y",
    "StopRepetition": "y y - -",
}
KINDS = {
    kind.__name__: kind
    for kind in REGISTRY.values()
    if issubclass(kind, InvitationCommand) and kind in HANDLERS
}


def press(kind: type[Command], actor: Actor) -> Command:
    """Return a command about the event that anybody could send."""
    said: dict[str, Any] = {
        "actor": actor,
        "invitation_id": INVITATION_ID,
        "reply_to": builders.reply_to(),
        "for_people": 9,
        "instance_link": SEALED,
        "vrchat_profile": SEALED,
        "repetition": Repetition(times=2),
        "user_id": SEATED.user_id if kind.__name__ == "RemoveParticipant" else "905",
        "user_name": "だれか",
    }
    if kind.__name__ == "ChooseImage":
        said["image"] = OfferedImage(id=uuid4(), kind="png", url="https://cdn.example/a", size=9)
    if kind.__name__ == "EditInvitation":
        said |= dict(builders.edit(builders.details(), actor=actor, description="新しい説明"))
    return kind(**said)


async def refusal(pool: Pool, command: Command) -> str:
    """Handle a command, and undo it; return the code it was refused with."""
    CORRELATION_ID.set(uuid4())
    async with pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await HANDLERS[type(command)](command, connection)
        except Refused as refused:
            return refused.code
        finally:
            await transaction.rollback()
    return ""


def test_every_command_about_an_event_is_in_the_table() -> None:
    assert sorted(TABLE) == sorted(KINDS)


@pytest.mark.parametrize("name", TABLE)
async def test_a_co_host_may_do_what_the_host_may(pool: Pool, name: str) -> None:
    await published(pool, vrchat_profile=SEALED, co_host_ids=[CO_HOST.user_id])
    await say(pool, builders.join(SEATED))
    weekly = RepeatInvitation(
        actor=HOST, invitation_id=INVITATION_ID, repetition=Repetition(times=3)
    )
    await say(pool, weekly)
    cells = []
    for actor in PEOPLE.values():
        code = await refusal(pool, press(KINDS[name], actor))
        cells.append("-" if code in NOT_THEIRS else "y")
    assert " ".join(cells) == TABLE[name]


async def name_co_hosts(pool: Pool, *co_hosts: Actor, actor: Actor = HOST) -> str:
    """Name co-hosts in the form of the settings; return the refusal, if it is one."""
    shown = builders.Details(**dict(await stored(pool)))
    named = [each.user_id for each in co_hosts]
    command = builders.edit(
        shown, "settings", actor=actor, co_host_ids=named, reply_to=builders.reply_to()
    )
    await say(pool, command)
    last = await pool.fetchval(
        "SELECT body::jsonb -> 'body' ->> 'code' FROM outbox ORDER BY id DESC LIMIT 1"
    )
    return str(last or "")


async def co_hosts(pool: Pool) -> list[str]:
    return list((await stored(pool))["co_host_ids"])


async def test_host_and_staff_name_co_hosts_and_a_co_host_can_only_step_down(pool: Pool) -> None:
    await published(pool)
    assert await name_co_hosts(pool, CO_HOST) == ""
    assert await name_co_hosts(pool, OTHER, CO_HOST, actor=STAFF) == ""
    assert await co_hosts(pool) == [CO_HOST.user_id, OTHER.user_id]
    for attempt in ([CO_HOST], [CO_HOST, OTHER, STRANGER], [STRANGER], []):
        code = await name_co_hosts(pool, *attempt, actor=CO_HOST)
        assert code == "only_host_names", attempt
    assert await name_co_hosts(pool, HOST) == "host_is_co_host"
    assert await name_co_hosts(pool, CO_HOST, actor=STRANGER) == "not_host"
    assert await name_co_hosts(pool, OTHER, actor=CO_HOST) == ""
    assert await co_hosts(pool) == [OTHER.user_id]
    assert await name_co_hosts(pool, CO_HOST, actor=CO_HOST) == "not_host"
    assert await say(pool, builders.draft(co_host_ids=[HOST.user_id])) == "refused"
    choices = Choices(co_host_ids=[HOST.user_id])
    assert await say(pool, builders.save(choices=choices)) == "refused"


async def test_a_named_participant_gives_the_seat_to_the_queue(pool: Pool) -> None:
    """Several at once, of whom one waits: the counts are right after each."""
    await published(pool, max_participants=2)
    for number in (1, 2):
        await say(pool, builders.join(member(number)))
    for number in (3, 4, 5):
        await say(pool, builders.wait(member(number)))
    await say(pool, ShowInterest(actor=member(6), invitation_id=INVITATION_ID))
    await drain(pool)
    named = [member(number) for number in (1, 2, 3, 6)]
    assert await name_co_hosts(pool, *named) == ""
    row = await stored(pool)
    assert (row["joined_count"], row["waitlisted_count"], row["status"]) == (2, 0, "full")
    seated = await pool.fetch("SELECT user_id FROM participants ORDER BY user_id")
    assert [each[0] for each in seated] == [member(4).user_id, member(5).user_id]
    assert await queue(pool) == []
    events = [(name, body) for name, body in await drain(pool) if "invitation" in body]
    versions = [body["invitation"]["version"] for _, body in events if "command" not in body]
    assert versions == sorted(set(versions))
    gone = [body["user_id"] for name, body in events if name == "ParticipantLeft"]
    assert sorted(gone) == [each.user_id for each in named]


async def test_a_co_host_who_leaves_the_guild_or_is_erased_is_none_any_more(pool: Pool) -> None:
    both = [CO_HOST.user_id, OTHER.user_id]
    await published(pool, co_host_ids=both)
    await published(pool, "2002", co_host_ids=both)
    cancel = CancelInvitation(actor=HOST, invitation_id="2002")
    await say(pool, cancel)
    draft_id = uuid4()
    await say(pool, builders.save(draft_id, choices=Choices(co_host_ids=both)))
    await say(pool, builders.save_template(draft_id, STAFF, is_of_guild=True))
    await say(pool, builders.save_template(draft_id))
    await drain(pool)

    left = WithdrawMember(actor=OTHER, guild_id="1", left_at=soon())
    assert await say(pool, left) == "done"
    [(name, event)] = await drain(pool)
    assert (name, event["user_id"]) == ("CoHostLeft", OTHER.user_id)
    assert event["invitation"]["co_host_ids"] == [CO_HOST.user_id]

    erase = EraseMyData(actor=CO_HOST, reply_to=builders.reply_to())
    assert await say(pool, erase) == "done", "a co-host need not end the event first"
    events = await drain(pool)
    assert [body["user_id"] for name, body in events if name == "CoHostLeft"] == [CO_HOST.user_id]
    for table in ("invitations", "drafts", "templates"):
        rows = await pool.fetch(f"SELECT co_host_ids FROM {table}")  # noqa: S608 - our own words
        assert rows
        assert not [row for row in rows if CO_HOST.user_id in row["co_host_ids"]], table


async def test_an_edit_and_an_erasure_of_one_moment_leave_no_co_host(pool: Pool) -> None:
    for number in range(10):
        await published(pool, str(3000 + number))
        erased = member(100 + number)
        shown = builders.Details(
            **dict(
                await pool.fetchrow("SELECT * FROM invitations WHERE id = $1", str(3000 + number))
            )
        )
        edit = builders.edit(
            shown,
            "settings",
            invitation_id=str(3000 + number),
            co_host_ids=[erased.user_id],
            reply_to=builders.reply_to("1000"),
        )
        erase = EraseMyData(actor=erased, reply_to=builders.reply_to("2000"))
        await asyncio.gather(say(pool, edit), say(pool, erase))
    assert await pool.fetchval("SELECT max(cardinality(co_host_ids)) FROM invitations") == 0


async def hosted(client: Client, actor: Actor) -> list[str]:
    response = await client.get("/api/invitations", params={"host": actor.user_id})
    return sorted(each["id"] for each in (await response.json())["invitations"])


async def test_a_co_host_finds_the_event_among_their_own(
    pool: Pool, client: Client, public: Client
) -> None:
    """In the list, in the calendar and in what is exported."""
    await published(pool, co_host_ids=[CO_HOST.user_id])
    await published(pool, "2002")
    assert await hosted(public, CO_HOST) == []
    assert await hosted(client, CO_HOST) == [INVITATION_ID]
    assert await hosted(client, HOST) == [INVITATION_ID, "2002"]
    async with pool.acquire() as connection:
        found = await entries(connection, Owner("member", CO_HOST.user_id))
    assert [(each.id, each.part) for each in found] == [(INVITATION_ID, "hosted")]
    await say(pool, ExportMyData(actor=CO_HOST, reply_to=builders.reply_to()))
    [(_, answer)] = await drain(pool)
    assert answer["export"]["co_host_of"] == [INVITATION_ID]
    assert answer["export"]["hosted_invitations"] == []


async def test_host_and_co_hosts_are_reminded_unless_they_want_none(pool: Pool) -> None:
    both = [CO_HOST.user_id, OTHER.user_id]
    await published(pool, start_time=soon(minutes=10), co_host_ids=both)
    await say(pool, builders.join(SEATED))
    await say(pool, SetReminders(actor=OTHER, are_wanted=False))
    await drain(pool)
    scheduler = Actor(user_id="0", name="scheduler")
    await say(pool, RemindParticipants(actor=scheduler, invitation_id=INVITATION_ID))
    [(_, due)] = await drain(pool)
    assert due["host_ids"] == [HOST.user_id, CO_HOST.user_id]
    assert (due["user_ids"], due["is_for_host"]) == ([SEATED.user_id], True)


async def test_the_next_week_has_the_same_co_hosts(pool: Pool) -> None:
    await published(pool, co_host_ids=[CO_HOST.user_id])
    weekly = RepeatInvitation(
        actor=CO_HOST, invitation_id=INVITATION_ID, repetition=Repetition(times=1)
    )
    await say(pool, weekly)
    await say(pool, CancelInvitation(actor=CO_HOST, invitation_id=INVITATION_ID))
    drafted = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    assert [each["details"]["co_host_ids"] for each in drafted] == [[CO_HOST.user_id]]
    assert json.dumps(drafted).count(HOST.user_id) > 0
