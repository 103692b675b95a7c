"""Threads on the miniature Discord archive, lock, fill and refuse as on Discord."""

from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from playground import MiniatureDiscord, demo, payloads, permissions
from playground.permissions import Permission
from playground.refusals import ClientRefusal
from tests.playground.test_messages import button, call, row

pytestmark = pytest.mark.usefixtures("bot")
CHAT = f"channels/{demo.CHAT_CHANNEL_ID}"
P = Permission
A_DAY = 24 * 3600


async def opened(http: ClientSession, kind: int = payloads.PUBLIC_THREAD, **more: Any) -> Any:
    """Open a thread; gives it."""
    status, thread = await call(
        http, "POST", f"{CHAT}/threads", {"name": "花見", "type": kind} | more
    )
    assert status == 201
    return thread


def settings(discord: MiniatureDiscord, thread: Any) -> Any:
    return discord.world.channel(thread["id"])["thread_metadata"]


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def bot_may_all_again(discord: MiniatureDiscord) -> Any:
    yield
    discord.set_role(demo.BOT_ROLE_ID, permissions.BOT)
    discord.world.forbidden_words.clear()
    discord.world.most_active_threads = 1000


async def test_a_silent_thread_archives_itself_and_a_message_wakes_it(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http, auto_archive_duration=1440)
    discord.advance(A_DAY / 2)
    discord.say("まだ起きてる？", user=demo.TARO, channel=thread["id"])
    discord.advance(A_DAY / 2 + 1)
    assert not settings(discord, thread)["archived"]
    discord.advance(A_DAY / 2)
    assert settings(discord, thread)["archived"]
    _, active = await call(http, "GET", f"guilds/{demo.GUILD_ID}/threads/active")
    assert thread["id"] not in {each["id"] for each in active["threads"]}
    said = await call(http, "POST", f"channels/{thread['id']}/messages", {"content": "おはよう"})
    assert said[0] == 200
    assert not settings(discord, thread)["archived"]


async def test_an_archived_thread_refuses_everything_but_a_message_and_to_be_opened(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http)
    path = f"channels/{thread['id']}"
    _, message = await call(http, "POST", f"{path}/messages", {"content": "集合"})
    discord.advance(A_DAY + 1)
    for method, more, body in (
        ("PUT", f"/thread-members/{demo.TARO}", None),
        ("DELETE", f"/thread-members/{demo.TARO}", None),
        ("PUT", "/thread-members/@me", None),
        ("PATCH", f"/messages/{message['id']}", {"content": "解散"}),
        ("DELETE", f"/messages/{message['id']}", None),
        ("PATCH", "", {"name": "お花見"}),
        ("PATCH", "", {"locked": True}),
        ("PATCH", "", {"archived": True, "locked": True}),
    ):
        status, refusal = await call(http, method, path + more, body)
        assert (status, refusal["code"]) == (400, 50083), (method, more, body)
    status, changed = await call(http, "PATCH", path, {"archived": False, "name": "お花見"})
    assert (status, changed["name"]) == (200, "お花見")
    assert (await call(http, "PATCH", path, {"archived": True, "locked": True}))[0] == 200


async def test_the_lock_needs_manage_threads_and_the_creator_may_archive_without_it(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http)
    path = f"channels/{thread['id']}"
    discord.set_role(demo.BOT_ROLE_ID, permissions.BOT & ~P.MANAGE_THREADS)
    status, refusal = await call(http, "PATCH", path, {"archived": True, "locked": True})
    assert (status, refusal["code"]) == (403, 50013)
    assert (await call(http, "PATCH", path, {"archived": True}))[0] == 200
    assert (await call(http, "PATCH", path, {"archived": False}))[0] == 200
    discord.change_thread(thread["id"], user=demo.MIDORI, locked=True)
    status, refusal = await call(http, "POST", f"{path}/messages", {"content": "まだ"})
    assert (status, refusal["code"]) == (403, 160005)
    status, refusal = await call(http, "PATCH", path, {"archived": True})
    assert (status, refusal["code"]) == (403, 50013)


async def test_in_a_locked_thread_only_moderators_write(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http)
    discord.change_thread(thread["id"], user=demo.MIDORI, locked=True)
    with pytest.raises(ClientRefusal):
        discord.say("まだ話したい", user=demo.TARO, channel=thread["id"])
    assert discord.say("終わりです", user=demo.MIDORI, channel=thread["id"])
    with pytest.raises(ClientRefusal):
        discord.change_thread(thread["id"], user=demo.TARO, locked=False)


@pytest.mark.parametrize("user", [demo.TARO, demo.MIDORI, demo.OWNER])
async def test_in_a_locked_thread_no_button_can_be_pressed_and_no_command_is_answered(
    discord: MiniatureDiscord, http: ClientSession, user: str
) -> None:
    thread = await opened(http)
    body = {"content": "押して", "components": [row(button("hello"))]}
    _, message = await call(http, "POST", f"channels/{thread['id']}/messages", body)
    discord.change_thread(thread["id"], user=demo.MIDORI, locked=True)
    with pytest.raises(ClientRefusal):
        await discord.click(message["id"], "hello", user=user)
    press = await discord.slash("ping", user=user, channel=thread["id"])
    await discord.wait_until(
        lambda: any(e.reply and e.reply.get("code") == 50083 for e in callbacks(discord, press.id)),
        "the callback is refused",
    )
    assert press.interaction.callback is None


def callbacks(discord: MiniatureDiscord, interaction_id: str) -> list[Any]:
    return [e for e in discord.exchanges if f"/interactions/{interaction_id}/" in e.path]


async def test_an_answer_that_was_deferred_cannot_be_changed_once_the_thread_is_locked(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http)
    press = await discord.slash("ping", user=demo.TARO, channel=thread["id"])
    await press.answer()
    discord.change_thread(thread["id"], user=demo.MIDORI, locked=True)
    path = f"webhooks/{discord.bot_id}/{press.token}/messages/@original"
    status, refusal = await call(http, "PATCH", path, {"content": "遅い"})
    assert (status, refusal["code"]) == (403, 50083)


async def test_an_interaction_from_an_archived_thread_opens_it_first(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http)
    discord.advance(A_DAY + 1)
    press = await discord.slash("ping", user=demo.TARO, channel=thread["id"])
    await press.answer()
    assert not settings(discord, thread)["archived"]
    discord.advance(A_DAY + 1)
    muted = discord.add_role("無言")
    discord.overwrite(demo.CHAT_CHANNEL_ID, muted, deny=P.SEND_MESSAGES_IN_THREADS)
    member = discord.add_member("むごん", roles=(muted,))
    with pytest.raises(ClientRefusal):
        await discord.slash("ping", user=member, channel=thread["id"])


async def test_a_mention_lets_a_member_into_the_thread_and_pings_them(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http, payloads.PRIVATE_THREAD, invitable=False)
    path = f"channels/{thread['id']}/messages"
    quiet = {"content": f"<@{demo.TARO}>", "allowed_mentions": {"parse": []}}
    await call(http, "POST", path, quiet)
    assert demo.TARO not in discord.thread_members(thread["id"])
    _, message = await call(http, "POST", path, {"content": f"<@{demo.TARO}> どうぞ"})
    assert [user["id"] for user in message["mentions"]] == [demo.TARO]
    assert demo.TARO in discord.thread_members(thread["id"])
    assert discord.world.pings[demo.TARO][thread["id"]] == message["id"]
    discord.say(f"<@{demo.HANAKO}> も", user=demo.TARO, channel=thread["id"])
    assert demo.HANAKO not in discord.thread_members(thread["id"])  # `invitable` is off
    await call(http, "POST", path, {"content": f"<@&{demo.STAFF_ROLE_ID}>"})
    assert demo.MIDORI in discord.thread_members(thread["id"])


async def test_a_member_who_does_not_see_the_channel_cannot_be_added(http: ClientSession) -> None:
    status, thread = await call(
        http,
        "POST",
        f"channels/{demo.STAFF_CHANNEL_ID}/threads",
        {"name": "内緒", "type": payloads.PRIVATE_THREAD},
    )
    assert status == 201
    path = f"channels/{thread['id']}/thread-members/{demo.TARO}"
    status, refusal = await call(http, "PUT", path)
    assert (status, refusal["code"]) == (403, 50001)


async def test_a_guild_has_a_limit_of_active_threads(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http)
    await call(http, "PATCH", f"channels/{thread['id']}", {"archived": True})
    discord.world.most_active_threads = len(discord.world.threads_of(demo.GUILD_ID))
    for method, path, body in (
        ("POST", f"{CHAT}/threads", {"name": "花見", "type": 11}),
        ("PATCH", f"channels/{thread['id']}", {"archived": False}),
        ("POST", f"channels/{thread['id']}/messages", {"content": "おはよう"}),
    ):
        status, refusal = await call(http, method, path, body)
        assert (status, refusal["code"]) == (400, 160006)


async def test_a_forbidden_word_in_a_threads_name_is_refused(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    discord.world.forbidden_words.add("禁句")
    thread = await opened(http)
    for method, path, body in (
        ("POST", f"{CHAT}/threads", {"name": "これは禁句です", "type": 11}),
        ("PATCH", f"channels/{thread['id']}", {"name": "禁句"}),
    ):
        status, refusal = await call(http, method, path, body)
        assert (status, refusal["code"]) == (400, 50035)
        assert "name" in refusal["errors"]


async def test_a_forum_takes_no_message_and_a_voice_channel_no_thread(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    forum = discord.add_channel("掲示板", kind=payloads.FORUM_CHANNEL)
    status, refusal = await call(http, "POST", f"channels/{forum}/messages", {"content": "あ"})
    assert (status, refusal["code"]) == (400, 50008)
    voice = discord.add_channel("通話", kind=payloads.VOICE_CHANNEL)
    _, message = await call(http, "POST", f"channels/{voice}/messages", {"content": "あ"})
    path = f"channels/{voice}/messages/{message['id']}/threads"
    status, refusal = await call(http, "POST", path, {"name": "花見"})
    assert (status, refusal["code"]) == (400, 50024)


async def test_members_delete_threads_and_messages_where_they_may(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    thread = await opened(http)
    said = discord.say("消します", user=demo.TARO, channel=thread["id"])
    discord.delete_message(said["id"], user=demo.TARO)
    _, message = await call(http, "POST", f"channels/{thread['id']}/messages", {"content": "あ"})
    for act in (discord.delete_message, discord.delete_thread):
        with pytest.raises(ClientRefusal):
            act(message["id"] if act == discord.delete_message else thread["id"], user=demo.TARO)
    discord.delete_message(message["id"], user=demo.MIDORI)
    discord.delete_thread(thread["id"], user=demo.MIDORI)
    assert thread["id"] not in discord.world.channels
