"""With its token a program reads what its guild does not publish, and nothing of other guilds."""

import asyncio
import json
from hashlib import sha256
from uuid import uuid4

import pytest
from aiohttp import hdrs

from services.invitations.feed import tail
from services.invitations.http import events
from services.invitations.sql import guilds
from shared.database import Pool
from shared.messages.envelope import Actor
from shared.messages.invitations.guilds import SetApiToken
from tests import builders
from tests.services.invitations.conftest import Client
from tests.services.invitations.feeding import fill, joined
from tests.services.invitations.telling import say
from tests.services.invitations.test_guilds import MANAGER
from tests.services.invitations.test_public_list import ids

TOKEN = f"dk_{'a' * 43}"
PROGRAM = {hdrs.AUTHORIZATION: f"Bearer {TOKEN}"}
OWN, OTHER = "1", "2"


def set_token(digest: str | None, actor: Actor = MANAGER, guild_id: str = OWN) -> SetApiToken:
    reply_to = builders.reply_to()
    return SetApiToken(actor=actor, reply_to=reply_to, guild_id=guild_id, token_sha256=digest)


async def give(pool: Pool, token: str | None) -> None:
    digest = sha256(token.encode()).hexdigest() if token else None
    assert await say(pool, set_token(digest)) == "done"


async def publish(pool: Pool, guild_id: str, invitation_id: str) -> None:
    request_id = uuid4()
    await say(pool, builders.draft(request_id, guild_id=guild_id))
    await say(pool, builders.publish(request_id, invitation_id, guild_id))


async def status(client: Client, path: str) -> int:
    return (await client.get(path, headers=PROGRAM)).status


async def test_a_token_opens_its_own_guild_alone(pool: Pool, public: Client) -> None:
    await publish(pool, OWN, "11")
    await publish(pool, OTHER, "12")
    await give(pool, TOKEN)
    assert await ids(public, f"?guild={OWN}", PROGRAM) == ["11"]
    for query in (f"?guild={OTHER}", "", "?host=900", f"?host=900&guild={OTHER}"):
        assert await ids(public, query, PROGRAM) == [], query
    assert await status(public, "/api/invitations/11") == 200
    assert await status(public, "/api/invitations/12") == 404
    assert await status(public, f"/api/guilds/{OWN}/settings") == 401
    assert await ids(public, f"?guild={OWN}") == [], "what the program read is kept for nobody else"


async def test_a_token_opens_the_feed_of_its_own_guild_alone(pool: Pool, public: Client) -> None:
    await fill(pool, joined(guild_id=OWN), joined(guild_id=OTHER))
    await give(pool, TOKEN)
    page = await (await public.get(f"/api/events?guild={OWN}", headers=PROGRAM)).json()
    assert {event["body"]["invitation"]["guild_id"] for event in page["events"]} == {OWN}
    for query in ("", f"?guild={OTHER}"):
        assert await status(public, f"/api/events{query}") == 401


async def test_a_token_is_refused_once_there_is_another_or_none(pool: Pool, public: Client) -> None:
    await give(pool, TOKEN)
    assert await status(public, "/api/invitations") == 200
    for next_one in (TOKEN.replace("a", "b"), None):
        await give(pool, TOKEN)
        await give(pool, next_one)
        assert await status(public, "/api/invitations") == 401


async def test_two_guilds_never_have_the_same_token(pool: Pool) -> None:
    await give(pool, TOKEN)
    stranger = MANAGER.model_copy(update={"guild_id": OTHER})
    digest = sha256(TOKEN.encode()).hexdigest()
    assert await say(pool, set_token(digest, stranger, OTHER)) == "refused"


async def test_only_managers_of_the_guild_give_it_a_token(pool: Pool) -> None:
    digest = sha256(TOKEN.encode()).hexdigest()
    member = MANAGER.model_copy(update={"may_manage": False})
    for actor, guild_id in ((member, OWN), (MANAGER, OTHER)):
        assert await say(pool, set_token(digest, actor, guild_id)) == "refused"
    assert await pool.fetchval("SELECT count(*) FROM guilds") == 0


async def test_each_change_of_a_token_is_in_the_audit_log_and_in_the_settings(pool: Pool) -> None:
    for token, has_token in ((TOKEN, True), (TOKEN, True), (None, False)):
        await give(pool, token)
        assert (await guilds.view(pool, OWN)).has_api_token is has_token
    short = sha256(TOKEN.encode()).hexdigest()[:8]
    rows = await pool.fetch("SELECT details FROM audit_log ORDER BY id")
    assert [json.loads(row["details"]) for row in rows] == [
        {"guild_id": OWN, "setting": "has_api_token", "after": short},
        {"guild_id": OWN, "setting": "has_api_token", "before": short},
    ]


async def test_a_stream_ends_when_its_token_is_revoked(
    pool: Pool, public: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "CHECK_SECONDS", 0.0)
    monkeypatch.setattr(tail, "PULSE_SECONDS", 0.05)
    await give(pool, TOKEN)
    headers = {**PROGRAM, hdrs.ACCEPT: events.STREAM}
    async with asyncio.timeout(30), public.get(f"/api/events?guild={OWN}", headers=headers) as said:
        assert said.status == 200
        await give(pool, None)
        await said.read()
