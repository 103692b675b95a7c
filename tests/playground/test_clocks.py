"""Three seconds for the first answer, fifteen minutes for the rest, one answer only."""

import pytest
from aiohttp import ClientSession

from playground import MiniatureDiscord, Press, demo

pytestmark = pytest.mark.usefixtures("bot")
PONG = {"type": 4, "data": {"content": "pong"}}


async def call(
    http: ClientSession, method: str, path: str, body: object = None
) -> tuple[int, int | None]:
    """Make a call; give its status and Discord's code."""
    async with http.request(method, path, json=body) as response:
        reply = await response.json() if response.status != 204 else {}
        return response.status, reply.get("code")


def callback(press: Press) -> str:
    return f"interactions/{press.id}/{press.token}/callback"


def original(discord: MiniatureDiscord, press: Press) -> str:
    return f"webhooks/{discord.bot_id}/{press.token}/messages/@original"


async def test_after_three_seconds_the_interaction_is_unknown(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    press = await discord.slash("silent", user=demo.TARO)
    assert not press.has_failed
    discord.advance(3.1)
    await press.failed()
    assert await call(http, "POST", callback(press), PONG) == (404, 10062)


async def test_the_second_answer_is_refused(discord: MiniatureDiscord, http: ClientSession) -> None:
    press = await discord.slash("silent", user=demo.TARO)
    assert await call(http, "POST", callback(press), PONG) == (204, None)
    assert await call(http, "POST", callback(press), PONG) == (400, 40060)


async def test_a_deferred_answer_lives_fifteen_minutes(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    press = await discord.slash("slow", user=demo.TARO)
    await press.acknowledged()
    discord.advance(14 * 60)
    assert await call(http, "PATCH", original(discord, press), {"content": "a"}) == (200, None)
    assert (await press.answer())["content"] == "a"
    discord.advance(61)
    assert await call(http, "PATCH", original(discord, press), {"content": "b"}) == (401, 50027)


async def test_an_unissued_token_and_an_answer_that_never_began_are_unknown(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    press = await discord.slash("silent", user=demo.TARO)
    assert await call(http, "PATCH", original(discord, press), {"content": "a"}) == (404, 10015)
    path = f"webhooks/{discord.bot_id}/nobody"
    assert await call(http, "POST", path, {"content": "a"}) == (404, 10015)


async def test_a_deleted_answer_can_be_edited_no_more(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    press = await discord.slash("ping", user=demo.TARO)
    await press.answer()
    assert await call(http, "DELETE", original(discord, press)) == (204, None)
    assert await call(http, "PATCH", original(discord, press), {"content": "a"}) == (404, 10008)


@pytest.mark.parametrize("kind", [6, 7, 8])
async def test_a_command_is_not_answered_like_a_button(
    discord: MiniatureDiscord, http: ClientSession, kind: int
) -> None:
    data = {"data": {"choices": []}} if kind == 8 else {"data": {}} if kind == 7 else {}
    press = await discord.slash("silent", user=demo.TARO)
    assert await call(http, "POST", callback(press), {"type": kind} | data) == (400, 50035)
