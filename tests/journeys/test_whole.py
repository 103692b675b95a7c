"""From Discord to Discord through every service, each a process of its own."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid5

import aiohttp
import pytest

from playground import demo
from services.gateway.discord.interactions import PRESSES
from shared.exchanges import COMMANDS
from shared.messages.envelope import Actor, Envelope
from tests import builders
from tests.journeys.conftest import Whole
from tests.keys import publisher
from tests.stage import INSTANCE_LINK, PROFILE


async def draft_ending_soon(whole: Whole, event_name: str) -> None:
    """Draft over the broker an invitation of three seconds, which no form allows."""
    start = builders.soon()
    host = Actor(user_id=demo.SAKURA, name="さくら", guild_id=demo.GUILD_ID)
    draft = builders.draft(
        event_name=event_name, start_time=start, end_time=start + timedelta(seconds=3)
    ).model_copy(
        update={
            "actor": host,
            "guild_id": demo.GUILD_ID,
            "channel_id": demo.ANNOUNCEMENT_CHANNEL_ID,
        }
    )
    broker = await publisher(whole.servers.rabbitmq_url("gateway", whole.name))
    envelope = Envelope.first(draft)
    await broker.publish(COMMANDS, envelope.name, envelope)
    await broker.close()


async def test_an_invitation_ends_by_itself_and_takes_its_thread_along(whole: Whole) -> None:
    await draft_ending_soon(whole, "すぐ終わる会")
    message = await whole.discord.wait_for_message(
        lambda m: (
            "すぐ終わる会" in str(m["embeds"]) and m["embeds"][0]["author"]["name"] == "🏁 終了"
        ),
        channel=demo.ANNOUNCEMENT_CHANNEL_ID,
        timeout_seconds=20,
    )

    def is_closed() -> bool:
        thread = next(t for t in whole.discord.threads() if t["id"] == message["id"])
        return bool(thread["thread_metadata"]["archived"])

    await whole.discord.wait_until(is_closed, "the thread is archived", timeout_seconds=20)
    row = await whole.row(message["id"])
    assert row["status"] == "completed"
    assert row["updated_at"] >= row["end_time"], "it never ends early"


@pytest.mark.parametrize("capacity", [1, 8, 79])
async def test_two_hundred_presses_at_once(whole: Whole, capacity: int) -> None:
    invitation_id = await whole.create(
        options={"capacity": capacity}, event_name=f"定員 {capacity} の会"
    )
    members = [await whole.member(f"会員{n}") for n in range(200)]
    presses = await asyncio.gather(
        *(
            whole.discord.click(invitation_id, f"join:{invitation_id}", user=each)
            for each in members
        )
    )

    answers = await asyncio.gather(*(press.answer(60) for press in presses))

    said = Counter(
        "joined" if "参加しました" in answer["content"] else answer["content"] for answer in answers
    )
    full = (
        f"満員のため参加できませんでした（定員 {capacity} 人）。"
        "「キャンセル待ち」を押すと、席が空いたとき順番に、自動で参加が決まります。"
    )
    assert said == {"joined": capacity, full: 200 - capacity}
    row = await whole.row(invitation_id)
    assert (row["joined_count"], row["status"]) == (capacity, "full")
    assert row["version"] == capacity + 1
    await whole.shows(invitation_id, f"{capacity} / {capacity}", "満員", seconds=30)


async def read_calendars(whole: Whole, tokens: Sequence[str]) -> list[bytes]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{whole.api_port}") as http:
        answers = [await http.get(f"/calendars/{token}.ics") for token in tokens]
        assert {answer.status for answer in answers} == {200}
        return [await answer.read() for answer in answers]


async def exported(whole: Whole, user: str) -> bytes:
    press = await whole.discord.slash("mydata export", user=user)
    [file] = (await press.answer(15))["attachments"]
    return bytes(whole.discord.world.files[file["id"]])


async def test_profile_link_and_token_are_readable_nowhere(whole: Whole) -> None:
    """Search every byte that database, broker, cache, Prometheus, logs and exports hold."""
    invitation_id = await whole.create(event_name="canary-event", vrchat_profile=PROFILE)
    press = await whole.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await press.answer(15)
    link = INSTANCE_LINK.replace("71337", "canary31337")
    assert "設定しました" in await whole.set_link(invitation_id, link)
    shown = await whole.press("reveal", invitation_id, demo.TARO)
    assert link in shown["content"]
    assert PROFILE in shown["content"]
    calendar = await (await whole.discord.slash("calendar", user=demo.TARO)).answer(15)
    tokens = [*dict.fromkeys(re.findall(r"/calendars/([\w-]{43})\.ics", calendar["content"]))]
    assert len(tokens) == 2  # each also as a webcal address
    exports = [
        *await read_calendars(whole, tokens),
        *[await exported(whole, user) for user in (demo.TARO, demo.SAKURA)],
    ]
    row = await whole.row(invitation_id)
    assert row["vrchat_profile"].startswith("v1.")
    assert row["instance_link"].startswith("v1.")
    await whole.checkpoint()

    assert all(b"canary-event" in export for export in exports), "it is blind"
    assert {"postgresql", "rabbitmq"} <= await whole.search("canary-event"), "it is blind"
    for secret in (
        *(PROFILE, PROFILE.rpartition("/")[2], press.interaction.token),
        *(link, "canary31337", *tokens),
    ):
        assert await whole.search(secret) == set()
        assert not [export for export in exports if secret.encode() in export]


async def test_a_press_keeps_one_correlation_id_to_its_last_edit(whole: Whole) -> None:
    invitation_id = await whole.create(event_name="足跡の会")
    press = await whole.discord.click(invitation_id, f"join:{invitation_id}", user=demo.TARO)
    await press.answer(15)
    await whole.shows(invitation_id, "1 / 2")
    await whole.settled()

    correlation_id = str(uuid5(PRESSES, press.interaction.id))
    lines = [json.loads(line) for line in whole.log().splitlines()]
    mine = [line for line in lines if line.get("correlation_id") == correlation_id]

    assert {line["service"] for line in mine} == {"gateway", "invitations"}
    assert {line.get("message") for line in mine} >= {
        "invitations.JoinInvitation",
        "invitations.ParticipantJoined",
        "replies.CommandAccepted",
    }


@pytest.mark.parametrize("service", ["invitations", "scheduler", "gateway"])
async def test_each_service_tells_how_it_is(whole: Whole, service: str) -> None:
    port = whole.port(service)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        ready = await (await http.get("/readyz")).json()
        assert ready["service"] is True
        assert all(ready.values())
        assert (await http.get("/healthz")).status == 200
        metrics = await (await http.get("/metrics")).text()
    assert re.search(r'^consumer_alive\{queue="[a-z.]+"\} 1\.0$', metrics, re.MULTILINE)
    assert "messages_handled_total" in metrics
