"""What a reader without a token sees: the events of guilds that are listed, and no member."""

import re
from uuid import uuid4

import pytest
from aiohttp import hdrs, web
from aiohttp.test_utils import TestClient

from services.invitations.cache import Cache
from services.invitations.http.responses import PARTICIPANTS_HIDDEN
from shared.database import Pool
from shared.messages.invitations.commands import JoinInvitation, JoinWaitlist
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.guilds import ChangeGuildSettings, GuildChanges
from shared.messages.views import InvitationList, InvitationView
from tests import builders
from tests.services.invitations.conftest import GATEWAY
from tests.services.invitations.telling import say
from tests.services.invitations.test_cache import untold
from tests.services.invitations.test_guilds import MANAGER

Client = TestClient[web.Request, web.Application]
LISTS = ("", "?tag=ゲーム", "?limit=1", "?host=900", "?guild=1", "?guild=1&limit=1")


async def list_guild(pool: Pool, *, is_listed: bool) -> None:
    changes = GuildChanges(is_listed=is_listed)
    command = ChangeGuildSettings(
        actor=MANAGER, reply_to=builders.reply_to(), guild_id="1", changes=changes
    )
    assert await say(pool, command) == "done"


async def publish(pool: Pool) -> None:
    request_id = uuid4()
    await say(pool, builders.draft(request_id, tag="ゲーム", max_participants=1))
    await say(pool, builders.publish(request_id, "1"))


async def ids(client: Client, query: str, headers: dict[str, str] | None = None) -> list[str]:
    response = await client.get(f"/api/invitations{query}", headers=headers)
    assert response.status == 200
    found = InvitationList.model_validate_json(await response.text())
    return [each.id for each in found.invitations]


async def test_only_the_gateway_sees_a_guild_that_is_not_listed(pool: Pool, public: Client) -> None:
    await publish(pool)
    for query in LISTS:
        assert await ids(public, query) == [], query
    assert (await public.get("/api/invitations/1")).status == 404
    assert await ids(public, "?guild=1", GATEWAY) == ["1"]
    assert await ids(public, "?guild=1&host=900", GATEWAY) == ["1"]
    assert await ids(public, "?host=900", GATEWAY) == ["1"]
    assert await ids(public, "", GATEWAY) == [], "a list of every guild shows listed ones"
    assert (await public.get("/api/invitations/1", headers=GATEWAY)).status == 200
    assert await ids(public, "?guild=1") == [], "the gateway's list was kept for everybody"


async def test_a_guild_that_is_listed_is_shown_until_it_is_no_longer(
    pool: Pool, public: Client, kept: Cache
) -> None:
    await publish(pool)
    for is_listed in (True, False):
        await list_guild(pool, is_listed=is_listed)
        await kept.renew(await untold(pool))
        for query in LISTS:
            assert await ids(public, query) == (["1"] if is_listed else []), query


async def test_a_reader_without_a_token_sees_how_many_take_part_but_not_which_members(
    pool: Pool, public: Client
) -> None:
    await publish(pool)
    await list_guild(pool, is_listed=True)
    one, two = builders.member(1), builders.member(2)
    await say(pool, JoinInvitation(actor=one, invitation_id="1"))
    await say(pool, JoinWaitlist(actor=two, invitation_id="1"))

    text = await (await public.get("/api/invitations/1")).text()
    view = InvitationView.model_validate_json(text)
    assert (view.joined_count, view.waitlisted_count) == (1, 1)
    for member in (one, two):
        assert member.name not in text
        assert f'"{member.user_id}"' not in text

    known = await (await public.get("/api/invitations/1", headers=GATEWAY)).text()
    assert one.name in known
    assert two.name in known


@pytest.mark.parametrize("path", ["/api/invitations", "/api/invitations/1"])
async def test_a_wrong_token_is_refused_and_not_read_as_none(public: Client, path: str) -> None:
    response = await public.get(path, headers={hdrs.AUTHORIZATION: "Bearer wrong"})
    assert response.status == 401


def test_each_field_of_an_invitation_is_public_or_hidden() -> None:
    """A new field enters one of the two: one that names a member must be hidden."""
    public = {
        *(set(InvitationState.model_fields) - {"co_host_ids"}),
        *("interested_count", "image", "is_under_way", "request_id", "repetition"),
    }
    assert set(InvitationView.model_fields) == public | set(PARTICIPANTS_HIDDEN)
    assert public.isdisjoint(PARTICIPANTS_HIDDEN)


def test_what_names_a_person_in_the_state_of_an_invitation_is_the_host() -> None:
    named = {name for name in InvitationState.model_fields if re.search("user|staff|name$", name)}
    assert named == {"host_name", "event_name", "world_name"}
