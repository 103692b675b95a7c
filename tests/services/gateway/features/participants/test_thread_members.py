"""Participants are in the thread, and only they; notices for them are posted there."""

from collections.abc import AsyncIterator

import pytest

from playground import demo
from playground.refusals import Payload
from playground.thread_life import let_in
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import InstanceLinkChanged, ParticipantLeft
from tests.services.gateway.consumers.test_events import state
from tests.services.gateway.features.closing.test_closing import detail, joined, thread_messages
from tests.services.gateway.features.participants.test_waitlist import logged, press
from tests.services.gateway.features.staff.test_panels import pressed
from tests.stage import INSTANCE_LINK, Stage


@pytest.fixture
async def broker(stage: Stage) -> AsyncIterator[Broker]:
    """Publish as the invitations service does."""
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    yield broker
    await broker.close()


async def inside(stage: Stage, invitation_id: str, *users: str) -> None:
    """Wait until exactly these members are in a thread, beside the bot and さくら, the host."""
    wanted = {*users, stage.discord.bot_id, demo.SAKURA}
    await stage.discord.wait_until(
        lambda: stage.discord.thread_members(invitation_id) == wanted, f"{users} are inside", 15
    )


async def test_a_member_who_gives_up_a_seat_leaves_the_thread(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="出入りする会", options={"capacity": 4})
    await joined(stage, invitation_id, demo.TARO, demo.HANAKO, demo.JIRO)
    await inside(stage, invitation_id, demo.TARO, demo.HANAKO, demo.JIRO)

    await press(stage, invitation_id, "leave", demo.TARO)
    await inside(stage, invitation_id, demo.HANAKO, demo.JIRO)
    await press(stage, invitation_id, "interest", demo.HANAKO)
    await inside(stage, invitation_id, demo.JIRO)
    await joined(stage, invitation_id, demo.TARO)
    await inside(stage, invitation_id, demo.JIRO, demo.TARO)


async def test_a_member_whom_discord_cannot_let_in_now_is_let_in_later(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="扉が重い会")
    away = stage.discord.faults.add(
        method="PUT", template="/channels/{channel_id}/thread-members/{user_id}", answer=503
    )
    await joined(stage, invitation_id, demo.TARO)
    await away.struck()
    await inside(stage, invitation_id, demo.TARO)


async def test_staff_in_charge_of_an_event_stay_in_its_thread(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="担当も参加する会")
    await joined(stage, invitation_id, demo.MIDORI, demo.TARO)
    await inside(stage, invitation_id, demo.MIDORI, demo.TARO)
    await (await pressed(stage, invitation_id, "assign", demo.MIDORI)).answer()
    for user in (demo.MIDORI, demo.TARO):
        await press(stage, invitation_id, "leave", user)
    await inside(stage, invitation_id, demo.MIDORI)
    await stage.shows(invitation_id, "0 / 2")


async def test_a_late_leave_event_removes_no_member_who_has_joined_again(
    stage: Stage, broker: Broker
) -> None:
    """A removed bookmark removes no member who only chats; a closed thread is opened."""
    invitation_id = await stage.create(event_name="戻ってきた会")
    await joined(stage, invitation_id, demo.TARO)
    await inside(stage, invitation_id, demo.TARO)
    world = stage.discord.world
    let_in(world, world.channels[invitation_id], [demo.ALEX])
    for user_id, gave_up in (demo.TARO, "joined"), (demo.ALEX, "interested"):
        event = ParticipantLeft(
            invitation=state(invitation_id), user_id=user_id, user_name="たろう", gave_up=gave_up
        )
        envelope = Envelope.first(event)
        await broker.publish(EVENTS, envelope.name, envelope)
        await logged(stage, 1, "message.handled", str(envelope.id))
    await inside(stage, invitation_id, demo.TARO, demo.ALEX)

    thread = stage.discord.world.channels[invitation_id]["thread_metadata"]
    thread |= {"archived": True, "locked": True}
    await press(stage, invitation_id, "leave", demo.TARO)
    await inside(stage, invitation_id, demo.ALEX)
    await stage.shows(invitation_id, "0 / 2")


async def test_the_seated_hear_once_that_there_is_a_link(stage: Stage, broker: Broker) -> None:
    invitation_id = await stage.create(event_name="リンクの会")
    await joined(stage, invitation_id, demo.TARO)
    message = await detail(stage, invitation_id, demo.SAKURA)
    form = await stage.discord.click(message["id"], f"link:{invitation_id}", user=demo.SAKURA)
    submit = await stage.discord.submit(form, {"instance_link": INSTANCE_LINK})
    assert "設定しました" in (await submit.answer())["content"]

    await stage.discord.wait_until(lambda: thread_messages(stage, invitation_id), "a notice", 15)
    [notice] = thread_messages(stage, invitation_id)
    assert "「リンクの会」の新しいインスタンスリンク" in notice["content"]
    assert notice["content"].endswith(f"\n<@{demo.TARO}>")
    assert "vrchat.com" not in str(notice)
    button = notice["components"][0]["components"][0]["custom_id"]
    reveal = await stage.discord.click(notice["id"], button, user=demo.TARO)
    assert "vrchat.com/home/launch" in (await reveal.answer())["content"]

    again = Envelope.first(
        InstanceLinkChanged(invitation=state(invitation_id, event_name="もう一度"))
    )
    for times in (1, 2):
        await broker.publish(EVENTS, again.name, again)
        await logged(stage, times, "link.announced", str(again.id))
        for message in thread_messages(stage, invitation_id):
            stage.discord.world.messages[message["id"]].nonce = None
    assert len(thread_messages(stage, invitation_id)) == 2


async def test_without_participants_no_link_is_announced(stage: Stage, broker: Broker) -> None:
    invitation_id = await stage.create(event_name="まだ誰もいない会")
    event = Envelope.first(InstanceLinkChanged(invitation=state(invitation_id)))
    await broker.publish(EVENTS, event.name, event)
    await logged(stage, 1, "message.handled", str(event.id))
    assert thread_messages(stage, invitation_id) == []


async def roster(stage: Stage, act: str, invitation_id: str, member: str, user: str) -> str:
    """Run `/invite add` or `/invite remove`; give the answer."""
    slash = await stage.discord.slash(
        f"invite {act}", user=user, options={"id": invitation_id, "member": member}
    )
    answer = await slash.answer(15)
    assert answer["flags"] & 64
    return str(answer["content"])


async def test_a_host_gives_a_seat_and_takes_it_back(stage: Stage) -> None:
    """A notice in the thread with a button to leave; then a direct message, and no name there."""
    invitation_id = await stage.create(event_name="招かれる会", options={"capacity": 1})
    link = f"https://discord.com/channels/{demo.GUILD_ID}/1/{invitation_id}"

    answer = await roster(stage, "add", link, demo.TARO, demo.SAKURA)

    assert answer.startswith(f"「招かれる会」に <@{demo.TARO}> さんを追加しました。")
    await inside(stage, invitation_id, demo.TARO)
    await stage.discord.wait_until(lambda: thread_messages(stage, invitation_id), "a notice", 15)
    [notice] = thread_messages(stage, invitation_id)
    assert notice["content"].startswith(f"<@{demo.TARO}> さん、<@{demo.SAKURA}> さんの操作で")
    assert mentioned(stage, invitation_id) == [[demo.TARO]]
    assert "すでに参加" in await roster(stage, "add", invitation_id, demo.TARO, demo.SAKURA)
    await stage.shows(invitation_id, "1 / 1", "満員")
    await press(stage, invitation_id, "wait", demo.HANAKO)
    for user_id, why in (
        (demo.HANAKO, "順番を飛ばして"),
        (demo.JIRO, "待ちの人が先です"),
    ):
        assert why in await roster(stage, "add", invitation_id, user_id, demo.SAKURA)

    assert "外しました" in await roster(stage, "remove", invitation_id, demo.TARO, demo.MIDORI)

    await inside(stage, invitation_id, demo.HANAKO)
    await stage.discord.wait_until(
        lambda: len(thread_messages(stage, invitation_id)) == 2, "the next one knows", 15
    )
    [promotion] = thread_messages(stage, invitation_id)[1:]
    assert f"<@{demo.HANAKO}> さん、席が空いた" in promotion["content"]

    def notified() -> list[Payload]:
        written = stage.discord.direct_messages(demo.TARO)  # those of other tests too
        return [message for message in written if invitation_id in message["content"]]

    await stage.discord.wait_until(notified, "the member knows", 15)
    [message] = notified()
    assert message["content"].startswith(
        "「招かれる会」の登録（参加・キャンセル待ち・興味あり）が外されました。"
    )
    assert "その人は、参加、" in await roster(
        stage, "remove", invitation_id, demo.TARO, demo.SAKURA
    )


def mentioned(stage: Stage, invitation_id: str) -> list[list[str]]:
    """Give whom each message in a thread was to ping."""
    written = [
        e.body
        for e in stage.discord.exchanges
        if e.method == "POST" and e.path.endswith(f"/channels/{invitation_id}/messages")
    ]
    return [body["allowed_mentions"]["users"] for body in written if "users" in str(body)]


async def test_an_added_member_can_withdraw_on_the_notice(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="招かれても行けない会")
    await roster(stage, "add", invitation_id, demo.TARO, demo.MIDORI)
    await stage.discord.wait_until(lambda: thread_messages(stage, invitation_id), "a notice", 15)
    [notice] = thread_messages(stage, invitation_id)
    pressed = await stage.discord.click(notice["id"], label="取り消し", user=demo.TARO)
    assert "取り消しました" in (await pressed.answer())["content"]
    await inside(stage, invitation_id)


async def test_only_host_and_staff_add_members_and_some_members_cannot_be_added(
    stage: Stage,
) -> None:
    invitation_id = await stage.create(event_name="勝手に増えない会")
    bot = stage.discord.bot_id
    answers = [
        (await roster(stage, "add", invitation_id, demo.JIRO, demo.TARO), "主催者、共同主催"),
        (
            await roster(stage, "remove", invitation_id, demo.JIRO, demo.ALEX),
            "Only the host, co-hosts",
        ),
        (await roster(stage, "add", invitation_id, bot, demo.SAKURA), "Bot は参加できません"),
        (await roster(stage, "add", invitation_id, demo.SAKURA, demo.MIDORI), "その人は主催者"),
        (await roster(stage, "add", "あの会", demo.JIRO, demo.SAKURA), "見つかりませんでした"),
    ]
    assert all(expected in answer for answer, expected in answers), answers
    choices = await stage.discord.autocomplete(
        "invite add", "id", "勝手に増えない会", user=demo.SAKURA, options={"member": demo.JIRO}
    )
    assert [choice["value"] for choice in choices] == [invitation_id]
    await stage.shows(invitation_id, "0 / 2")
