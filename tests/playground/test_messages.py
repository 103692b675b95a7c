"""Messages and threads: Discord's uniqueness rules and its refusals."""

from typing import Any

import pytest
from aiohttp import ClientSession

from playground import MiniatureDiscord, demo

CHAT = f"channels/{demo.CHAT_CHANNEL_ID}"


async def call(http: ClientSession, method: str, path: str, body: object = None) -> Any:
    """Make a call; give its status and reply."""
    async with http.request(method, path, json=body) as response:
        return response.status, await response.json() if response.status != 204 else None


async def test_an_enforced_nonce_gives_the_same_message_for_five_minutes(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    body = {"content": "once", "nonce": "n1", "enforce_nonce": True}
    _, first = await call(http, "POST", f"{CHAT}/messages", body)
    _, second = await call(http, "POST", f"{CHAT}/messages", body)
    _, unenforced = await call(http, "POST", f"{CHAT}/messages", body | {"enforce_nonce": False})
    assert first["id"] == second["id"] != unenforced["id"]
    discord.advance(301)
    _, later = await call(http, "POST", f"{CHAT}/messages", body)
    assert later["id"] not in (first["id"], unenforced["id"])


async def test_messages_are_listed_newest_first(http: ClientSession) -> None:
    for content in ("一", "二", "三"):
        await call(http, "POST", f"{CHAT}/messages", {"content": content})
    _, listed = await call(http, "GET", f"{CHAT}/messages?limit=2")
    assert [message["content"] for message in listed] == ["三", "二"]
    _, before = await call(http, "GET", f"{CHAT}/messages?limit=1&before={listed[1]['id']}")
    assert before[0]["content"] == "一"


async def test_a_message_gets_one_thread_with_its_own_id(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    _, message = await call(http, "POST", f"{CHAT}/messages", {"content": "花見"})
    path = f"{CHAT}/messages/{message['id']}/threads"
    status, thread = await call(http, "POST", path, {"name": "花見"})
    assert (status, thread["id"]) == (201, message["id"])
    status, refusal = await call(http, "POST", path, {"name": "花見"})
    assert (status, refusal["code"]) == (400, 160004)
    assert thread["id"] in [t["id"] for t in discord.threads(demo.CHAT_CHANNEL_ID)]


async def test_a_private_thread_is_seen_by_its_members_and_staff(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    _, thread = await call(http, "POST", f"{CHAT}/threads", {"name": "相談", "type": 12})
    members = f"channels/{thread['id']}/thread-members"
    assert (await call(http, "PUT", f"{members}/{demo.TARO}"))[0] == 204
    assert (await call(http, "PUT", f"{members}/{demo.TARO}"))[0] == 204
    await call(http, "POST", f"channels/{thread['id']}/messages", {"content": "どうしましたか"})
    readers = [
        u for u in (demo.TARO, demo.HANAKO, demo.MIDORI) if discord.visible_to(u, thread["id"])
    ]
    assert readers == [demo.TARO, demo.MIDORI]
    assert (await call(http, "DELETE", f"{members}/{demo.TARO}"))[0] == 204
    assert discord.thread_members(thread["id"]) == {discord.bot_id}


async def test_an_archived_thread_takes_no_members_and_a_locked_one_no_messages(
    http: ClientSession,
) -> None:
    _, thread = await call(http, "POST", f"{CHAT}/threads", {"name": "終わり", "type": 11})
    path = f"channels/{thread['id']}"
    await call(http, "PATCH", path, {"archived": True, "locked": True})
    for method, more, body in (
        ("PUT", f"/thread-members/{demo.TARO}", None),
        ("POST", "/messages", {"content": "まだ"}),
        ("PATCH", "", {"name": "新しい名前"}),
    ):
        status, refusal = await call(http, method, path + more, body)
        assert (status, refusal["code"]) == (400, 50083)
    assert (await call(http, "PATCH", path, {"archived": False}))[0] == 200


async def test_a_direct_message_reaches_a_member_who_has_not_closed_them(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    _, channel = await call(http, "POST", "users/@me/channels", {"recipient_id": demo.TARO})
    _, again = await call(http, "POST", "users/@me/channels", {"recipient_id": demo.TARO})
    assert channel["id"] == again["id"]
    path = f"channels/{channel['id']}/messages"
    await call(http, "POST", path, {"content": "まもなく始まります"})
    assert discord.direct_messages(demo.TARO)[-1]["content"] == "まもなく始まります"
    discord.world.closed_to_direct_messages.add(demo.TARO)
    status, refusal = await call(http, "POST", path, {"content": "聞こえますか"})
    assert (status, refusal["code"]) == (403, 50007)


def row(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def button(custom_id: str, **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "x", "custom_id": custom_id} | more


FIELD = {"name": "a", "value": "b"}
ROLE = {"type": "role", "id": demo.STAFF_ROLE_ID}
WRONG = {
    "content too long": ({"content": "x" * 2001}, "content"),
    "too many fields": ({"embeds": [{"fields": [FIELD] * 26}]}, "embeds.0.fields"),
    "blank field": ({"embeds": [{"fields": [FIELD | {"name": " "}]}]}, "embeds.0.fields.0.name"),
    "title too long": ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
    "embeds too long": ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    "too many rows": ({"components": [row(button(str(i))) for i in range(6)]}, "components"),
    "too many buttons": (
        {"components": [row(*(button(str(i)) for i in range(6)))]},
        "components.0.components",
    ),
    "same custom id": (
        {"components": [row(button("a"), button("a"))]},
        "components.0.components.1.custom_id",
    ),
    "custom id too long": (
        {"components": [row(button("x" * 101))]},
        "components.0.components.0.custom_id",
    ),
    "label too long": (
        {"components": [row(button("a", label="x" * 81))]},
        "components.0.components.0.label",
    ),
    "too many chosen": (
        {"components": [row({"type": 6, "custom_id": "a", "default_values": [ROLE, ROLE]})]},
        "components.0.components.0.default_values",
    ),
    "no row": ({"components": [button("a")]}, "components.0.type"),
}


@pytest.mark.parametrize("case", WRONG)
async def test_a_wrong_message_is_refused_with_the_tree_of_its_mistakes(
    discord: MiniatureDiscord, http: ClientSession, case: str
) -> None:
    body, path = WRONG[case]
    status, refusal = await call(http, "POST", f"{CHAT}/messages", body)
    discord.exchanges.pop()  # wrong on purpose: the description does not have to agree
    assert (status, refusal["code"], refusal["message"]) == (400, 50035, "Invalid Form Body")
    node = refusal["errors"]
    for step in path.split("."):
        node = node[step]
    assert node["_errors"][0]["message"]


async def test_an_empty_message_is_refused(http: ClientSession) -> None:
    status, refusal = await call(http, "POST", f"{CHAT}/messages", {"content": ""})
    assert (status, refusal["code"]) == (400, 50006)


async def test_a_request_without_the_token_is_refused(discord: MiniatureDiscord) -> None:
    async with ClientSession() as session, session.get(f"{discord.api_url}/users/@me") as response:
        assert response.status == 401


async def test_a_resource_that_does_not_exist_is_unknown(http: ClientSession) -> None:
    for path, code in (
        ("channels/1", 10003),
        (f"{CHAT}/messages/1", 10008),
        (f"guilds/{demo.GUILD_ID}/members/1", 10007),
        ("guilds/1/roles", 10004),
    ):
        status, refusal = await call(http, "GET", path)
        assert (status, refusal["code"]) == (404, code)


async def test_a_scheduled_event_is_created_changed_and_removed(http: ClientSession) -> None:
    events = f"guilds/{demo.GUILD_ID}/scheduled-events"
    body = {
        "name": "花見",
        "entity_type": 3,
        "privacy_level": 2,
        "scheduled_start_time": "2099-04-01T12:00:00+00:00",
        "scheduled_end_time": "2099-04-01T14:00:00+00:00",
        "entity_metadata": {"location": "VRChat"},
    }
    _, event = await call(http, "POST", events, body)
    _, changed = await call(http, "PATCH", f"{events}/{event['id']}", {"name": "夜桜"})
    assert changed["name"] == "夜桜"
    status, refusal = await call(http, "PATCH", f"{events}/{event['id']}", {"status": 3})
    assert (status, refusal["code"]) == (400, 50035)
    assert (await call(http, "DELETE", f"{events}/{event['id']}"))[0] == 204
    assert (await call(http, "GET", events))[1] == []
    _, event = await call(http, "POST", events, body)
    _, cancelled = await call(http, "PATCH", f"{events}/{event['id']}", {"status": 4})
    assert cancelled["status"] == 4
    assert (await call(http, "GET", events))[1] == []
    status, refusal = await call(http, "PATCH", f"{events}/{event['id']}", {"name": "遅い"})
    assert (status, refusal["code"]) == (400, 180000)


async def test_a_body_that_is_not_json_is_refused(
    discord: MiniatureDiscord, http: ClientSession
) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post(f"{CHAT}/messages", data=b'{"content": ', headers=headers) as response:
        discord.exchanges.pop()  # wrong on purpose
        assert (response.status, (await response.json())["code"]) == (400, 50109)


@pytest.mark.parametrize("form", [{"content": "花見"}, {"payload_json": '{"content": "花見"}'}])
async def test_a_form_is_taken_instead_of_json(http: ClientSession, form: dict[str, str]) -> None:
    async with http.post(f"{CHAT}/messages", data=form) as response:
        assert (response.status, (await response.json())["content"]) == (200, "花見")


async def test_a_client_that_asks_for_the_sounds_of_every_guild_is_answered(
    http: ClientSession,
) -> None:
    """py-cord is not ready before."""
    assert await call(http, "GET", "soundboard-default-sounds") == (200, [])
