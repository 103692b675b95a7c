"""The tags of a guild: what hosts can choose, and what events keep."""

from uuid import uuid4

from services.invitations.sql import invitations
from shared.database import Pool
from shared.messages.envelope import Command
from shared.messages.invitations.drafting import ChooseForDraft
from shared.messages.invitations.guilds import ChangeGuildSettings, GuildChanges
from tests import builders
from tests.services.invitations.telling import drain, published, say
from tests.services.invitations.test_guilds import MANAGER


async def offer(pool: Pool, *tags: str) -> None:
    await said(
        pool,
        ChangeGuildSettings(
            actor=MANAGER,
            reply_to=builders.reply_to(),
            guild_id="1",
            changes=GuildChanges(tags=tags),
        ),
    )


async def said(pool: Pool, command: Command) -> str:
    """Give the code of a refusal, or `accepted`."""
    await say(pool, command)
    answers = dict(await drain(pool))
    return str(answers.get("CommandRefused", {}).get("code", "accepted"))


async def test_an_event_keeps_a_tag_that_its_guild_drops_and_can_change_to_no_other_such(
    pool: Pool,
) -> None:
    await offer(pool, "ダンス", "酒場")
    await published(pool, tag="ダンス")
    await offer(pool, "酒場", "朝会")
    shown = await invitations.details(pool, builders.INVITATION_ID)  # type: ignore[arg-type]

    async def edited(**changes: object) -> str:
        command = builders.edit(shown, "settings", reply_to=builders.reply_to(), **changes)
        return await said(pool, command)

    assert await edited(tag="観光") == "tag_not_offered"
    assert await edited(reminder_minutes=30) == "accepted"
    shown = shown.model_copy(update={"reminder_minutes": 30})
    assert await edited(tag="朝会") == "accepted"


async def test_a_host_chooses_for_a_draft_what_the_guild_offers(pool: Pool) -> None:
    draft_id = uuid4()
    assert await said(pool, builders.save(draft_id)) == "accepted"

    async def chosen(tag: str) -> str:
        choice = {"request_id": draft_id, "guild_id": "1", "tag": tag}
        return await said(
            pool, ChooseForDraft(actor=builders.HOST, reply_to=builders.reply_to(), **choice)
        )

    assert await chosen("ダンス") == "tag_not_offered"
    await offer(pool, "ダンス")
    assert await chosen("ダンス") == "accepted"
    await offer(pool, "酒場")
    assert await chosen("ダンス") == "accepted", "it is the draft's own"
    assert await chosen("観光") == "tag_not_offered"
