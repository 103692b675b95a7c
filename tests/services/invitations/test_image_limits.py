"""A member fills neither the disk nor the audit log with pictures."""

from collections import Counter
from functools import partial

import pytest

from services.invitations.handlers import handlers
from services.invitations.quotas import Quotas
from shared.database import Pool
from shared.dispatch import handle_once
from shared.limits import DAY, Limit
from shared.messages.envelope import Actor, Envelope
from shared.messages.invitations.commands import CompleteInvitation
from shared.messages.invitations.drafting import DropDraft
from shared.messages.invitations.images import ChooseDraftImage
from shared.messages.invitations.mine import EraseMyData
from tests import builders
from tests.builders import HOST, INVITATION_ID, STAFF
from tests.services.invitations.telling import drain, published, say
from tests.services.invitations.test_host_drafts import of, saved
from tests.services.invitations.test_images import for_event, names, offered, on_draft, parts


async def test_a_picture_that_another_one_replaced_is_stored_no_longer(pool: Pool) -> None:
    """A member with one draft could fill the disk: 4 MB with each press, kept for a day."""
    draft_id = await on_draft(pool, offered())
    await published(pool)
    for command in (partial(of, ChooseDraftImage, draft_id), partial(for_event, actor=HOST)):
        for _ in range(2):
            image = offered()
            assert await say(pool, command(image=image)) == "done"
            for part in parts(image):
                assert await say(pool, part) == "done"
    assert await pool.fetchval("SELECT count(*) FROM images") == 2
    assert await say(pool, for_event(None)) == "done"
    assert await say(pool, of(ChooseDraftImage, draft_id, image=None)) == "done"
    assert await pool.fetchval("SELECT count(*) FROM image_parts") == 0


async def test_a_dropped_draft_takes_its_pictures_along(pool: Pool) -> None:
    """Else a host could upload, drop and begin again."""
    draft_id, late = await on_draft(pool, offered()), offered()
    await say(pool, of(ChooseDraftImage, draft_id, image=late))
    await say(pool, parts(late)[0])
    assert await say(pool, of(DropDraft, draft_id)) == "done"
    assert await pool.fetchval("SELECT count(*) FROM images") == 0
    assert await say(pool, parts(late)[1]) == "done"
    assert await pool.fetchval("SELECT count(*) FROM image_parts") == 0


@pytest.mark.parametrize("actor", [HOST, STAFF])
async def test_a_member_sends_few_pictures_a_day_and_staff_no_more(
    pool: Pool, actor: Actor
) -> None:
    own = handlers(Quotas(images=Limit("images", 3, DAY)))
    await published(pool)
    for number in range(6):
        pressed = for_event(offered(), actor).model_copy(
            update={"reply_to": builders.reply_to(str(number))}
        )
        await handle_once(Envelope.first(pressed), own, pool)
    found = await drain(pool)
    assert names(found).count("ImageOffered") == 3
    codes = Counter(body["code"] for name, body in found if name == "CommandRefused")
    assert codes == {"image_replaced": 2, "limit_images": 3}
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 3
    await handle_once(Envelope.first(for_event(None, actor)), own, pool)
    assert "CommandAccepted" in names(await drain(pool)), "to take one away is free"


async def test_pictures_of_drafts_and_events_share_one_count(pool: Pool) -> None:
    own = handlers(Quotas(images=Limit("images", 1, DAY)))
    draft_id = await saved(pool)
    await published(pool)
    for command in (of(ChooseDraftImage, draft_id, image=offered()), for_event(offered())):
        await handle_once(Envelope.first(command), own, pool)
    assert [body["code"] for name, body in await drain(pool) if name == "CommandRefused"] == [
        "limit_images"
    ]


async def test_choosing_pictures_counts_as_changing_an_event(pool: Pool) -> None:
    """Each leaves an entry in the audit log, which is kept for good."""
    own = handlers(Quotas(changes=Limit("changes", 2, DAY)))
    await published(pool)
    for _ in range(5):
        await handle_once(Envelope.first(for_event(None)), own, pool)
    assert await pool.fetchval("SELECT count(*) FROM audit_log") == 2


async def test_an_erasure_deletes_the_pictures_of_events_that_are_over(pool: Pool) -> None:
    """Those of drafts went at once, and these a day or two later."""
    await published(pool)
    image = offered()
    await say(pool, for_event(image))
    for part in parts(image):
        await say(pool, part)
    await say(pool, CompleteInvitation(actor=HOST, invitation_id=INVITATION_ID))
    assert await pool.fetchval("SELECT count(*) FROM images") == 1
    erase = EraseMyData(actor=HOST, reply_to=builders.reply_to("78"))
    assert await say(pool, erase) == "done"
    assert await pool.fetchval("SELECT count(*) FROM image_parts") == 0
