"""Only host and staff end an event from Discord, and the thread gets one notice."""

from playground import demo
from playground.interactions import COMPONENT
from playground.people import interact
from playground.press import Press
from playground.refusals import Payload
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.details import InvitationState
from shared.messages.invitations.events import InvitationCancelled
from tests.services.gateway.consumers.test_events import state
from tests.stage import Stage, confirmed, shown


async def detail(stage: Stage, invitation_id: str, user: str) -> Payload:
    press = await stage.discord.click(invitation_id, f"detail:{invitation_id}", user=user)
    return await press.answer()


def labels(message: Payload) -> list[str]:
    return [part["label"] for row in message["components"] for part in row["components"]]


async def joined(stage: Stage, invitation_id: str, *users: str) -> None:
    for user in users:
        press = await stage.discord.click(invitation_id, f"join:{invitation_id}", user=user)
        assert "参加しました" in (await press.answer())["content"]


async def cancel(stage: Stage, invitation_id: str, user: str, reason: str) -> str:
    message = await detail(stage, invitation_id, user)
    button = await stage.discord.click(message["id"], f"cancel:{invitation_id}", user=user)
    submit = await stage.discord.submit(button, {"reason": reason})
    answer = await confirmed(stage.discord, await submit.answer(), user)
    return str(answer["content"])


def thread_messages(stage: Stage, invitation_id: str) -> list[Payload]:
    """Give what the bot wrote into a thread, without its summary."""
    written = [m for m in stage.discord.messages_in(invitation_id) if m["author"].get("bot")]
    return [m for m in written if f"detail:{invitation_id}:summary" not in str(m["components"])]


async def closed(stage: Stage, invitation_id: str) -> None:
    def is_closed() -> bool:
        thread = next(t for t in stage.discord.threads() if t["id"] == invitation_id)
        return bool(thread["thread_metadata"]["archived"] and thread["thread_metadata"]["locked"])

    await stage.discord.wait_until(is_closed, "the thread is closed", 15)


async def forged(
    stage: Stage, invitation_id: str, action: str, user: str, about: str = ""
) -> Press:
    """Press a button that the announcement does not have."""
    custom_id = f"{action}:{about or invitation_id}"
    data = {"custom_id": custom_id, "component_type": 2, "id": 1}
    message = stage.discord.message(invitation_id)
    message["components"] = [{"type": 1, "id": 9, "components": [data | {"type": 2, "style": 4}]}]
    sent = interact(
        stage.discord.world,
        COMPONENT,
        data,
        user,
        demo.ANNOUNCEMENT_CHANNEL_ID,
        message=message,
    )
    return Press(stage.discord.world, sent)


async def test_a_host_calls_off_an_event_and_says_why(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="流れる会")
    await joined(stage, invitation_id, demo.TARO, demo.HANAKO)

    assert "中止しました" in await cancel(stage, invitation_id, demo.SAKURA, " **台風** @here ")

    await stage.shows(invitation_id, "中止の理由", "\\\\*\\\\*台風\\\\*\\\\* \\\\@here")
    await closed(stage, invitation_id)
    [notice] = thread_messages(stage, invitation_id)
    assert "流れる会" in notice["content"]
    assert "理由: \\*\\*台風\\*\\* \\@here" in notice["content"]
    assert f"<@{demo.TARO}> <@{demo.HANAKO}>" in notice["content"]
    sent = [e for e in stage.discord.exchanges if "理由: " in str(e.body) and e.method == "POST"]
    mentions = sent[-1].body["allowed_mentions"]
    assert mentions == {"parse": [], "users": [demo.TARO, demo.HANAKO]}
    assert "already" not in await cancel_again(stage, invitation_id)


async def cancel_again(stage: Stage, invitation_id: str) -> str:
    message = await detail(stage, invitation_id, demo.SAKURA)
    assert labels(message) == [], "nothing is left to end"
    press = await forged(stage, invitation_id, "completed", demo.SAKURA)
    content = str((await press.answer())["content"])
    assert "すでに終了したか、中止になりました" in content
    return content


async def test_staff_call_off_an_event_without_a_reason(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="理由のない中止")
    assert "中止しました" in await cancel(stage, invitation_id, demo.MIDORI, "  ")
    message = await stage.shows(invitation_id, "'name': '❌ 中止'")
    assert "中止の理由" not in shown(message)
    await closed(stage, invitation_id)
    assert [m["content"] for m in thread_messages(stage, invitation_id)] == [
        f"「理由のない中止」は中止になりました。\n<@{demo.SAKURA}>"
    ]


async def test_a_reason_loses_its_invisible_characters(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="見えない文字")
    assert "中止しました" in await cancel(stage, invitation_id, demo.SAKURA, "台\x07風\u202e")
    await stage.shows(invitation_id, "中止の理由", "台風")


async def test_a_reason_with_an_instance_link_cancels_nothing(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="移動する会")
    reason = "こちらへ移動します https://vrch.at/ab12cd34"
    answer = await cancel(stage, invitation_id, demo.SAKURA, reason)
    assert "インスタンスリンク" in answer
    assert "ab12cd34" not in answer
    await stage.shows(invitation_id, "募集中")
    assert not [sent for sent in stage.discord.exchanges if "ab12cd34" in str(sent.body)]
    logged = [line for line in stage.log().splitlines() if "names_an_instance" in line]
    assert all("interaction.refused" in line for line in logged), "the service refused it"


async def test_a_host_ends_an_event_early_when_sure(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="早く終わる会")
    await joined(stage, invitation_id, demo.JIRO)
    message = await detail(stage, invitation_id, demo.SAKURA)
    assert labels(message) == [
        "内容を編集",
        "日時・定員・受付を編集",
        "タグ・公開範囲・リマインダーを編集",
        "画像",
        "中止する",
        "終了する",
        "インスタンスリンク",
        "VRChat プロフィール",
    ]

    asked = await stage.discord.click(message["id"], f"complete:{invitation_id}", user=demo.SAKURA)
    question = await asked.answer()
    assert question["flags"] & 64
    assert "終了しますか" in question["content"]
    await stage.shows(invitation_id, "募集中")
    sure = await stage.discord.click(question["id"], f"completed:{invitation_id}", user=demo.SAKURA)

    assert "終了しました" in (await sure.answer())["content"]
    await stage.shows(invitation_id, "'author': {'name': '🏁 終了'")
    await closed(stage, invitation_id)
    [notice] = thread_messages(stage, invitation_id)
    assert notice["content"] == f"「早く終わる会」は終了しました。\n<@{demo.JIRO}>"


async def test_a_member_is_offered_nothing_and_a_forged_press_is_refused(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="守られる会")
    await joined(stage, invitation_id, demo.TARO)
    assert labels(await detail(stage, invitation_id, demo.TARO)) == []

    complete = await forged(stage, invitation_id, "completed", demo.TARO)
    assert "主催者、共同主催、スタッフだけ" in (await complete.answer())["content"]
    button = await forged(stage, invitation_id, "cancel", demo.ALEX)
    submit = await stage.discord.submit(button, {"reason": "いたずら"})
    assert "Only the host, co-hosts and staff" in (await submit.answer())["content"]

    await stage.shows(invitation_id, "募集中", "1 / 2")
    assert thread_messages(stage, invitation_id) == []


async def test_a_repeated_end_is_announced_once(stage: Stage) -> None:
    """As long after a crash before the thread was closed: the nonce is forgotten."""
    invitation_id = await stage.create(event_name="二度知らされる中止")
    await joined(stage, invitation_id, demo.TARO)
    await cancel(stage, invitation_id, demo.SAKURA, "雨")
    await closed(stage, invitation_id)
    event = Envelope.first(InvitationCancelled(invitation=final(invitation_id), reason="雨"))

    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    for _ in range(2):
        thread = stage.discord.world.channels[invitation_id]["thread_metadata"]
        thread |= {"archived": False, "locked": False}
        await broker.publish(EVENTS, event.name, event)
        await closed(stage, invitation_id)
        for notice in thread_messages(stage, invitation_id):
            stage.discord.world.messages[notice["id"]].nonce = None
    await broker.close()

    assert len(thread_messages(stage, invitation_id)) == 2, "cancelled once, repeated once"


def final(invitation_id: str) -> InvitationState:
    return state(invitation_id, status="cancelled", cancel_reason="雨")


async def test_a_thread_closed_by_hand_is_still_notified(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="閉じられた会")
    thread = stage.discord.world.channels[invitation_id]["thread_metadata"]
    thread |= {"archived": True, "locked": True}
    await cancel(stage, invitation_id, demo.SAKURA, "雨")
    await stage.discord.wait_until(lambda: thread_messages(stage, invitation_id), "a notice", 15)
    await closed(stage, invitation_id)


async def test_a_thread_deleted_by_hand_stops_nothing(stage: Stage) -> None:
    doomed = await stage.create(event_name="スレッドのない会")
    del stage.discord.world.channels[doomed]
    await cancel(stage, doomed, demo.SAKURA, "雨")
    await stage.shows(doomed, "中止の理由")
    next_one = await stage.create(event_name="そのあとの会")
    await cancel(stage, next_one, demo.SAKURA, "雪")
    await closed(stage, next_one)


async def test_a_reply_of_discord_that_is_lost_leaves_one_message(stage: Stage) -> None:
    """The post arrives, its answer does not; the nonce makes the second one the first."""
    invitation_id = await stage.create(event_name="返事の消える会")
    fault = stage.discord.faults.add(
        method="POST",
        template="/channels/{channel_id}/messages",
        where=lambda exchange: invitation_id in exchange.path,
        answer=502,
        is_applied=True,
        times=1,
    )
    await cancel(stage, invitation_id, demo.SAKURA, "雨")
    await closed(stage, invitation_id)
    assert fault.hits == 1
    assert len(thread_messages(stage, invitation_id)) == 1
    stage.discord.faults.remove(fault)
