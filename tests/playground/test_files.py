"""A file that a bot attaches to an answer is kept, and the page gives it."""

import json

import aiohttp
import pytest

from playground import MiniatureDiscord, demo

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_deferred_answer_takes_a_file(
    discord: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    press = await discord.slash("slow", user=demo.TARO)
    await press.acknowledged()
    form = aiohttp.FormData()
    payload = {"content": "どうぞ", "attachments": [{"id": 0, "filename": "data.json"}]}
    form.add_field("payload_json", json.dumps(payload), content_type="application/json")
    form.add_field("files[0]", b'{"a": 1}', filename="data.json")
    original = f"webhooks/{discord.bot_id}/{press.token}/messages/@original"
    async with http.patch(original, data=form) as changed:
        assert changed.status == 200
    answer = await press.answer()
    [file] = answer["attachments"]
    assert (answer["content"], file["filename"]) == ("どうぞ", "data.json")
    async with http.get(f"{discord.page_url}page/files/{file['id']}") as saved:
        assert saved.headers["Content-Disposition"] == "attachment"
        assert await saved.read() == b'{"a": 1}'
    async with http.get(f"{discord.page_url}page/files/1") as absent:
        assert absent.status == 404


async def test_a_person_uploads_a_file_with_a_form_and_the_bot_reads_it_at_its_address(
    discord: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    await http.get("users/@me")  # the address has the name by which the bot reaches Discord
    kept = discord.world.keep_upload("a.png", b"\x89PNG", "image/png")
    async with http.get(kept["url"]) as given:
        assert (given.status, given.content_type) == (200, "image/png")
        assert await given.read() == b"\x89PNG"
    for wrong in (kept["url"].replace("a.png", "b.png"), kept["url"].replace(kept["id"], "1")):
        async with http.get(wrong) as absent:
            assert absent.status == 404
