"""A host's draft in the service: who may touch it, that it is posted once, and when it goes."""

from uuid import UUID, uuid4

import pytest

from services.invitations.handlers import handlers
from services.invitations.quotas import Quotas
from services.invitations.sql import host_drafts
from shared.database import Pool
from shared.dispatch import handle_once
from shared.limits import DAY, Limit
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import CleanInbox, DiscardDraft
from shared.messages.invitations.drafting import (
    Choices,
    ChooseForDraft,
    DraftCommand,
    DropDraft,
    PostDraft,
)
from shared.messages.invitations.mine import EraseMyData, ExportMyData
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, SEALED, in_guild
from tests.services.invitations.telling import drain, say, stored

NEWER = "v1.k1.bmV3ZXI"


def of(
    kind: type[DraftCommand], draft_id: UUID, actor: Actor = HOST, **fields: object
) -> DraftCommand:
    own = {"channel_id": "2"} if kind is PostDraft else {}
    return kind.model_validate(
        {
            "actor": actor,
            "request_id": draft_id,
            "guild_id": actor.guild_id,
            "reply_to": builders.reply_to(),
            **own,
            **fields,
        }
    )


async def refused(pool: Pool) -> str | None:
    answers = await drain(pool)
    return next((body["code"] for name, body in answers if name == "CommandRefused"), None)


async def saved(pool: Pool, **changes: object) -> UUID:
    draft_id = uuid4()
    assert await say(pool, builders.save(draft_id, **changes)) == "done"
    await drain(pool)
    return draft_id


async def listed(pool: Pool, actor: Actor = HOST) -> list[UUID]:
    assert actor.guild_id
    async with pool.acquire() as connection:
        found, count = await host_drafts.of_host(connection, actor.guild_id, actor.user_id, None)
    assert count == len(found)
    return [each.request_id for each in found]


async def test_a_draft_is_posted_and_its_answer_waits_for_the_announcement(pool: Pool) -> None:
    draft_id = await saved(pool, vrchat_profile=SEALED, event_name="下書きの会")
    assert await listed(pool) == [draft_id]
    await say(pool, of(PostDraft, draft_id))
    [(name, event)] = await drain(pool)
    assert (name, event["details"]["event_name"]) == ("InvitationDrafted", "下書きの会")

    await say(pool, builders.publish(draft_id))
    (_, event), (name, answer) = await drain(pool)
    assert (name, answer["command"]) == ("CommandAccepted", "invitations.PostDraft")
    row = await stored(pool)
    assert (row["request_id"], row["vrchat_profile"]) == (draft_id, SEALED)
    kept = await pool.fetchrow("SELECT typed, typed_description, vrchat_profile FROM drafts")
    assert tuple(kept or "?") == (None, None, None), "a secret outlives its draft"
    assert await listed(pool) == []


async def test_a_second_press_posts_nothing(pool: Pool) -> None:
    draft_id = await saved(pool)
    for _ in range(2):
        await say(pool, of(PostDraft, draft_id))
    names = [name for name, _ in await drain(pool)]
    assert names == ["InvitationDrafted", "CommandRefused"]
    await say(pool, builders.publish(draft_id))
    await drain(pool)
    for kind in (PostDraft, DropDraft, ChooseForDraft):
        await say(pool, of(kind, draft_id))
        assert await refused(pool) == "draft_posted"
    await say(pool, builders.save(draft_id, reply_to=builders.reply_to()))
    assert await refused(pool) == "draft_posted"
    assert await pool.fetchval("SELECT count(*) FROM invitations") == 1


async def test_what_discord_refuses_is_a_draft_again_and_can_be_posted_again(pool: Pool) -> None:
    draft_id = await saved(pool)
    await say(pool, of(PostDraft, draft_id))
    await drain(pool)
    discard = DiscardDraft(actor=HOST, request_id=draft_id, code="cannot_post")
    await say(pool, discard)
    (name, _), (_, answer) = await drain(pool)
    assert (name, answer["command"]) == ("DraftDiscarded", "invitations.PostDraft")
    assert await listed(pool) == [draft_id]
    await say(pool, builders.publish(draft_id))
    assert [name for name, _ in await drain(pool)] == ["AnnouncementOrphaned"]
    await say(pool, of(PostDraft, draft_id))
    await say(pool, builders.publish(draft_id, "1002"))
    assert "InvitationPublished" in {name for name, _ in await drain(pool)}


async def test_a_draft_with_mistakes_is_kept_and_not_posted(pool: Pool) -> None:
    draft_id = await saved(pool, details=None)
    await say(pool, of(PostDraft, draft_id))
    assert await refused(pool) == "draft_has_mistakes"
    await say(pool, builders.save(draft_id, typed=NEWER, choices=Choices(tag="観光")))
    await say(pool, of(ChooseForDraft, draft_id, instance_type="group"))
    async with pool.acquire() as connection:
        [view], _ = await host_drafts.of_host(connection, "1", HOST.user_id, draft_id)
    assert view.typed == NEWER
    assert view.details
    assert (view.details.tag, view.details.instance_type) == ("観光", "group")


@pytest.mark.parametrize("kind", [ChooseForDraft, PostDraft, DropDraft])
async def test_a_draft_is_found_by_its_host_in_its_guild_alone(
    pool: Pool, kind: type[DraftCommand]
) -> None:
    draft_id = await saved(pool)
    for stranger in (MEMBER, builders.STAFF, in_guild(HOST, "2")):
        await say(pool, of(kind, draft_id, stranger))
        assert await refused(pool) == "not_found"
        await say(pool, builders.save(draft_id, stranger, reply_to=builders.reply_to()))
        assert await refused(pool) == "not_found"
        assert await listed(pool, stranger) == []
    assert await listed(pool) == [draft_id]


async def test_times_that_have_passed_are_refused_at_the_post(pool: Pool) -> None:
    late = await saved(pool, start_time=builders.soon(hours=-1))
    over = await saved(pool, start_time=builders.soon(hours=-3), end_time=builders.soon(hours=-1))
    for draft_id, code in ((late, "start_in_past"), (over, "end_in_past")):
        await say(pool, of(PostDraft, draft_id))
        assert await refused(pool) == code
    just = await saved(pool, start_time=builders.soon(minutes=-15))
    await say(pool, of(PostDraft, just))
    assert [name for name, _ in await drain(pool)] == ["InvitationDrafted"]


async def test_a_host_has_so_many_drafts_and_may_change_each_of_them(pool: Pool) -> None:
    own = handlers(Quotas(events=Limit("events", 20, DAY), open_events=10, drafts=2))
    drafts = [uuid4() for _ in range(3)]
    for draft_id in (*drafts, drafts[0]):
        said = builders.save(draft_id, reply_to=builders.reply_to())
        await handle_once(Envelope.first(said), own, pool)
    assert await refused(pool) == "limit_drafts"
    assert set(await listed(pool)) == set(drafts[:2])
    await handle_once(Envelope.first(of(PostDraft, drafts[0])), own, pool)
    assert [name for name, _ in await drain(pool)] == ["InvitationDrafted"]


async def test_a_draft_goes_a_week_after_its_last_change(pool: Pool) -> None:
    draft_id = await saved(pool, vrchat_profile=SEALED)
    clean = CleanInbox(actor=Actor(user_id="0", name="scheduler"))

    async def age(days: float) -> None:
        await pool.execute("UPDATE drafts SET updated_at = now() - $1 * interval '1 day'", days)
        await say(pool, clean)

    await age(6.9)
    assert await listed(pool) == [draft_id]
    await say(pool, of(ChooseForDraft, draft_id, tag="観光"))
    await say(pool, clean)
    assert await listed(pool) == [draft_id]
    await age(7.1)
    assert await listed(pool) == []


async def test_a_draft_is_exported_and_erased_with_its_host(pool: Pool) -> None:
    draft_id = await saved(pool, details=None)
    await say(pool, ExportMyData(actor=HOST, reply_to=builders.reply_to()))
    [(_, answer)] = await drain(pool)
    assert answer["export"]["drafts"] == []
    [own] = answer["export"]["open_drafts"]
    assert (own["request_id"], own["typed"]) == (str(draft_id), SEALED)

    posted = await saved(pool)
    await say(pool, of(PostDraft, posted))
    await drain(pool)
    await say(pool, EraseMyData(actor=HOST, reply_to=builders.reply_to("78")))
    answers = [body for name, body in await drain(pool) if name == "CommandRefused"]
    assert [each["command"] for each in answers] == ["invitations.PostDraft"]
    assert await pool.fetchval("SELECT count(*) FROM drafts") == 0


async def test_an_erased_host_cannot_be_published_after_all(pool: Pool) -> None:
    draft_id = await saved(pool)
    await say(pool, of(PostDraft, draft_id))
    await say(pool, EraseMyData(actor=HOST, reply_to=builders.reply_to("78")))
    await drain(pool)
    await say(pool, builders.publish(draft_id, INVITATION_ID))
    assert [name for name, _ in await drain(pool)] == ["AnnouncementOrphaned"]
