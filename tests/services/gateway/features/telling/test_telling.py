"""A removed member reads of it in private, and the summary is one message."""

import asyncio
import signal
from datetime import UTC, datetime

from playground import demo
from services.gateway.features.telling.views import MOST_LINES, host_reminder, line, merged
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import ParticipantJoined, ParticipantLeft, ReminderDue
from tests.services.gateway.consumers.test_events import state
from tests.services.gateway.features.closing.test_closing import joined, thread_messages
from tests.services.gateway.features.participants.test_thread_members import inside, roster
from tests.services.gateway.features.participants.test_waitlist import logged
from tests.services.gateway.features.telling.test_table import summary
from tests.stage import Stage

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)


async def test_a_member_who_takes_no_messages_is_removed_without_a_public_word(
    stage: Stage,
) -> None:
    invitation_id = await stage.create(event_name="静かに外す会")
    closed = stage.discord.add_member("とじたひと")
    stage.discord.world.closed_to_direct_messages.add(closed)
    await joined(stage, invitation_id, closed)
    await inside(stage, invitation_id, closed)
    assert "外しました" in await roster(stage, "remove", invitation_id, closed, demo.SAKURA)
    await inside(stage, invitation_id)
    await logged(stage, 1, "direct_message.refused", "50007")
    assert stage.discord.direct_messages(closed) == []
    assert thread_messages(stage, invitation_id) == []
    await stage.discord.wait_until(
        lambda: "メンバーが 1 人外されました" in summary(stage, invitation_id),
        "the host reads it",
        20,
    )


async def test_a_gateway_killed_after_the_message_writes_no_second(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="伝えて倒れる会")
    member = stage.discord.add_member("いちどだけ")
    await joined(stage, invitation_id, member)
    running = [p for p in stage.processes[1:] if p.returncode is None]
    for process in running:
        process.terminate()
    assert {await process.wait() for process in running} == {0}
    doomed = await stage.start_gateway(0, FAIL_POINT="gateway.direct_message")
    await stage.discord.wait_for_sessions(1)
    await stage.discord.slash(
        "invite remove", user=demo.SAKURA, options={"id": invitation_id, "member": member}
    )
    assert await asyncio.wait_for(doomed.wait(), 20) == -signal.SIGKILL
    for message in stage.discord.world.messages.values():
        message.nonce = None  # as if the outage had lasted longer than Discord remembers
    await asyncio.gather(stage.start_gateway(0), stage.start_gateway(1))
    await stage.discord.wait_for_sessions(2)
    await logged(stage, 1, "member.notified", invitation_id)
    assert len(stage.discord.direct_messages(member)) == 1


async def test_a_repeated_event_is_one_line_of_one_summary(stage: Stage, broker: Broker) -> None:
    """Also after a restart, from what the message itself says."""
    invitation_id = await stage.create(event_name="くり返される会")
    event = ParticipantJoined(
        invitation=state(invitation_id), user_id=demo.TARO, user_name="たろう"
    )
    envelope = Envelope.first(event)
    for times in (1, 2):
        await broker.publish(EVENTS, envelope.name, envelope)
        await logged(stage, times, "summary.written", invitation_id)
    assert summary(stage, invitation_id).count(f"参加 <@{demo.TARO}>") == 1
    [written] = [m for m in stage.discord.messages_in(invitation_id) if m["author"].get("bot")]
    assert written["flags"] & 1 << 12
    assert written["mentions"] == []


def test_the_summary_keeps_the_newest_lines_in_their_order() -> None:
    lines = [f"<t:{at}:t> 参加 <@{at}>" for at in range(20)]
    assert merged([], lines[::-1]) == lines[-MOST_LINES:]
    assert merged(lines[:3], lines[2:4]) == lines[:4]


def test_a_removed_member_is_not_named() -> None:
    about = {"invitation": state("1"), "user_id": "42", "user_name": "たろう"}
    removed = ParticipantLeft(**about, gave_up="joined", by_id="7")
    left = ParticipantLeft(**about, gave_up="joined")
    assert "42" not in str(line(removed, AT, "ja")).partition("> ")[2]
    assert "<@42>" in str(line(left, AT, "ja"))
    assert line(ParticipantLeft(**about, gave_up="interested"), AT, "ja") is None


def test_the_hosts_reminder_offers_the_form_of_the_link_only_where_there_is_none() -> None:
    def shown(**changes: bool) -> str:
        return str(host_reminder(ReminderDue(invitation=state("1"), user_ids=[], **changes), "ja"))

    assert "link:1" in shown(is_for_host=True)
    assert "link:1" not in shown(is_for_host=True, has_instance_link=True)
    assert shown(has_instance_link=True) == "[]"
