"""Whom an announcement mentions: a choice of the host among those that the guild allows."""

from uuid import UUID

import pytest

from shared.database import Pool
from shared.messages.invitations.commands import CompleteInvitation
from shared.messages.invitations.drafting import Choices, ChooseForDraft, PostDraft
from shared.messages.invitations.mentions import Mention
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from tests import builders
from tests.builders import HOST, INVITATION_ID
from tests.services.invitations.telling import drain, say
from tests.services.invitations.test_guilds import change
from tests.services.invitations.test_host_drafts import of, refused, saved


async def mention_of(pool: Pool, draft_id: UUID) -> str:
    found = await pool.fetchval("SELECT mention FROM drafts WHERE request_id = $1", draft_id)
    return str(found)


async def allow(pool: Pool, *role_ids: str, everyone: bool = False) -> None:
    await say(pool, change(mention_role_ids=role_ids, mentions_everyone=everyone))
    await drain(pool)


@pytest.mark.parametrize("mention", ["20", "everyone", "here"])
async def test_nothing_may_be_mentioned_until_the_guild_allows_it(
    pool: Pool, mention: Mention
) -> None:
    draft_id = await saved(pool, choices=Choices(mention=mention))
    await allow(pool, "21", everyone=mention == "20")
    assert await say(pool, of(PostDraft, draft_id)) == "refused"
    assert await refused(pool) == "mention_not_allowed"
    await allow(pool, "20", everyone=mention != "20")
    assert await say(pool, of(PostDraft, draft_id)) == "done"
    [(name, event)] = await drain(pool)
    assert (name, event["mention"]) == ("InvitationDrafted", mention)


async def test_a_draft_mentions_nobody_unless_its_host_chooses(pool: Pool) -> None:
    draft_id = await saved(pool)
    await say(pool, of(PostDraft, draft_id))
    [(_, event)] = await drain(pool)
    assert event["mention"] == "nobody"


async def test_a_choice_stays_until_another_one_takes_its_place(pool: Pool) -> None:
    draft_id = await saved(pool)
    choices: list[tuple[dict[str, str], str]] = [
        ({"mention": "20"}, "20"),
        ({"tag": "観光"}, "20"),
        ({"mention": "here"}, "here"),
        ({"mention": "nobody"}, "nobody"),
    ]
    for choice, expected in choices:
        assert await say(pool, of(ChooseForDraft, draft_id, **choice)) == "done"
        assert await mention_of(pool, draft_id) == expected
    again = builders.save(draft_id, choices=Choices(mention="20"))
    assert await say(pool, again) == "done"
    assert await mention_of(pool, draft_id) == "20"


async def test_the_next_event_of_a_series_mentions_nobody(pool: Pool) -> None:
    """The host chose the mention of one post."""
    await allow(pool, "20")
    draft_id = await saved(pool, choices=Choices(mention="20"))
    await say(pool, of(PostDraft, draft_id))
    await say(pool, builders.publish(draft_id))
    repeat = RepeatInvitation(
        actor=HOST, invitation_id=INVITATION_ID, repetition=Repetition(times=2)
    )
    assert await say(pool, repeat) == "done"
    await drain(pool)
    assert await say(pool, CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID)) == "done"
    [drafted] = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    assert drafted["mention"] == "nobody"
