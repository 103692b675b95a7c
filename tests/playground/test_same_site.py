"""Rule: a foreign web page can neither read the play page nor act on it."""

from collections.abc import Mapping

import aiohttp
import pytest

from playground.server import MiniatureDiscord

PAGE = {"Content-Type": "application/json"}


async def status(discord: MiniatureDiscord, headers: Mapping[str, str], method: str = "GET") -> int:
    path = "page/say" if method == "POST" else "page/state"
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, f"{discord.page_url}{path}", headers=headers, data="{}") as answer,
    ):
        return answer.status


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "localhost.evil.example"])
async def test_a_public_name_that_leads_to_this_machine_is_refused(
    discord: MiniatureDiscord, host: str
) -> None:
    """DNS rebinding: the browser takes the attacker's page and ours for one site."""
    assert await status(discord, {"Host": host}) == 403
    assert await status(discord, {"Host": host, **PAGE}, "POST") == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_origin_is_refused(discord: MiniatureDiscord, origin: str) -> None:
    assert await status(discord, {"Origin": origin, **PAGE}, "POST") == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "playground", "[::1]"])
async def test_the_names_of_this_machine_are_answered(discord: MiniatureDiscord, name: str) -> None:
    host = f"{name}:{discord.port}"
    assert await status(discord, {"Host": host, "Origin": f"http://{host}"}) == 200
