"""Templates in the service: who may save, see and delete them, how many, and what they keep."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.invitations.sql import templates
from shared.database import Pool
from shared.messages.envelope import Actor
from shared.messages.invitations.drafting import Choices, ChooseForDraft, PostDraft
from shared.messages.invitations.mine import EraseMyData, ExportMyData
from shared.messages.invitations.templates import (
    MOST_OF_GUILD,
    MOST_OWN,
    DeleteTemplate,
    TemplateView,
)
from tests import builders
from tests.builders import HOST, MEMBER, SEALED, STAFF, in_guild
from tests.services.invitations.telling import drain, say
from tests.services.invitations.test_erasing_races import until_waiting


async def saved_draft(pool: Pool, actor: Actor = HOST, **changes: object) -> UUID:
    draft_id = uuid4()
    await say(pool, builders.save(draft_id, actor, **changes))
    await drain(pool)
    return draft_id


async def keep(pool: Pool, draft_id: UUID, actor: Actor = HOST, **changes: object) -> str:
    """Save a template; return the choice or the code of the answer."""
    reply_to = builders.reply_to()
    await say(pool, builders.save_template(draft_id, actor, reply_to=reply_to, **changes))
    return await answered(pool)


async def delete(pool: Pool, template_id: UUID, actor: Actor = HOST) -> str:
    command = DeleteTemplate(
        actor=actor,
        template_id=template_id,
        guild_id=actor.guild_id or "1",
        reply_to=builders.reply_to(),
    )
    await say(pool, command)
    return await answered(pool)


async def answered(pool: Pool) -> str:
    [(_, body)] = await drain(pool)
    return str(body.get("code") or body["details"]["choice"])


async def seen_by(pool: Pool, actor: Actor) -> list[TemplateView]:
    assert actor.guild_id
    async with pool.acquire() as connection:
        return await templates.of_host(connection, actor.guild_id, actor.user_id)


async def names_for(pool: Pool, actor: Actor) -> list[str]:
    return [each.name for each in await seen_by(pool, actor)]


async def test_a_template_keeps_everything_of_a_draft_but_its_secrets(pool: Pool) -> None:
    said = builders.details(
        opening_time=builders.soon(hours=-5), cutoff_time=builders.soon(minutes=30), tag="観光"
    )
    choices = Choices(
        tag="観光", instance_type=said.instance_type, reminder_minutes=60, mention="7001"
    )
    draft_id = await saved_draft(pool, details=said, choices=choices, vrchat_profile=SEALED)
    assert await keep(pool, draft_id, name="毎週の観光") == "saved"
    [kept] = await seen_by(pool, HOST)
    assert (kept.name, kept.is_of_guild, kept.mention) == ("毎週の観光", False, "7001")
    assert kept.details == said.model_copy(update={"reminder_minutes": 60})
    row = await pool.fetchrow("SELECT templates::text FROM templates")
    assert SEALED not in str(row)


async def test_a_template_of_the_same_name_is_replaced(pool: Pool) -> None:
    first = await saved_draft(pool, event_name="一回目")
    second = await saved_draft(pool, event_name="二回目")
    assert await keep(pool, first) == "saved"
    assert await keep(pool, first, name="ほかの会") == "saved"
    assert await keep(pool, second) == "replaced"
    kept = {each.name: each.details.event_name for each in await seen_by(pool, HOST)}
    assert kept == {"いつもの会": "二回目", "ほかの会": "一回目"}


async def test_only_a_host_sees_their_own_and_everybody_those_of_the_guild(pool: Pool) -> None:
    await keep(pool, await saved_draft(pool), name="自分の会")
    of_staff = await saved_draft(pool, STAFF)
    assert await keep(pool, of_staff, STAFF, name="みんなの会", is_of_guild=True) == "saved"
    assert await keep(pool, of_staff, STAFF, name="スタッフの会") == "saved"
    assert await names_for(pool, HOST) == ["自分の会", "みんなの会"]
    assert await names_for(pool, STAFF) == ["スタッフの会", "みんなの会"]
    assert await names_for(pool, MEMBER) == ["みんなの会"]
    assert await names_for(pool, in_guild(HOST, "2")) == []
    assert await names_for(pool, in_guild(STAFF, "2")) == []


async def test_only_staff_save_and_delete_those_of_the_guild(pool: Pool) -> None:
    draft_id = await saved_draft(pool)
    assert await keep(pool, draft_id, is_of_guild=True) == "not_staff"
    of_staff = await saved_draft(pool, STAFF)
    await keep(pool, of_staff, STAFF, is_of_guild=True)
    [shared] = await seen_by(pool, HOST)
    assert await delete(pool, shared.template_id) == "not_staff"
    assert await seen_by(pool, HOST) == [shared]
    assert await delete(pool, shared.template_id, STAFF) == "deleted"
    assert await seen_by(pool, HOST) == []


async def test_nobody_deletes_a_template_of_another_host(pool: Pool) -> None:
    await keep(pool, await saved_draft(pool))
    [own] = await seen_by(pool, HOST)
    for stranger in (MEMBER, STAFF, in_guild(HOST, "2")):
        assert await delete(pool, own.template_id, stranger) == "not_found"
    assert await delete(pool, own.template_id) == "deleted"
    assert await delete(pool, own.template_id) == "not_found"


@pytest.mark.parametrize("stranger", [MEMBER, STAFF, in_guild(HOST, "2")])
async def test_nobody_keeps_the_draft_of_another_host(pool: Pool, stranger: Actor) -> None:
    draft_id = await saved_draft(pool)
    assert await keep(pool, draft_id, stranger) == "not_found"
    assert await seen_by(pool, stranger) == []


async def test_a_draft_with_mistakes_or_a_posted_one_is_no_template(pool: Pool) -> None:
    assert await keep(pool, await saved_draft(pool, details=None)) == "draft_has_mistakes"
    draft_id = await saved_draft(pool)
    link = "https://vrchat.com/home/launch?worldId=wrld_1&instanceId=1~private(usr_1)"
    assert await keep(pool, draft_id, name=link) == "names_an_instance"
    post = PostDraft(actor=HOST, request_id=draft_id, guild_id="1", channel_id="2")
    await say(pool, post)
    await drain(pool)
    assert await keep(pool, draft_id) == "draft_posted"
    assert await seen_by(pool, HOST) == []


@pytest.mark.parametrize(
    ("actor", "most", "code"),
    [
        (HOST, MOST_OWN, "limit_own_templates"),
        (STAFF, MOST_OF_GUILD, "limit_guild_templates"),
    ],
)
async def test_one_template_too_many_is_refused_and_changes_nothing(
    pool: Pool, actor: Actor, most: int, code: str
) -> None:
    is_of_guild = actor is STAFF
    draft_id = await saved_draft(pool, actor)
    for number in range(most):
        name = f"会{number:02}"
        assert await keep(pool, draft_id, actor, name=name, is_of_guild=is_of_guild) == "saved"
    before = await seen_by(pool, actor)
    assert len(before) == most
    assert await keep(pool, draft_id, actor, name="多い会", is_of_guild=is_of_guild) == code
    assert await seen_by(pool, actor) == before
    # A replaced one is none too many, and neither is one of the other kind or in another guild.
    again = await keep(pool, draft_id, actor, name="会00", is_of_guild=is_of_guild)
    assert again == "replaced"
    if is_of_guild:
        assert await keep(pool, draft_id, actor, name="自分の会") == "saved"
    elsewhere = in_guild(actor, "2")
    other = await saved_draft(pool, elsewhere)
    assert await keep(pool, other, elsewhere, is_of_guild=is_of_guild) == "saved"


async def test_the_audit_log_names_what_staff_did_for_the_guild_and_nothing_else(
    pool: Pool,
) -> None:
    own = await saved_draft(pool)
    await keep(pool, own, name="自分の会")
    [template] = await seen_by(pool, HOST)
    await delete(pool, template.template_id)
    of_staff = await saved_draft(pool, STAFF)
    await keep(pool, of_staff, STAFF, name="みんなの会", is_of_guild=True)
    [shared] = await seen_by(pool, HOST)
    await delete(pool, shared.template_id, STAFF)
    rows = await pool.fetch(
        "SELECT action, actor_id, guild_id, details::jsonb ->> 'template' AS name"
        "  FROM audit_log ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        ("invitations.SaveTemplate", STAFF.user_id, "1", "みんなの会"),
        ("invitations.DeleteTemplate", STAFF.user_id, "1", "みんなの会"),
    ]


async def test_a_template_is_exported_and_erased_with_its_host(pool: Pool) -> None:
    await keep(pool, await saved_draft(pool), name="自分の会")
    of_staff = await saved_draft(pool, STAFF)
    await keep(pool, of_staff, STAFF, name="みんなの会", is_of_guild=True)
    await keep(pool, of_staff, STAFF, name="スタッフの会")

    await say(pool, ExportMyData(actor=HOST, reply_to=builders.reply_to()))
    [(_, answer)] = await drain(pool)
    [own] = answer["export"]["templates"]
    assert (own["name"], own["guild_id"]) == ("自分の会", "1")
    assert own["description"] == builders.details().description

    for actor in (HOST, STAFF):
        await say(pool, EraseMyData(actor=actor, reply_to=builders.reply_to("78")))
    await drain(pool)
    left = await pool.fetch("SELECT host_id, name FROM templates")
    assert [tuple(row) for row in left] == [(None, "みんなの会")]


async def test_a_later_change_of_the_draft_changes_no_template(pool: Pool) -> None:
    draft_id = await saved_draft(pool)
    await keep(pool, draft_id)
    before = await seen_by(pool, HOST)
    later = builders.details().start_time + timedelta(hours=1)
    await say(pool, builders.save(draft_id, start_time=later, end_time=later + timedelta(hours=1)))
    choose = ChooseForDraft(actor=HOST, request_id=draft_id, guild_id="1", tag="ゲーム")
    await say(pool, choose)
    await drain(pool)
    assert await seen_by(pool, HOST) == before


async def test_staff_at_the_same_moment_save_no_template_too_many(pool: Pool) -> None:
    """The first has done all but its last statement, and the second cannot see it yet."""
    other = STAFF.model_copy(update={"user_id": "9102"})
    first, second = await saved_draft(pool, STAFF), await saved_draft(pool, other)
    for number in range(MOST_OF_GUILD - 1):
        await keep(pool, first, STAFF, name=f"会{number}", is_of_guild=True)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE")
        saving = []
        for draft_id, actor in ((first, STAFF), (second, other)):
            own = {"name": f"{actor.user_id}の会", "is_of_guild": True}
            command = builders.save_template(
                draft_id, actor, reply_to=builders.reply_to(actor.user_id), **own
            )
            saving.append(asyncio.create_task(say(pool, command)))
            await until_waiting(pool, len(saving))
    assert await asyncio.gather(*saving) == ["done", "refused"]
    assert len(await seen_by(pool, HOST)) == MOST_OF_GUILD
