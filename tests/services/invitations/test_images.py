"""The picture of an event: stored in parts, shown once it is whole, gone when nothing names it."""

import base64
import random
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from shared.database import Pool
from shared.messages.envelope import MOST_MESSAGE_BYTES, Actor, Envelope
from shared.messages.invitations.commands import CleanInbox, CompleteInvitation
from shared.messages.invitations.drafting import DropDraft, PostDraft
from shared.messages.invitations.images import (
    MOST_IMAGE_BYTES,
    MOST_PARTS,
    PART_BYTES,
    ChooseDraftImage,
    ChooseImage,
    DiscardImage,
    OfferedImage,
    SaveImagePart,
)
from shared.messages.invitations.mine import EraseMyData
from shared.messages.invitations.repetition import RepeatInvitation, Repetition
from tests import builders
from tests.builders import HOST, INVITATION_ID, MEMBER, STAFF, in_guild
from tests.services.invitations.conftest import GATEWAY
from tests.services.invitations.telling import drain, published, say, stored
from tests.services.invitations.test_host_drafts import of, saved

Client = TestClient[web.Request, web.Application]
CONTENT = random.Random(1).randbytes(2 * PART_BYTES + 7)  # noqa: S311 - no secret
SCHEDULER = Actor(user_id="0", name="scheduler")


def offered(content: bytes = CONTENT) -> OfferedImage:
    url = "https://cdn.discordapp.com/ephemeral-attachments/1/2/flyer.png?ex=1"
    return OfferedImage(id=uuid4(), kind="png", url=url, size=len(content))


def parts(
    image: OfferedImage, content: bytes = CONTENT, actor: Actor = HOST
) -> list[SaveImagePart]:
    return [
        SaveImagePart(
            actor=actor,
            guild_id=actor.guild_id or "",
            name=image.name,
            part=number,
            content=base64.b64encode(content[first : first + PART_BYTES]).decode(),
        )
        for number, first in enumerate(range(0, len(content), PART_BYTES))
    ]


def for_event(image: OfferedImage | None, actor: Actor = HOST) -> ChooseImage:
    return ChooseImage(
        actor=actor, invitation_id=INVITATION_ID, image=image, reply_to=builders.reply_to()
    )


async def on_draft(pool: Pool, image: OfferedImage) -> UUID:
    """Give a new draft a picture, part by part."""
    draft_id = await saved(pool)
    assert await say(pool, of(ChooseDraftImage, draft_id, image=image)) == "done"
    for part in parts(image):
        assert await say(pool, part) == "done"
    return draft_id


async def read(client: Client, name: str, guild_id: str = "1") -> tuple[int, bytes]:
    answer = await client.get(f"/api/guilds/{guild_id}/images/{name}")
    return answer.status, await answer.read()


def names(messages: list[tuple[str, dict[str, Any]]]) -> list[str]:
    return [name for name, _ in messages]


async def test_a_picture_is_shown_once_all_its_parts_are_there_in_any_order(
    pool: Pool, client: Client
) -> None:
    image, draft_id = offered(), await saved(pool)
    assert await say(pool, of(ChooseDraftImage, draft_id, image=image)) == "done"
    [(name, event)] = await drain(pool)
    assert (name, event["image"]["size"], event["guild_id"]) == ("ImageOffered", len(CONTENT), "1")
    last, middle, first = reversed(parts(image))
    for part in (last, first, first):
        await say(pool, part)
    assert await drain(pool) == []
    assert (await read(client, image.name))[0] == 404, "half a picture"
    await say(pool, middle)
    [(name, answer)] = await drain(pool)
    assert (name, answer["command"]) == ("CommandAccepted", "invitations.ChooseDraftImage")
    assert await read(client, image.name) == (200, CONTENT)
    listed = await client.get(f"/api/guilds/1/hosts/{HOST.user_id}/drafts")
    [draft] = (await listed.json())["drafts"]
    assert (draft["image"], draft["image_url"]) == (image.name, image.url)


async def test_the_announcement_and_the_event_take_the_picture_over(
    pool: Pool, client: Client
) -> None:
    image = offered()
    draft_id = await on_draft(pool, image)
    await drain(pool)
    await say(pool, of(PostDraft, draft_id))
    [(_, drafted)] = await drain(pool)
    assert drafted["image"] == image.name
    await say(pool, builders.publish(draft_id))
    view = await (await client.get(f"/api/invitations/{INVITATION_ID}")).json()
    assert view["image"] == image.name
    assert await read(client, image.name) == (200, CONTENT)


async def test_host_and_staff_change_the_picture_of_an_event_and_take_it_away(
    pool: Pool, client: Client
) -> None:
    await published(pool)
    for actor in (HOST, STAFF):
        image = offered()
        assert await say(pool, for_event(image, actor)) == "done"
        assert names(await drain(pool)) == ["ImageOffered"]
        for part in parts(image, actor=actor):
            await say(pool, part)
        assert names(await drain(pool)) == ["ImageChanged", "CommandAccepted"]
        assert (await stored(pool))["image"] == image.name
    assert await say(pool, for_event(None)) == "done"
    (_, changed), (_, answer) = await drain(pool)
    assert (changed["invitation"]["version"], answer["details"]) == (4, {"choice": "removed"})
    assert (await stored(pool))["image"] is None
    assert (await read(client, image.name))[0] == 404
    logged = await pool.fetch("SELECT action FROM audit_log")
    assert [row["action"] for row in logged] == ["invitations.ChooseImage"] * 3


async def test_others_can_choose_none_and_another_guild_reads_none(
    pool: Pool, client: Client
) -> None:
    image = offered()
    draft_id = await on_draft(pool, image)
    await published(pool)
    assert await say(pool, for_event(offered(), MEMBER)) == "refused"
    assert await say(pool, for_event(offered(), in_guild(STAFF, "2"))) == "refused"
    assert await say(pool, of(ChooseDraftImage, draft_id, MEMBER, image=offered())) == "refused"
    foreign = parts(image, actor=in_guild(HOST, "2"))[0]
    other = offered()
    await say(pool, of(ChooseDraftImage, draft_id, image=other))
    for guild_id, handled in (("1", "refused"), ("2", "done")):
        wrong = {"name": other.name, "guild_id": guild_id}
        assert await say(pool, foreign.model_copy(update=wrong)) == handled
    assert await pool.fetchval("SELECT count(*) FROM image_parts WHERE name = $1", other.name) == 0
    assert (await read(client, image.name, "2"))[0] == 404
    without = await client.get(f"/api/guilds/1/images/{image.name}", headers={"Authorization": ""})
    assert without.status == 401
    assert GATEWAY


async def test_a_later_picture_takes_the_place_of_one_that_is_still_fetched(pool: Pool) -> None:
    draft_id, first, second = await saved(pool), offered(), offered()
    await say(pool, of(ChooseDraftImage, draft_id, image=first))
    await drain(pool)
    await say(pool, of(ChooseDraftImage, draft_id, image=second))
    (name, refused), _ = await drain(pool)
    assert (name, refused["code"]) == ("CommandRefused", "image_replaced")
    for part in [*parts(first), *parts(second)]:
        await say(pool, part)
    assert await pool.fetchval("SELECT image FROM drafts") == second.name
    assert await pool.fetchval("SELECT count(*) FROM images") == 1


async def test_what_cannot_be_fetched_is_answered_with_the_reason(pool: Pool) -> None:
    draft_id, image = await saved(pool), offered()
    await say(pool, of(ChooseDraftImage, draft_id, image=image))
    await drain(pool)
    await say(pool, DiscardImage(actor=HOST, guild_id="1", name=image.name, code="image_gone"))
    [(name, refused)] = await drain(pool)
    assert (name, refused["code"]) == ("CommandRefused", "image_gone")
    assert await pool.fetchval("SELECT count(*) FROM images") == 0


async def test_a_picture_that_comes_after_its_draft_was_posted_is_refused(pool: Pool) -> None:
    draft_id, image = await saved(pool), offered()
    await say(pool, of(ChooseDraftImage, draft_id, image=image))
    await say(pool, of(PostDraft, draft_id))
    await drain(pool)
    await say(pool, parts(image)[0])
    [(name, refused)] = await drain(pool)
    assert (name, refused["code"]) == ("CommandRefused", "draft_posted")


async def test_the_next_event_of_a_series_has_the_picture_and_the_last_leaves_none(
    pool: Pool, client: Client
) -> None:
    image = offered()
    draft_id = await on_draft(pool, image)
    await say(pool, of(PostDraft, draft_id))
    await say(pool, builders.publish(draft_id))
    repetition = Repetition(times=1)
    repeat = RepeatInvitation(actor=HOST, invitation_id=INVITATION_ID, repetition=repetition)
    await say(pool, repeat)
    await drain(pool)
    await say(pool, CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID))
    [drafted] = [body for name, body in await drain(pool) if name == "InvitationDrafted"]
    assert drafted["image"] == image.name
    await pool.execute("UPDATE images SET created_at = now() - INTERVAL '2 days'")
    await say(pool, CleanInbox(actor=SCHEDULER))
    assert await read(client, image.name) == (200, CONTENT)
    await pool.execute("DELETE FROM drafts")
    await say(pool, CleanInbox(actor=SCHEDULER))
    assert await pool.fetchval("SELECT count(*) FROM image_parts") == 0


async def test_a_dropped_or_erased_draft_leaves_no_picture(pool: Pool) -> None:
    dropped = await on_draft(pool, offered())
    await say(pool, of(DropDraft, dropped))
    await pool.execute("UPDATE images SET created_at = now() - INTERVAL '2 days'")
    await say(pool, CleanInbox(actor=SCHEDULER))
    assert await pool.fetchval("SELECT count(*) FROM images") == 0
    await on_draft(pool, offered())
    erase = EraseMyData(actor=HOST, reply_to=builders.reply_to("78"))
    assert await say(pool, erase) == "done"
    assert await pool.fetchval("SELECT count(*) FROM image_parts") == 0


async def test_of_a_picture_that_erased_staff_chose_no_part_is_kept_that_comes_later(
    pool: Pool,
) -> None:
    """It is for another host's event, which the erasure leaves as it is."""
    await published(pool)
    image = offered()
    await say(pool, for_event(image, STAFF))
    first, *others = parts(image, actor=STAFF)
    await say(pool, first)
    await say(pool, EraseMyData(actor=STAFF, reply_to=builders.reply_to("78")))
    await drain(pool)
    for part in others:
        await say(pool, part)
    assert await pool.fetchval("SELECT count(*) FROM images") == 0
    [(_, refusal)] = await drain(pool)
    assert refusal["code"] == "erased_since"
    assert (await stored(pool))["image"] is None


def test_the_largest_part_fits_into_a_message() -> None:
    content = bytes(MOST_IMAGE_BYTES)
    image = offered(content)
    commands = parts(image, content)
    assert len(commands) == MOST_PARTS
    sizes = [len(Envelope.first(command).to_json()) for command in commands]
    assert max(sizes) < MOST_MESSAGE_BYTES
    with pytest.raises(ValueError, match="size"):
        offered(bytes(MOST_IMAGE_BYTES + 1))
