"""Those who manage a guild give its programs a token for the API."""

from hashlib import sha256

import aiohttp
import asyncpg

from playground import demo
from playground.press import Press
from playground.refusals import Payload
from tests.services.gateway.features.setup.test_setup import (
    Community,
    founded,
    opened_panel,
    set_up,
)
from tests.stage import Stage, shown


async def opened_form(stage: Stage, panel: Payload) -> tuple[Press, str]:
    """Open the form; give it, and the token in it."""
    form = await stage.discord.click(panel["id"], "setup_token", user=demo.SAKURA)
    value: str = (await form.modal(15))["components"][0]["component"]["value"]
    return form, value


async def sent(stage: Stage, form: Press, token: str) -> Payload:
    submitted = await stage.discord.submit(form, {"api_token": token})
    return await submitted.wait_for(lambda m: "API トークンを変更しました" in m["content"], 15)


async def page(stage: Stage, of: Community) -> Payload:
    panel = await opened_panel(stage, of)
    press = await stage.discord.click(panel["id"], "setup:listing", user=demo.SAKURA)
    return await press.wait_for(lambda m: m["embeds"][0]["title"].endswith("公開と API"), 15)


async def status(stage: Stage, guild_id: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{stage.api_port}/api/events?guild={guild_id}"
    async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as response:
        return response.status


async def test_a_token_is_in_force_once_its_form_is_sent(stage: Stage) -> None:
    of = founded(stage, "つなぐ会")
    await set_up(stage, of)
    panel = await page(stage, of)
    assert "ありません" in shown(panel)
    form, token = await opened_form(stage, panel)
    assert await status(stage, of.guild, token) == 401
    panel = await sent(stage, form, token)
    assert "あります" in shown(panel)
    assert await status(stage, of.guild, token) == 200

    form, other = await opened_form(stage, panel)
    assert other != token
    assert await status(stage, of.guild, token) == 200, "a form that is closed changes nothing"
    panel = await sent(stage, form, "")
    assert "ありません" in shown(panel)
    assert await status(stage, of.guild, token) == 401


async def test_a_token_that_was_rewritten_is_refused(stage: Stage) -> None:
    of = founded(stage, "かきかえる会")
    await set_up(stage, of)
    form, token = await opened_form(stage, await page(stage, of))
    submitted = await stage.discord.submit(form, {"api_token": f"{token}x"})
    assert "トークンと形が違います" in (await submitted.answer(15))["content"]
    assert await status(stage, of.guild, f"{token}x") == 401


async def test_only_the_hash_of_a_token_leaves_the_gateway(stage: Stage) -> None:
    of = founded(stage, "ひみつの会")
    await set_up(stage, of)
    form, token = await opened_form(stage, await page(stage, of))
    await sent(stage, form, token)
    assert token not in stage.log()
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    rows = await connection.fetch(
        "SELECT row_to_json(g)::text FROM invitations.guilds g"
        " UNION ALL SELECT row_to_json(a)::text FROM invitations.audit_log a"
    )
    await connection.close()
    kept = "\n".join(row[0] for row in rows)
    assert sha256(token.encode()).hexdigest() in kept
    assert token not in kept
