"""A reminder on Discord: to those it is for, once, and never too late."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import asyncpg
import pytest

from playground import demo
from playground.refusals import Payload
from services.gateway.drawing.notices import reminders
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import ReminderDue
from tests import builders
from tests.keys import KEYS
from tests.services.gateway.consumers.test_events import state
from tests.services.gateway.drawing.test_views import WORST
from tests.services.gateway.features.participants.test_waitlist import logged
from tests.stage import Stage

MUTE = "🔕 リマインダーをオフ"
MANY = [f"1{number:019}" for number in range(100)]


@pytest.fixture
async def broker(stage: Stage) -> AsyncIterator[Broker]:
    """Publish as the invitations service does."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    yield broker
    await broker.close()


async def current(stage: Stage, invitation_id: str) -> InvitationState:
    url = f"http://127.0.0.1:{stage.api_port}/api/invitations/{invitation_id}"
    headers = {"Authorization": f"Bearer {KEYS['gateway'].reading_token('invitations')}"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(url) as answer:
        return InvitationState.model_validate_json(await answer.read())


async def tell(broker: Broker, state: InvitationState, *user_ids: str) -> Envelope:
    envelope = Envelope.first(ReminderDue(invitation=state, user_ids=list(user_ids)))
    await broker.publish(EVENTS, envelope.name, envelope)
    return envelope


def reminded(stage: Stage, invitation_id: str) -> list[Payload]:
    return [m for m in stage.discord.messages_in(invitation_id) if m["author"].get("bot")]


async def shown(stage: Stage, invitation_id: str) -> Payload:
    return await stage.discord.wait_for_message(
        lambda m: "に始まります" in m["content"], channel=invitation_id, timeout_seconds=20
    )


async def choose(stage: Stage, user: str, choice: str) -> str:
    options = {"reminders": choice}
    slash = await stage.discord.slash("invite reminders", user=user, options=options)
    answer = await slash.answer()
    assert answer["flags"] & 64
    return str(answer["content"])


async def test_those_it_is_for_are_mentioned_in_the_thread(stage: Stage, broker: Broker) -> None:
    invitation_id = await stage.create(event_name="@everyone **もうすぐの会**")
    state = await current(stage, invitation_id)

    await tell(broker, state, demo.TARO, demo.HANAKO)

    notice = await shown(stage, invitation_id)
    start = f"<t:{int(state.start_time.timestamp())}:f>"
    assert notice["content"] == (
        f"「\\@everyone \\*\\*もうすぐの会\\*\\*」は {start} に始まります。"
        f"\n<@{demo.TARO}> <@{demo.HANAKO}>"
    )
    labels = [button["label"] for button in notice["components"][0]["components"]]
    assert labels == ["参加情報", MUTE]
    [written] = [
        e.body
        for e in stage.discord.exchanges
        if e.method == "POST" and e.path.endswith(f"/channels/{invitation_id}/messages")
    ]
    assert written["allowed_mentions"] == {"parse": [], "users": [demo.TARO, demo.HANAKO]}
    assert written["enforce_nonce"]


async def test_the_words_of_the_host_stand_in_the_reminder(stage: Stage, broker: Broker) -> None:
    invitation_id = await stage.create(event_name="文のある会")
    texts = ["集合は**入口**です", "[ここ](https://evil.example) @everyone"]
    state = await current(stage, invitation_id)
    event = Envelope.first(ReminderDue(invitation=state, user_ids=[demo.TARO], texts=texts))
    await broker.publish(EVENTS, event.name, event)
    notice = await shown(stage, invitation_id)
    first, second, third, people = notice["content"].splitlines()
    assert first.startswith("「文のある会」は ")
    assert (second, people) == ("集合は**入口**です", f"<@{demo.TARO}>")
    assert "](" not in third
    assert [user["id"] for user in notice["mentions"]] == [demo.TARO]
    assert not notice["mention_everyone"]


async def test_a_repeated_reminder_is_one_notice(stage: Stage, broker: Broker) -> None:
    """Also much later, when Discord has long forgotten the nonce."""
    invitation_id = await stage.create(event_name="一度だけ思い出す会")
    envelope = await tell(broker, await current(stage, invitation_id), demo.TARO)
    for _ in range(2):
        notice = await shown(stage, invitation_id)
        stage.discord.world.messages[notice["id"]].nonce = None
        await broker.publish(EVENTS, envelope.name, envelope)
    await logged(stage, 3, "reminder.sent", str(envelope.id))
    assert len(reminded(stage, invitation_id)) == 1


async def test_a_gateway_killed_between_two_parts_leaves_each_once(
    stage: Stage, broker: Broker
) -> None:
    """A hundred mentions take two messages; the doomed replica writes the first."""
    invitation_id = await stage.create(event_name="知らせの途中で倒れる会")
    state = await current(stage, invitation_id)
    running = [p for p in stage.processes[1:] if p.returncode is None]
    for process in running:
        process.terminate()
    assert {await process.wait() for process in running} == {0}
    doomed = await stage.start_gateway(0, FAIL_POINT="gateway.notified")
    envelope = await tell(broker, state, *MANY)
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    assert len(reminded(stage, invitation_id)) == 1
    for message in stage.discord.world.messages.values():
        message.nonce = None  # as if the outage had lasted longer than Discord remembers
    await asyncio.gather(stage.start_gateway(0), stage.start_gateway(1))
    await stage.discord.wait_for_sessions(2)
    await logged(stage, 1, "reminder.sent", str(envelope.id))
    contents = [m["content"] for m in reminded(stage, invitation_id)]
    assert len(contents) == 2
    assert "".join(contents).count("<@") == len(MANY)


async def test_an_event_that_has_started_moved_or_ended_is_not_reminded_of(
    stage: Stage, broker: Broker
) -> None:
    started, moved, ended = [
        await stage.create(event_name=name) for name in ("始まった会", "動いた会", "終わった会")
    ]
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute(
        "UPDATE invitations.invitations SET start_time = $2 WHERE id = $1",
        *(started, builders.soon(seconds=-1)),
    )
    await connection.execute(
        "UPDATE invitations.invitations SET status = 'cancelled', vrchat_profile = NULL"
        " WHERE id = $1",
        ended,
    )
    await connection.close()
    before = await current(stage, moved)
    stale = before.model_copy(update={"start_time": before.start_time - timedelta(hours=1)})
    for reminded_state in (await current(stage, started), stale, await current(stage, ended)):
        envelope = await tell(broker, reminded_state, demo.TARO)
        await logged(stage, 1, "reminder.dropped", str(envelope.id))
    assert [reminded(stage, each) for each in (started, moved, ended)] == [[], [], []]


async def test_a_member_turns_reminders_off_by_the_button_and_on_by_the_command(
    stage: Stage, broker: Broker
) -> None:
    invitation_id = await stage.create(event_name="静かにしたい会")
    await tell(broker, await current(stage, invitation_id), demo.TARO, demo.ALEX)
    notice = await shown(stage, invitation_id)

    pressed = await stage.discord.click(notice["id"], label=MUTE, user=demo.TARO)

    answer = await pressed.answer()
    assert answer["flags"] & 64
    assert answer["content"].startswith("リマインダーをオフにしました。「興味あり」")
    in_english = await stage.discord.click(notice["id"], label=MUTE, user=demo.ALEX)
    assert "Reminders are off" in (await in_english.answer())["content"]
    assert await opted_out(stage) == {demo.TARO, demo.ALEX}
    assert "オンにしました" in await choose(stage, demo.TARO, "on")
    assert await opted_out(stage) == {demo.ALEX}
    assert "オフにしました" in await choose(stage, demo.TARO, "off")
    assert await opted_out(stage) == {demo.TARO, demo.ALEX}


async def opted_out(stage: Stage) -> set[str]:
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    rows = await connection.fetch("SELECT user_id FROM invitations.reminder_opt_outs")
    await connection.close()
    return {row["user_id"] for row in rows}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_hundred_are_reminded_within_the_limits(language: Any) -> None:
    due = ReminderDue(invitation=state("1001", **WORST), user_ids=MANY)
    parts = reminders(due, language)
    assert all(0 < len(part["content"]) <= 2000 for part in parts)
    assert [each for part in parts for each in part["allowed_mentions"]["users"]] == MANY
    assert all(part["components"] for part in parts)
