"""Rule: a key can be replaced while members read and change sealed texts."""

from typing import Any

from services.gateway.security.key_rotation import GATEWAY
from services.invitations.sql import sealed_texts
from shared.database import Pool
from shared.messages.invitations.commands import FindOutdatedSeals, ReplaceSeals, SetInstanceLink
from shared.messages.seals import ResealedText, SealPlace
from tests import builders
from tests.services.invitations.telling import drain, published, say, stored

OLD, NEW, NEWER = (f"v1.{key}.{'A' * 40}" for key in ("k1", "k2", "k3"))


async def outdated(pool: Pool) -> list[dict[str, Any]]:
    """Ask for what `k2` has not sealed; return the texts of the one batch."""
    await say(pool, FindOutdatedSeals(actor=GATEWAY, key_id="k2"))
    [(name, body)] = await drain(pool)
    assert name == "SealsOutdated"
    texts: list[dict[str, Any]] = body["texts"]
    return texts


def replacement(text: dict[str, Any]) -> ReplaceSeals:
    return ReplaceSeals(
        actor=GATEWAY,
        key_id="k2",
        texts=[
            ResealedText(
                row=text["row"], column=text["column"], outdated=text["sealed"], sealed=NEW
            )
        ],
        after=SealPlace(row=text["row"], column=text["column"]),
    )


async def test_drafts_and_open_invitations_are_sealed_again_and_counted(pool: Pool) -> None:
    await published(pool, vrchat_profile=OLD)
    await say(pool, builders.draft(vrchat_profile=OLD))
    await say(pool, builders.save(vrchat_profile=OLD, typed=OLD, typed_description=OLD))
    await drain(pool)
    assert await sealed_texts.count_by_key(pool) == {"k1": 5}
    texts = await outdated(pool)
    assert len(texts) == 5
    for number, text in enumerate(texts, 1):
        await say(pool, replacement(text))
        rest = [body["texts"] for _, body in await drain(pool)]
        assert rest == ([texts[number:]] if texts[number:] else [])
    assert await sealed_texts.count_by_key(pool) == {"k2": 5}


async def test_the_secret_of_a_calendar_is_sealed_again_too(pool: Pool) -> None:
    await pool.execute(
        "INSERT INTO calendars (owner_kind, owner_id, token, token_sha256)"
        " VALUES ('member', '42', $1, sha256('x')), ('guild', '42', $2, sha256('y'))",
        OLD,
        NEWER,
    )
    texts = {text["column"]: text for text in await outdated(pool)}
    assert set(texts) == {"calendar_member", "calendar_guild"}
    await say(pool, replacement(texts["calendar_member"]))
    await drain(pool)
    assert await sealed_texts.count_by_key(pool) == {"k2": 1, "k3": 1}


async def test_a_link_that_changed_meanwhile_is_not_overwritten(pool: Pool) -> None:
    await published(pool)
    link = SetInstanceLink(
        actor=builders.HOST, invitation_id=builders.INVITATION_ID, instance_link=OLD
    )
    await say(pool, link)
    await drain(pool)
    [text] = await outdated(pool)
    await say(pool, link.model_copy(update={"instance_link": NEWER}))
    await say(pool, replacement(text))
    assert (await stored(pool))["instance_link"] == NEWER


async def test_a_question_after_the_last_place_gets_no_answer(pool: Pool) -> None:
    """So a text that no key opens does not come again without end."""
    await published(pool, vrchat_profile=OLD)
    [text] = await outdated(pool)
    after = SealPlace(row=text["row"], column=text["column"])
    await say(pool, FindOutdatedSeals(actor=GATEWAY, key_id="k2", after=after))
    assert await drain(pool) == []
