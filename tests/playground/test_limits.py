"""Discord's limits for the whole bot and for an address, with its own headers and bodies."""

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio

from playground import MiniatureDiscord, demo

CHAT = f"channels/{demo.CHAT_CHANNEL_ID}"


@pytest_asyncio.fixture(loop_scope="session")
async def strict() -> AsyncIterator[MiniatureDiscord]:
    """Give a Discord of the test's own, whose limits it can turn."""
    server = await MiniatureDiscord.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def http(strict: MiniatureDiscord) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {strict.token}"}
    async with aiohttp.ClientSession(strict.api_url + "/", headers=headers) as http:
        yield http


async def test_the_bot_has_one_limit_over_all_routes(
    strict: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    strict.limits.global_limit = (3, 60.0)
    for path in (CHAT, "users/@me", "gateway/bot"):
        async with http.get(path) as taken:
            assert taken.status == 200
    async with http.get(f"guilds/{demo.GUILD_ID}") as refused:
        reply = await refused.json()
        assert refused.status == 429
        assert refused.headers["X-RateLimit-Global"] == "true"
        assert refused.headers["X-RateLimit-Scope"] == "global"
        assert int(refused.headers["Retry-After"]) >= reply["retry_after"] > 50
        assert (reply["global"], reply["message"]) == (True, "You are being rate limited.")
    strict.advance(61)
    async with http.get(CHAT) as later:
        assert later.status == 200


async def test_answers_to_interactions_do_not_count_for_the_bot(
    strict: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    strict.limits.global_limit = (0, 60.0)
    async with http.post("interactions/1/token/callback", json={"type": 5}) as answer:
        assert answer.status == 404


async def test_a_limit_of_a_shared_resource_says_so_and_is_no_invalid_request(
    strict: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    strict.limits.invalid_limit = (2, 600.0)
    strict.faults.add(answer=429, scope="shared", retry_after_seconds=7.2, times=5)
    for _ in range(5):
        async with http.get(CHAT) as refused:
            reply = await refused.json()
            assert refused.headers["X-RateLimit-Scope"] == "shared"
            assert reply == {
                "message": "The resource is being rate limited.",
                "retry_after": 7.2,
                "global": False,
                "code": 0,
            }
    async with http.get(CHAT) as taken:
        assert taken.status == 200


async def test_too_many_invalid_requests_ban_the_address(
    strict: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    assert strict.limits.invalid_limit == (10_000, 600.0)
    strict.limits.invalid_limit = (4, 600.0)
    wrong = {"Authorization": "Bot wrong"}
    for _ in range(3):
        async with http.get("users/@me", headers=wrong) as refused:
            assert refused.status == 401
    strict.advance(601)  # these are forgotten
    for _ in range(4):
        async with http.get("users/@me", headers=wrong) as refused:
            assert refused.status == 401
    for path in (CHAT, "gateway"):
        async with http.get(path) as banned:
            assert banned.status == 429
            assert banned.content_type == "text/html"
            assert "Via" not in banned.headers
            assert 590 < int(banned.headers["Retry-After"]) <= 601
    strict.advance(601)
    async with http.get(CHAT) as later:
        assert later.status == 200


async def test_a_404_is_no_invalid_request(
    strict: MiniatureDiscord, http: aiohttp.ClientSession
) -> None:
    strict.limits.invalid_limit = (1, 600.0)
    for _ in range(3):
        async with http.get("channels/1") as missing:
            assert missing.status == 404


async def test_what_cannot_be_read_is_refused_in_discords_words(
    http: aiohttp.ClientSession,
) -> None:
    json = {"Content-Type": "application/json"}
    async with http.post(f"{CHAT}/messages", data=b'{"content"', headers=json) as broken:
        assert (broken.status, (await broken.json())["code"]) == (400, 50109)
    form = aiohttp.FormData()
    form.add_field("payload_json", '{"content"', content_type="application/json")
    form.add_field("files[0]", b"x", filename="x.txt")
    async with http.post(f"{CHAT}/messages", data=form) as broken:
        assert (broken.status, (await broken.json())["code"]) == (400, 50109)
    for path, body in (
        ("users/@me/channels", b"user=1"),
        (f"guilds/{demo.GUILD_ID}/scheduled-events", b"name=x"),
        (f"{CHAT}/messages", b"embeds=x"),
    ):
        encoded = {"Content-Type": "application/x-www-form-urlencoded"}
        async with http.post(path, data=body, headers=encoded) as wrong:
            assert (wrong.status, (await wrong.json())["code"]) == (400, 50035)
    async with http.get(f"{CHAT}/messages?limit=many") as wrong:
        assert (wrong.status, (await wrong.json())["code"]) == (400, 50035)
