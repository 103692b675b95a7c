from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from shared.database import Pool
from shared.messages.invitations.commands import DiscardDraft
from shared.messages.invitations.details import Details
from tests import builders
from tests.builders import HOST, INVITATION_ID
from tests.services.invitations.telling import drain, published, say, stored


async def test_a_draft_waits_for_its_announcement(pool: Pool) -> None:
    await say(pool, builders.draft(reply_to=builders.reply_to()))

    [(name, event)] = await drain(pool)
    assert (name, event["details"]["event_name"]) == ("InvitationDrafted", "夜の同期会")
    assert await pool.fetchval("SELECT count(*) FROM invitations") == 0


async def test_publishing_makes_the_invitation_and_answers_its_host(pool: Pool) -> None:
    request_id = uuid4()
    answer_to = builders.reply_to()
    await say(pool, builders.draft(request_id, reply_to=answer_to, vrchat_profile=builders.SEALED))
    await drain(pool)

    await say(pool, builders.publish(request_id))

    (event_name, event), (answer_name, answer) = await drain(pool)
    assert (event_name, answer_name) == ("InvitationPublished", "CommandAccepted")
    assert (event["invitation"]["id"], event["invitation"]["version"]) == (INVITATION_ID, 1)
    assert answer["command"] == "invitations.DraftInvitation"
    assert answer["reply_to"]["interaction_id"] == answer_to.interaction_id
    row = await stored(pool)
    assert (row["request_id"], row["vrchat_profile"]) == (request_id, builders.SEALED)
    assert await pool.fetchval("SELECT vrchat_profile FROM drafts") is None


async def test_every_field_of_the_form_arrives(pool: Pool) -> None:
    asked = builders.details(co_host_ids=["7"], more_reminders=[{"minutes": 5, "text": "もうすぐ"}])
    await published(pool, **asked.model_dump())
    row = await stored(pool)
    assert Details(**dict(row)) == asked


async def test_a_second_announcement_of_one_draft_is_an_orphan(pool: Pool) -> None:
    request_id = uuid4()
    await say(pool, builders.draft(request_id))
    await say(pool, builders.publish(request_id))
    await drain(pool)

    await say(pool, builders.publish(request_id))  # the same, under another message id
    assert await drain(pool) == []
    await say(pool, builders.publish(request_id, invitation_id="1002"))
    [(name, event)] = await drain(pool)
    assert (name, event["message_id"]) == ("AnnouncementOrphaned", "1002")


async def test_a_discarded_draft_is_gone_and_its_host_gets_the_reason(pool: Pool) -> None:
    request_id = uuid4()
    await say(pool, builders.draft(request_id, reply_to=builders.reply_to()))
    await drain(pool)

    await say(pool, DiscardDraft(actor=HOST, request_id=request_id, code="cannot_post"))

    (event_name, _), (answer_name, answer) = await drain(pool)
    assert (event_name, answer_name) == ("DraftDiscarded", "CommandRefused")
    assert answer["code"] == "cannot_post"
    await say(pool, builders.publish(request_id))
    assert [name for name, _ in await drain(pool)] == ["AnnouncementOrphaned"]


async def test_an_unknown_draft_is_an_orphan_too(pool: Pool) -> None:
    await say(pool, builders.publish(UUID(int=1)))
    assert [name for name, _ in await drain(pool)] == ["AnnouncementOrphaned"]


async def test_an_event_at_the_end_of_the_calendar_is_refused(pool: Pool) -> None:
    """No time after it can be computed: suggestions and repetitions failed for everybody."""
    end = datetime(9999, 12, 31, 23, tzinfo=UTC)
    far = builders.draft(
        reply_to=builders.reply_to(), start_time=end - timedelta(hours=2), end_time=end
    )
    assert await say(pool, far) == "refused"
    [(name, body)] = await drain(pool)
    assert (name, body["code"]) == ("CommandRefused", "too_far_ahead")
