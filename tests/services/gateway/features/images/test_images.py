"""A picture of an event: uploaded on the draft or later, and kept by every edit and repost."""

import zlib
from typing import Any
from uuid import uuid4

import pytest

from playground import demo
from playground.refusals import Payload
from services.gateway.clients.invitations_api import InvitationsApi
from services.gateway.features.images.fetching import ImageFetcher, UnusableImageError, kind_of
from shared.messages.invitations.images import MOST_IMAGE_BYTES, PART_BYTES, OfferedImage
from tests.keys import publisher
from tests.services.gateway.features.create.test_drafts import posted, press
from tests.services.gateway.features.reconcile.repairs import delete, posted_again
from tests.stage import Stage, changed


def png(size: int = 300) -> bytes:
    """Return a file of this size that begins as a PNG does, and cannot be compressed to nothing."""
    noise = b"".join(zlib.crc32(str(n).encode()).to_bytes(4, "big") for n in range(size // 4 + 1))
    return (b"\x89PNG\r\n\x1a\n" + noise)[:size]


def file(content: bytes, kind: str = "image/png", name: str = "flyer.png") -> dict[str, Any]:
    return {"image": [{"filename": name, "content": content, "content_type": kind}]}


async def upload(stage: Stage, card: Payload, chosen: dict[str, Any]) -> Payload:
    """Upload a picture on the card of a draft; give the card as it is then."""
    opened = await press(stage, card, "draft_image")
    await opened.modal(15)
    return await changed(await stage.discord.submit(opened, chosen), card)


async def edit(stage: Stage, invitation_id: str, chosen: dict[str, Any]) -> str:
    """Upload another picture of an event as its host; give the answer."""
    details = await stage.discord.click(invitation_id, f"detail:{invitation_id}", user=demo.SAKURA)
    shown = await details.answer(15)
    opened = await stage.discord.click(shown["id"], f"image:{invitation_id}", user=demo.SAKURA)
    await opened.modal(15)
    answer = await (await stage.discord.submit(opened, chosen)).answer(15)
    return str(answer["content"])


def attached(stage: Stage, message: Payload) -> list[bytes]:
    """Return the files of a message that its embed shows; a wrong address fails."""
    files = {each["filename"]: each["id"] for each in message["attachments"]}
    image = message["embeds"][0].get("image")
    if image is None:
        assert not files
        return []
    name = image["url"].removeprefix("attachment://")
    assert list(files) == [name]
    return [stage.discord.world.files[files[name]]]


async def shows_picture(stage: Stage, invitation_id: str, content: bytes | None) -> Payload:
    """Wait until an announcement has this picture, or none."""
    wanted = [] if content is None else [content]
    return await stage.discord.wait_for_message(
        lambda m: m["id"] == invitation_id and bool(m["components"]) and files(stage, m) == wanted,
        channel=demo.ANNOUNCEMENT_CHANNEL_ID,
        timeout_seconds=20,
    )


def files(stage: Stage, message: Payload) -> list[bytes]:
    return [stage.discord.world.files[each["id"]] for each in message["attachments"]]


async def test_a_picture_of_a_draft_is_posted_and_stays_through_edits_and_a_repost(
    stage: Stage,
) -> None:
    content = png(2 * PART_BYTES + 5)
    card = await stage.draft(event_name="写真のある会")
    card = await upload(stage, card, file(content))
    assert "画像: 登録済み" in card["content"]
    assert "/attachments/" in card["embeds"][0]["image"]["url"]

    invitation_id = await posted(stage, card)
    announced = await stage.shows(invitation_id, "🟢 募集中")
    assert attached(stage, announced) == [content]
    join = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await join.answer()
    edited = await stage.shows(invitation_id, "1 / 2")
    assert attached(stage, edited) == [content]
    assert edited["attachments"] == announced["attachments"], "an edit uploads nothing again"
    delete(stage, invitation_id)
    again = await posted_again(stage, invitation_id, "1 / 2", "募集中")
    assert attached(stage, again) == [content]


async def test_the_picture_of_an_event_is_changed_and_taken_away(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="あとから写真の会")
    first, second = png(5000), png(6000)
    for content in (first, second):
        assert "画像を入れました" in await edit(stage, invitation_id, file(content))
        attached(stage, await shows_picture(stage, invitation_id, content))
    assert "外しました" in await edit(stage, invitation_id, {})
    attached(stage, await shows_picture(stage, invitation_id, None))


async def test_an_announcement_that_may_have_no_file_still_shows_who_takes_part(
    stage: Stage,
) -> None:
    """Without Attach Files a picture that was chosen later kept every later edit away."""
    invitation_id = await stage.create(event_name="添付できない会")
    fault = stage.discord.faults.add(
        method="PATCH",
        where=lambda call: invitation_id in call.path and bool(call.files),
        answer=403,
        code=50013,
        times=None,
    )
    content = png(4000)
    await edit(stage, invitation_id, file(content))
    await fault.struck()
    join = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await join.answer()
    attached(stage, await stage.shows(invitation_id, "1 / 2"))
    stage.discord.faults.remove(fault)
    leave = await stage.discord.click(invitation_id, f"leave:{invitation_id}", user=demo.TARO)
    await leave.answer()
    attached(stage, await shows_picture(stage, invitation_id, content))


async def test_a_file_that_is_no_picture_or_too_large_is_refused_and_the_draft_stays(
    stage: Stage,
) -> None:
    card = await stage.draft(event_name="画像でない会")
    wrong: list[tuple[dict[str, Any], str]] = [
        (file(b"%PDF-1.7", "application/pdf", "a.pdf"), "PNG、JPEG、WebP、GIF"),
        (file(png(MOST_IMAGE_BYTES + 1)), "4 MB まで"),
        (file(b"<svg onload=alert(1)>"), "画像として読めない"),
    ]
    for chosen, words in wrong:
        opened = await press(stage, card, "draft_image")
        await opened.modal(15)
        submitted = await stage.discord.submit(opened, chosen)
        answer = await submitted.wait_for(lambda m, words=words: words in m["content"], 15)  # type: ignore[misc]
        assert "画像でない会" in str(answer["embeds"]) or not answer["embeds"]
    await stage.shows(await posted(stage, card), "画像でない会", "🟢 募集中")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"GIF89a...", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"<svg xmlns=", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/latest/meta-data",
        "https://cdn.discordapp.com.example/a.png",
        "https://cdn.discordapp.com@example.org/a.png",
    ],
)
async def test_no_address_but_discords_is_read(stage: Stage, url: str) -> None:
    broker = await publisher(stage.servers.rabbitmq_url("gateway", stage.name), stage.sealing_keys)
    api = InvitationsApi(f"http://127.0.0.1:{stage.api_port}", "token")
    fetcher = ImageFetcher(broker, api, stage.discord.api_url)
    with pytest.raises(UnusableImageError, match="image_unreadable"):
        await fetcher.download(OfferedImage(id=uuid4(), kind="png", url=url, size=5))
    await fetcher.close()
    await api.close()
    await broker.close()
