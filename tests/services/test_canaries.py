"""Many guilds press at once, each with a word of its own: nobody reads another guild's word."""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from deploy.local.servers import Servers
from services.gateway.clients import invitations_api
from services.gateway.clients.invitations_api import GuildReads, InvitationsApi
from services.invitations.handlers import HANDLERS
from services.invitations.http.api import Api
from services.invitations.quotas import Quotas
from services.tickets.handlers import handlers
from shared.database import Pool
from shared.dispatch import Handlers, handle_once
from shared.messages.envelope import Actor, Command, Envelope
from shared.messages.invitations import commands, mine, repetition, staffing
from shared.messages.invitations.calendars import NewAddress, ShowCalendars
from shared.messages.tickets import commands as tickets
from shared.read_router import ReadRouter
from tests import builders
from tests.caches import cached, own_cache_url
from tests.conftest import Site
from tests.keys import KEYS

OF_MEMBER = "member"  # the secret of their calendar, the same whichever guild comes first
GUILDS = 50
CANARY = re.compile(r"canary[0-9]{3}")
SERVICES: dict[str, Handlers] = {"invitations": HANDLERS, "tickets": handlers()}
Pools = dict[str, Pool]


@dataclass(frozen=True)
class Guild:
    """A guild whose every text holds its word; its members are those of all the others, too."""

    number: int

    @property
    def id(self) -> str:
        return f"6{self.number:03}"

    @property
    def word(self) -> str:
        return f"canary{self.number:03}"

    @cached_property
    def presses(self) -> Iterator[int]:
        """Count the presses; a thousand of a guild's have the same beginning."""
        return itertools.count((1000 + self.number) * 1000)

    def by(self, actor: Actor) -> dict[str, Any]:
        """Return the fields of a press of a member, who is named after the guild here."""
        who = actor.model_copy(update={"name": f"{actor.name}{self.word}", "guild_id": self.id})
        return {"actor": who, "reply_to": builders.reply_to(str(next(self.presses)))}

    def secret(self, owner: str) -> str:
        return f"{owner}{self.id}"

    def story(self) -> Iterator[tuple[str, Command]]:
        """Yield what is pressed in the guild, one after the other, with the service it is for."""
        host, member, staff = builders.HOST, builders.MEMBER, builders.STAFF
        event, ticket = {"invitation_id": f"7{self.number:03}"}, {"ticket_id": f"8{self.number:03}"}
        said = builders.details(
            event_name=f"{self.word}の会", world_name=self.word, description=self.word
        )
        draft, request = uuid4(), uuid4()
        for each in (
            commands.DraftInvitation(
                **self.by(host),
                request_id=draft,
                guild_id=self.id,
                channel_id="2",
                host_name=self.word,
                details=said,
            ),
            builders.publish(draft, event["invitation_id"], self.id),
            commands.JoinInvitation(**self.by(member), **event),
            commands.SetInstanceLink(**self.by(host), **event, instance_link=builders.SEALED),
            commands.RevealSecrets(**self.by(member), **event),
            builders.edit(said, actor=self.by(host)["actor"], **event, world_name=f"{self.word}星"),
            staffing.AssignStaff(**self.by(staff), **event),
            repetition.RepeatInvitation(
                **self.by(host), **event, repetition=repetition.Repetition(times=2)
            ),
            ShowCalendars(
                **self.by(member),
                guild_id=self.id,
                member=_address(OF_MEMBER),
                guild=_address(self.secret("guild")),
            ),
            *self._ending(host, event),
            mine.ReadHistory(**self.by(member)),
            staffing.ReadAuditLog(**self.by(staff)),
            staffing.ReadAuditLog(**self.by(staff), member_id=host.user_id),
        ):
            yield "invitations", each
        for each in (
            tickets.RequestTicket(
                **self.by(member),
                request_id=request,
                guild_id=self.id,
                channel_id="2",
                category="question",
                subject=f"v1.k1.{self.word}",
                details=f"v1.k1.{self.word}",
            ),
            tickets.OpenTicket(
                actor=self.by(member)["actor"], request_id=request, message_id="1", **ticket
            ),
            tickets.ClaimTicket(**self.by(staff), **ticket),
            tickets.ListTickets(**self.by(staff), guild_id=self.id),
            tickets.ListOwnTickets(**self.by(member), guild_id=self.id),
            tickets.ReadTranscript(**self.by(member), **ticket),
            tickets.CloseTicket(**self.by(member), **ticket, reason=f"v1.k1.{self.word}"),
        ):
            yield "tickets", each

    def _ending(self, host: Actor, event: dict[str, str]) -> Iterator[Command]:
        """Every third guild cancels its event, which drafts the next one."""
        if self.number % 3 == 0:
            yield commands.CancelInvitation(
                **self.by(host), **event, reason=self.word, for_people=1
            )

    async def play(self, pools: Pools) -> None:
        for service, command in self.story():
            handled = await handle_once(Envelope.first(command), SERVICES[service], pools[service])
            assert handled == "done", command


def _address(secret: str) -> NewAddress:
    return NewAddress(token=builders.SEALED, token_sha256=sha256(secret.encode()).hexdigest())


def guild_of(body: dict[str, Any]) -> str:
    """Return the guild that a message is for: whose event it tells, or whose press it answers."""
    if body.get("reply_to"):
        return f"6{int(body['reply_to']['interaction_id']) // 1000 - 1000:03}"
    about = body.get("invitation") or body.get("ticket") or body
    return str(about["guild_id"])


def words(text: str) -> set[str]:
    return set(CANARY.findall(text))


@asynccontextmanager
async def played(site: Site) -> AsyncIterator[Pools]:
    """Let all guilds press at once."""
    async with AsyncExitStack() as stack:
        pools = {name: await site.pool(name, connections=8) for name in SERVICES}
        for pool in pools.values():
            stack.push_async_callback(pool.close)
        await asyncio.gather(*(Guild(number).play(pools) for number in range(GUILDS)))
        yield pools


async def test_no_message_no_list_and_no_feed_holds_a_word_of_another_guild(
    servers: Servers, tables: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations_api, "TIMEOUT_SECONDS", 30.0)  # the machine may be busy
    await tables.empty()
    async with played(tables) as pools:
        await check_messages(pools)
        pool = pools["invitations"]
        app = web.Application()
        async with cached(pool, own_cache_url(servers)) as cache:
            app.add_routes(Api(ReadRouter(pool), cache, KEYS["invitations"], Quotas()).routes())
            token = KEYS["gateway"].reading_token("invitations")
            headers = {"Authorization": f"Bearer {token}"}
            async with TestClient(TestServer(app), headers=headers) as client:
                api = InvitationsApi(str(client.make_url("/")), token)
                try:
                    for number in range(GUILDS):
                        await check_reads(client, Guild(number), Guild((number + 1) % GUILDS))
                        await check_gateway(api, Guild(number), Guild((number + 1) % GUILDS))
                finally:
                    await api.close()


async def check_messages(pools: Pools) -> None:
    """Look at every answer and event."""
    heard: dict[str, set[str]] = {}
    for pool in pools.values():
        for row in await pool.fetch("SELECT body FROM outbox"):
            guild_id = guild_of(json.loads(row["body"])["body"])
            heard.setdefault(guild_id, set()).update(words(row["body"]))
    assert heard == {Guild(number).id: {Guild(number).word} for number in range(GUILDS)}


async def check_reads(client: TestClient[Any, Any], guild: Guild, other: Guild) -> None:
    """Look at what the API says of one guild: page by page, kept or not."""
    own = f"guild={guild.id}"
    lists = [
        "",
        *(f"&status={each}" for each in ("recruiting", "full", "completed", "cancelled")),
        *(f"&tag={each}" for each in ("まったり", "ゲーム")),
        f"&host={builders.HOST.user_id}",
    ]
    read: set[str] = set()
    for query in lists * 2:  # the second comes from the cache
        read |= words(await text_of(client, f"/api/invitations?{own}&limit=1{query}"))
    for path in (
        f"/calendars/{guild.secret('guild')}.ics",
        f"/api/members/{OF_MEMBER}/history?{own}",
        f"/api/invitations/7{guild.number:03}?{own}",
    ):
        read |= words(await text_of(client, path))
    assert read == {guild.word}
    async with client.get(f"/api/invitations/7{other.number:03}?{own}") as response:
        assert response.status == 404


async def text_of(client: TestClient[Any, Any], path: str) -> str:
    """Read a page, and all that follow it."""
    async with client.get(path) as response:
        assert response.status == 200, path
        text = await response.text()
    following = re.search(r'"next":"([^"]+)"', text)
    if following is None:
        return text
    path = re.sub("&cursor=.*", "", path)
    return text + await text_of(client, f"{path}&cursor={following[1]}")


async def check_gateway(api: InvitationsApi, guild: Guild, other: Guild) -> None:
    """Look at what a member is shown: lists, suggestions and details are made of these."""
    reads = GuildReads(api, guild.id)
    for query in ({"status": "recruiting"}, {"host": builders.HOST.user_id}):
        shown = await reads.invitations({**query, "limit": "100"})
        assert words(shown.model_dump_json()) <= {guild.word}
    assert await reads.invitation(f"7{other.number:03}") is None
    view = await reads.sealable(f"7{guild.number:03}")
    assert view is not None
    assert words(view.model_dump_json()) == {guild.word}
