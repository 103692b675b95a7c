"""An erased member leaves the feed: the numbers stay, and an event says who was erased."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.invitations.feed.erasing import FeedEraser
from services.invitations.feed.persons import LISTS, PERSONS
from services.invitations.http.queries import PUBLIC_EVENTS
from shared.database import Pool
from shared.messages.envelope import Actor, Event
from shared.messages.invitations.commands import CancelInvitation, JoinInvitation
from shared.messages.invitations.events import (
    InvitationCancelled,
    InvitationEdited,
    MemberErased,
    ReminderDue,
)
from shared.messages.invitations.mine import EraseMyData
from shared.messages.registry import REGISTRY
from tests import builders
from tests.builders import HOST
from tests.services.invitations.feeding import fill, joined
from tests.services.invitations.telling import say
from tests.services.scheduler.stories import from_now, state

MEMBER = Actor(user_id="424242424242424242", name="消えるひと", guild_id="1")
HOSTS_WORDS = ("わたしの家です。", "熱です", "合言葉は星です", "鍵は下駄箱です")
# Ids of public events that name no member: of Discord's guilds, channels, messages and roles.
OTHER_IDS = {
    *("id", "guild_id", "channel_id", "thread_id", "announcement_id", "message_id", "before_id"),
    *("request_id", "invitation_id", "announcement_channel_id", "staff_channel_id"),
    *("staff_message_id", "list_channel_id", "list_message_id"),
    *("staff_role_ids", "host_role_ids", "mention_role_ids", "mention"),
}


def fields(schema: Any) -> Iterator[tuple[str, Any]]:
    """Yield every field of an object and those of the objects in it."""
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {}).items()


@pytest.mark.parametrize("name", sorted(PUBLIC_EVENTS))
def test_every_field_of_a_public_event_that_holds_an_id_is_known(name: str) -> None:
    ids = {
        field
        for field, schema in fields(REGISTRY[name].model_json_schema())
        if field.endswith(("_id", "_ids")) or "[0-9]{1,20}" in json.dumps(schema)
    }
    assert ids <= {*PERSONS, *LISTS, *OTHER_IDS}


async def stored(pool: Pool) -> str:
    """Give everything that the feed holds, but for what says who was erased."""
    rows = await pool.fetch("SELECT f::text FROM feed f WHERE name <> 'invitations.MemberErased'")
    return "\n".join(row[0] for row in rows)


async def test_an_erased_member_is_in_no_event_from_before(pool: Pool) -> None:
    request_id = uuid4()
    reminders = [{"minutes": 60, "text": "合言葉は星です"}]
    draft = builders.draft(
        request_id,
        description="わたしの家です。",
        max_participants=3,
        more_reminders=reminders,
    )
    await say(pool, draft.model_copy(update={"actor": MEMBER, "host_name": MEMBER.name}))
    publish = builders.publish(request_id, "5")
    await say(pool, publish)
    await say(pool, JoinInvitation(actor=builders.member(1), invitation_id="5"))
    cancel = CancelInvitation(actor=MEMBER, invitation_id="5", reason="熱です", for_people=1)
    await say(pool, cancel)
    await say(pool, builders.draft(UUID(int=6)))
    await say(pool, builders.publish(UUID(int=6), "6"))
    await say(pool, JoinInvitation(actor=MEMBER, invitation_id="6"))
    due = ReminderDue(
        invitation=state(1001, 1, from_now(3600)).model_copy(update={"host_id": MEMBER.user_id}),
        user_ids=["1"],
        texts=["鍵は下駄箱です"],
    )
    before = await fill(pool, due)
    words = (MEMBER.user_id, MEMBER.name, *HOSTS_WORDS)
    for word in words:
        assert word in await stored(pool)

    await say(pool, EraseMyData(actor=MEMBER))
    await fill(pool)
    await FeedEraser(pool).look()

    found = await stored(pool)
    for word in words:
        assert word not in found
    assert builders.member(1).name in found, "others stay"
    rows = await pool.fetch("SELECT sequence, name, body FROM feed ORDER BY sequence")
    assert [row["sequence"] for row in rows][: len(before)] == before, "and so do the numbers"
    assert rows[-1]["name"] == "invitations.MemberErased"
    for row in rows:
        body = json.loads(row["body"])["body"]
        REGISTRY[row["name"]].model_validate(body)


def edited(**who: Any) -> Event:
    invitation = state(1001, 1, from_now(3600)).model_copy(update={"host_id": HOST.user_id})
    details = builders.details()
    return InvitationEdited(invitation=invitation, changed=[], before=details, **who)


async def test_a_member_leaves_lists_and_what_they_did_to_others(pool: Pool) -> None:
    ids = ["1", MEMBER.user_id, "2"]
    invitation = state(1001, 2, from_now(3600)).model_copy(update={"cancel_reason": "熱です"})
    cancelled = InvitationCancelled(
        invitation=invitation, reason="熱です", by_id=MEMBER.user_id, user_ids=ids
    )
    erased = MemberErased(user_id=MEMBER.user_id)
    await fill(pool, edited(by_id="7", user_ids=ids), cancelled, erased)
    await FeedEraser(pool).look()
    rows = await pool.fetch("SELECT body FROM feed")
    bodies = [json.loads(row["body"])["body"] for row in rows]
    one = next(body for body in bodies if "changed" in body)
    assert (one["user_ids"], one["by_id"]) == (["1", "2"], "7")
    other = next(body for body in bodies if "reason" in body)
    assert (other["by_id"], other["reason"], other["user_ids"]) == ("0", "", ["1", "2"])
    assert (other["invitation"]["host_name"], other["invitation"]["cancel_reason"]) == (
        "ゆき",
        None,
    )


async def test_who_comes_back_after_an_erasure_stays_and_two_erasures_meet_in_one_event(
    pool: Pool,
) -> None:
    erasures = MemberErased(user_id="7"), MemberErased(user_id="8")
    await fill(pool, joined(user_id="7", host_id="8"), *erasures, joined(user_id="7"))
    await FeedEraser(pool).look()
    rows = await pool.fetch("SELECT members, name FROM feed ORDER BY sequence")
    assert [row["members"] for row in rows] == [[], ["7"], ["8"], ["4", "7"]]
