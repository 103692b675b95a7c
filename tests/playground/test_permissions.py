"""Permission bits are computed as Discord documents it, and each REST call asks for its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from playground import MiniatureDiscord, demo, payloads, permissions
from playground.permissions import Permission
from tests.playground.test_messages import call

pytestmark = pytest.mark.usefixtures("bot")
P = Permission
CHAT = f"channels/{demo.CHAT_CHANNEL_ID}"
EVENTS = f"guilds/{demo.GUILD_ID}/scheduled-events"
EMBED = {"embeds": [{"title": "花見"}]}
EVENT = {
    "name": "花見",
    "entity_type": 3,
    "privacy_level": 2,
    "scheduled_start_time": "2099-04-01T12:00:00+00:00",
    "scheduled_end_time": "2099-04-01T14:00:00+00:00",
    "entity_metadata": {"location": "VRChat"},
}


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def no_overwrite_stays(discord: MiniatureDiscord) -> AsyncIterator[None]:
    yield
    discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id)
    discord.set_role(demo.BOT_ROLE_ID, permissions.BOT)


def allowed(
    discord: MiniatureDiscord, user: str, channel: str = demo.CHAT_CHANNEL_ID
) -> Permission:
    return discord.world.permissions_in(user, discord.world.channel(channel))


async def test_overwrites_count_in_the_order_everyone_roles_member(
    discord: MiniatureDiscord,
) -> None:
    channel = discord.add_channel("順番")
    hosts, guests = discord.add_role("主催"), discord.add_role("客")
    member = discord.add_member("じゅん", roles=(hosts, guests))
    assert allowed(discord, member, channel) == permissions.EVERYONE
    discord.overwrite(channel, demo.GUILD_ID, deny=P.SEND_MESSAGES)
    assert not allowed(discord, member, channel) & P.SEND_MESSAGES
    discord.overwrite(channel, hosts, allow=P.SEND_MESSAGES)
    discord.overwrite(channel, guests, deny=P.SEND_MESSAGES)
    assert allowed(discord, member, channel) & P.SEND_MESSAGES  # a role's allow beats a role's deny
    discord.overwrite(channel, member, deny=P.SEND_MESSAGES)
    assert not allowed(discord, member, channel) & P.SEND_MESSAGES


async def test_administrators_and_the_owner_may_do_everything(discord: MiniatureDiscord) -> None:
    admin = discord.add_member("かんり", roles=(discord.add_role("管理", P.ADMINISTRATOR),))
    channel = discord.add_channel("秘密")
    discord.overwrite(channel, demo.GUILD_ID, deny=P.VIEW_CHANNEL)
    for user in (admin, demo.OWNER):
        discord.overwrite(channel, user, deny=P.VIEW_CHANNEL)
        assert allowed(discord, user, channel) == permissions.ALL
    press = await discord.slash("ping", user=demo.OWNER, channel=channel)
    payload = press.interaction.payload
    assert payload["member"]["permissions"] == str(int(permissions.ALL))


async def test_an_interaction_carries_what_member_and_bot_may_do_in_the_channel(
    discord: MiniatureDiscord,
) -> None:
    discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id, deny=P.EMBED_LINKS)
    press = await discord.slash("ping", user=demo.TARO)
    payload = press.interaction.payload
    assert payload["member"]["permissions"] == str(int(permissions.EVERYONE))
    assert payload["channel"]["permissions"] == str(int(permissions.EVERYONE))
    bot = (permissions.BOT | permissions.EVERYONE) & ~P.EMBED_LINKS
    assert payload["app_permissions"] == str(int(bot))


def sending(body: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    return "POST", f"{CHAT}/messages", body


REFUSED = {
    "send": (P.SEND_MESSAGES, *sending({"content": "はい"})),
    "embed": (P.EMBED_LINKS, *sending(EMBED)),
    "public thread": (
        P.CREATE_PUBLIC_THREADS,
        "POST",
        f"{CHAT}/threads",
        {"name": "a", "type": 11},
    ),
    "private thread": (
        P.CREATE_PRIVATE_THREADS,
        *("POST", f"{CHAT}/threads", {"name": "a", "type": 12}),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_each_call_is_refused_without_its_permission(
    discord: MiniatureDiscord, http: ClientSession, case: str
) -> None:
    needed, method, path, body = REFUSED[case]
    discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id, deny=needed)
    status, refusal = await call(http, method, path, body)
    assert (status, refusal["code"]) == (403, 50013)
    discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id)
    assert (await call(http, method, path, body))[0] in (200, 201)


async def test_a_channel_the_bot_does_not_see_is_missing_access(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    _, message = await call(http, *sending({"content": "まだ見える"}))
    discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id, deny=P.VIEW_CHANNEL)
    for method, path, body in (
        ("GET", CHAT, None),
        ("GET", f"{CHAT}/messages", None),
        sending({"content": "見えない"}),
        ("PATCH", f"{CHAT}/messages/{message['id']}", {"content": "見えない"}),
        ("DELETE", f"{CHAT}/messages/{message['id']}", None),
    ):
        status, refusal = await call(http, method, path, body)
        assert (status, refusal["code"]) == (403, 50001)


async def test_what_was_written_before_is_read_with_its_permission_only(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    _, message = await call(http, *sending({"content": "前の話"}))
    discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id, deny=P.READ_MESSAGE_HISTORY)
    assert await call(http, "GET", f"{CHAT}/messages") == (200, [])
    status, refusal = await call(http, "GET", f"{CHAT}/messages/{message['id']}")
    assert (status, refusal["code"]) == (403, 50013)


async def test_messages_of_others_are_removed_with_manage_messages_only(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    said = discord.say("消さないで", user=demo.TARO, channel=demo.CHAT_CHANNEL_ID)
    path = f"{CHAT}/messages/{said['id']}"
    status, refusal = await call(http, "DELETE", path)
    assert (status, refusal["code"]) == (403, 50013)
    discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id, allow=P.MANAGE_MESSAGES)
    assert (await call(http, "DELETE", path))[0] == 204


async def test_a_thread_is_written_in_and_locked_by_permissions_of_its_parent(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    _, thread = await call(http, "POST", f"{CHAT}/threads", {"name": "話", "type": 11})
    path = f"channels/{thread['id']}"
    lacking = P.SEND_MESSAGES_IN_THREADS | P.MANAGE_THREADS
    discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id, deny=lacking)
    for method, more, body in (
        ("POST", "/messages", {"content": "はい"}),
        ("PUT", f"/thread-members/{demo.TARO}", None),
        ("DELETE", f"/thread-members/{demo.TARO}", None),
        ("PATCH", "", {"archived": True, "locked": True}),
        ("DELETE", "", None),
    ):
        status, refusal = await call(http, method, path + more, body)
        assert (status, refusal["code"]) == (403, 50013)
    assert (await call(http, "PATCH", path, {"archived": True}))[0] == 200  # it is the creator


async def test_scheduled_events_need_their_permissions(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    without = permissions.BOT & ~(P.CREATE_EVENTS | P.MANAGE_EVENTS)
    discord.set_role(demo.BOT_ROLE_ID, without)
    status, refusal = await call(http, "POST", EVENTS, EVENT)
    assert (status, refusal["code"]) == (403, 50013)
    discord.set_role(demo.BOT_ROLE_ID, without | P.CREATE_EVENTS)
    status, event = await call(http, "POST", EVENTS, EVENT)
    assert status == 200
    assert (await call(http, "DELETE", f"{EVENTS}/{event['id']}"))[0] == 204


@contextmanager
def mentionable(discord: MiniatureDiscord, *, is_it: bool) -> Iterator[None]:
    role = discord.world.roles[demo.STAFF_ROLE_ID]
    before, role["mentionable"] = role["mentionable"], is_it
    yield
    role["mentionable"] = before


async def test_a_role_that_nobody_may_mention_is_notified_with_mention_everyone_only(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    wish = {"content": f"@everyone <@&{demo.STAFF_ROLE_ID}> <@{demo.TARO}>"}
    with mentionable(discord, is_it=False):
        _, loud = await call(http, *sending(wish))
        discord.overwrite(demo.CHAT_CHANNEL_ID, discord.bot_id, deny=P.MENTION_EVERYONE)
        _, quiet = await call(http, *sending(wish))
    assert (loud["mention_everyone"], loud["mention_roles"]) == (True, [demo.STAFF_ROLE_ID])
    assert (quiet["mention_everyone"], quiet["mention_roles"]) == (False, [])
    assert [user["id"] for user in quiet["mentions"]] == [demo.TARO]
    _, silent = await call(http, *sending(wish | {"allowed_mentions": {"parse": []}}))
    assert silent["mentions"] == []


async def test_each_type_of_channel_takes_its_own(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    category = discord.add_channel("分類", kind=payloads.CATEGORY)
    forum = discord.add_channel("掲示板", kind=payloads.FORUM_CHANNEL, parent=category)
    news = discord.add_channel("お知らせ", kind=payloads.ANNOUNCEMENT_CHANNEL)
    voice = discord.add_channel("通話", kind=payloads.VOICE_CHANNEL)
    for channel in (category, forum):
        status, refusal = await call(http, "POST", f"channels/{channel}/messages", EMBED)
        assert (status, refusal["code"]) == (400, 50008)
    for channel in (category, voice):
        wish = {"name": "話", "type": 11}
        status, refusal = await call(http, "POST", f"channels/{channel}/threads", wish)
        assert (status, refusal["code"]) == (400, 50024)
    assert (await call(http, "POST", f"channels/{voice}/messages", EMBED))[0] == 200
    _, message = await call(http, "POST", f"channels/{news}/messages", EMBED)
    path = f"channels/{news}/messages/{message['id']}/threads"
    assert (await call(http, "POST", path, {"name": "話"}))[1]["type"] == 10
    post = {"name": "投稿", "message": {"content": "本文"}}
    status, opened = await call(http, "POST", f"channels/{forum}/threads", post)
    assert (status, opened["type"], opened["message"]["id"]) == (201, 11, opened["id"])
    assert [m["content"] for m in discord.messages_in(opened["id"])] == ["本文"]
