"""No text publishes an instance link; texts from before this rule stay readable."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from services.invitations.sql import invitations
from shared.database import Pool
from shared.messages.envelope import Command
from shared.messages.invitations.commands import (
    CancelInvitation,
    CloseOverdueInvitations,
    CompleteInvitation,
    JoinInvitation,
)
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from shared.messages.views import InvitationView
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER
from tests.services.invitations.telling import drain, published, say, stored

LINK = "https://vrch.at/ab12cd34"
TEXTS = {
    "event_name": f"集合 {LINK}",
    "world_name": LINK,
    "world_link": LINK,
    "description": f"こちらへ: {LINK}\n21:00 から",
}
OLD = """
UPDATE invitations
   SET event_name = $1, world_name = $2, world_link = $3, description = $4
"""


async def code(pool: Pool, command: Command) -> str:
    """Say what the service must refuse, as if the gateway had let it pass; give the code."""
    asked = command.model_copy(update={"reply_to": builders.reply_to()})
    assert await say(pool, asked) == "refused"
    [(name, answer)] = await drain(pool)
    assert name == "CommandRefused"
    assert "ab12cd34" not in str(answer)
    return str(answer["code"])


@pytest.mark.parametrize("field", TEXTS)
async def test_a_draft_that_bypasses_the_form_is_refused(pool: Pool, field: str) -> None:
    assert await code(pool, builders.draft(**{field: TEXTS[field]})) == "names_an_instance"
    assert await pool.fetchval("SELECT count(*) FROM drafts") == 0


@pytest.mark.parametrize("field", TEXTS)
async def test_an_edit_that_bypasses_the_form_is_refused(pool: Pool, field: str) -> None:
    await published(pool)
    before = await stored(pool)
    shown = await invitations.view(pool, INVITATION_ID)
    assert shown
    assert await code(pool, builders.edit(shown, **{field: TEXTS[field]})) == "names_an_instance"
    assert await stored(pool) == before


async def test_a_reason_that_bypasses_the_form_is_refused(pool: Pool) -> None:
    await published(pool)
    cancel = CancelInvitation(actor=HOST, invitation_id=INVITATION_ID, reason=f"移動: {LINK}")
    assert await code(pool, cancel) == "names_an_instance"
    assert (await stored(pool))["status"] == "recruiting"
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 0


async def test_an_event_from_before_the_rule_is_read_joined_edited_and_closed(
    pool: Pool, client: TestClient[web.Request, web.Application]
) -> None:
    await published(pool)
    await pool.execute(OLD, *TEXTS.values())

    answer = await client.get(f"/api/invitations/{INVITATION_ID}")
    shown = InvitationView.model_validate_json(await answer.text())
    assert {name: getattr(shown, name) for name in TEXTS} == TEXTS

    assert await say(pool, JoinInvitation(actor=MEMBER, invitation_id=INVITATION_ID)) == "done"
    assert await say(pool, builders.edit(shown, "schedule", max_participants=9)) == "done"
    await drain(pool)
    changed = builders.edit(shown, event_name="朝の会", description=TEXTS["description"])
    assert await code(pool, changed) == "names_an_instance", "the host is asked to take it out"
    mended = {"event_name": "朝の会", "world_name": "w", "description": "d"}
    assert await say(pool, builders.edit(shown, drops_world_link=True, **mended)) == "done"

    await pool.execute(OLD, *TEXTS.values())
    await pool.execute(
        "UPDATE invitations SET start_time = now() - INTERVAL '2 h', end_time = now()"
    )
    await drain(pool)
    assert await say(pool, CloseOverdueInvitations(actor=HOST)) == "done"
    [(name, event)] = await drain(pool)
    assert (name, event["invitation"]["world_link"]) == ("InvitationCompleted", LINK)


async def test_a_series_from_before_the_rule_goes_on_without_the_link(pool: Pool) -> None:
    await published(pool)
    repetition = Repetition(times=2)
    again = RepeatInvitation(actor=HOST, invitation_id=INVITATION_ID, repetition=repetition)
    assert await say(pool, again) == "done"
    await pool.execute(OLD, *TEXTS.values())
    await drain(pool)

    complete = CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID)
    assert await say(pool, complete) == "done"

    _, (name, drafted) = await drain(pool)
    assert name == "InvitationDrafted"
    assert {name: drafted["details"][name] for name in TEXTS} == {
        "event_name": "集合 …",
        "world_name": "…",
        "world_link": None,
        "description": "こちらへ: …\n21:00 から",
    }


async def test_names_that_nobody_can_see_are_replaced_where_they_are_read(pool: Pool) -> None:
    await published(pool)
    await pool.execute(OLD, "\u2800", "\u00ad\u202e", None, "右\u202eから\x0b左")
    shown = await invitations.view(pool, INVITATION_ID)
    assert shown
    assert (shown.event_name, shown.world_name, shown.description) == ("?", "?", "右から\n左")
    assert await say(pool, builders.edit(shown, event_name="見える会")) == "done"
