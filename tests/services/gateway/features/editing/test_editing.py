"""Host and staff edit an open event from Discord; the participants are notified once."""

from typing import Any

from playground import demo
from playground.press import Press
from playground.refusals import Payload
from shared.broker import Broker
from shared.exchanges import EVENTS
from shared.messages.envelope import Envelope
from shared.messages.invitations.events import InvitationEdited
from tests import builders
from tests.services.gateway.consumers.test_events import state
from tests.services.gateway.features.closing.test_closing import (
    detail,
    forged,
    joined,
    thread_messages,
)
from tests.services.gateway.features.create.test_drafts import posted
from tests.stage import INSTANCE_LINK, Stage, button_of, changed, shown


async def opened_form(stage: Stage, invitation_id: str, user: str, action: str) -> Press:
    message = await detail(stage, invitation_id, user)
    press = await stage.discord.click(message["id"], f"{action}:{invitation_id}", user=user)
    await press.modal()
    return press


async def sent(stage: Stage, form: Press, **typed: str | list[str]) -> str:
    submit = await stage.discord.submit(form, typed)
    return str((await submit.answer())["content"])


async def notices(stage: Stage, invitation_id: str, count: int) -> list[Payload]:
    """Wait until the thread has so many messages of the bot; return them."""

    def is_complete() -> bool:
        return len(thread_messages(stage, invitation_id)) >= count

    await stage.discord.wait_until(is_complete, f"{count} messages", 15)
    return thread_messages(stage, invitation_id)


def fields(modal: Payload) -> dict[str, Any]:
    inputs = (label["component"] for label in modal["components"])
    return {each["custom_id"]: each.get("value") for each in inputs}


async def test_a_host_changes_the_words_and_the_participants_are_notified(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="直される会")
    await joined(stage, invitation_id, demo.TARO)
    interested = await stage.discord.click(
        invitation_id, f"interest:{invitation_id}", user=demo.HANAKO
    )
    await interested.answer()

    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    assert fields(await form.modal())["world_name"] == "Japan Street"
    answer = await sent(
        stage, form, event_name="直った会", world_name="Kyoto @everyone", world_link=""
    )

    assert answer == "「直った会」を変更しました。"
    message = await stage.shows(invitation_id, "直った会", "Kyoto", "1 / 2")
    assert "wrld_1" not in shown(message)
    [notice] = await notices(stage, invitation_id, 1)
    assert "直される会 → 直った会" in notice["content"]
    assert "Japan Street → Kyoto \\@everyone" in notice["content"]
    people = [demo.TARO, demo.HANAKO]
    assert notice["content"].endswith(f"\n<@{demo.TARO}> <@{demo.HANAKO}>")
    posts = [e for e in stage.discord.exchanges if "直った会" in str(e.body) and e.method == "POST"]
    assert posts[-1].body["allowed_mentions"] == {"parse": [], "users": people}
    button = notice["components"][0]["components"][0]["custom_id"]
    look = await stage.discord.click(notice["id"], button, user=demo.TARO)
    assert "直った会" in str((await look.answer())["embeds"])


async def test_staff_give_more_seats_and_the_waitlist_moves_up(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="席の増える会", options={"capacity": 1})
    await joined(stage, invitation_id, demo.TARO)
    await stage.shows(invitation_id, "満員")
    wait = await stage.discord.click(invitation_id, f"wait:{invitation_id}", user=demo.HANAKO)
    await wait.answer()

    form = await opened_form(stage, invitation_id, demo.MIDORI, "schedule")
    shown_times = fields(await form.modal())
    assert shown_times["start_time"].endswith(" 21:00")
    answer = await sent(stage, form, max_participants="３", end_time="3h")

    assert "変更しました" in answer
    await stage.shows(invitation_id, "2 / 3", "募集中")
    contents = [m["content"] for m in await notices(stage, invitation_id, 2)]
    [change] = [each for each in contents if "定員: 1 → 3" in each]
    assert "・終了: <t:" in change
    assert "・開始" not in change
    assert any(f"<@{demo.HANAKO}> さん、席が空いた" in each for each in contents)


async def test_a_host_changes_the_settings_and_overwrites_no_other_edit(stage: Stage) -> None:
    card = await stage.draft(event_name="設定の変わる会")
    card = await stage.choose(card, "tag", ["まったり"])
    button = button_of(card, "draft_reminders")
    form = await stage.discord.click(card["id"], button, user=demo.SAKURA)
    await form.modal(15)
    typed = "1日前 30人前です\n集合は入口"
    wanted = {"reminder_minutes": ["60"], "more_reminders": typed}
    card = await changed(await stage.discord.submit(form, wanted), card)
    assert "ほかのリマインダー（任意）: ❌ 「1日前 30人前です" in card["content"]
    assert "読み取れません" in card["content"]
    form = await stage.discord.click(card["id"], user=demo.SAKURA, label="直す")
    assert fields(await form.modal(15))["more_reminders"] == typed
    typed = f"10 {INSTANCE_LINK}"
    card = await changed(await stage.discord.submit(form, {"more_reminders": typed}), card)
    assert "誰でも読めるここには書けません" in card["content"]
    form = await stage.discord.click(card["id"], button, user=demo.SAKURA)
    await form.modal(15)
    typed = "１時間前 集合は**入口**です\n5"
    card = await changed(await stage.discord.submit(form, {"more_reminders": typed}), card)
    assert "🔔 ほかのリマインダー: 1 時間前, 5 分前" in card["content"]
    invitation_id = await posted(stage, card)
    await stage.shows(invitation_id, "募集中")
    await joined(stage, invitation_id, demo.TARO)
    form = await opened_form(stage, invitation_id, demo.SAKURA, "settings")
    stale = await opened_form(stage, invitation_id, demo.MIDORI, "settings")
    standing = fields(await form.modal())
    assert standing["reminder_minutes"] == "60"
    assert standing["more_reminders"] == "1 時間前 集合は**入口**です\n5 分前"

    later = {"reminder_minutes": "0", "more_reminders": "30m もうすぐです"}
    answer = await sent(stage, form, tag=["観光"], instance_type=["group"], **later)

    assert "変更しました" in answer
    await stage.shows(invitation_id, "観光", "Group")
    [notice] = await notices(stage, invitation_id, 1)
    assert notice["content"].splitlines()[1:] == [
        "・タグ: まったり → 観光",
        "・公開範囲: Friends+ → Group",
        "・リマインダー: 60 分前 → なし",
        "・ほかのリマインダー: 30 分前",
    ]
    assert notice["flags"] & 1 << 12
    assert "ほかの人が同じところを変更" in await sent(stage, stale, reminder_minutes="5")
    form = await opened_form(stage, invitation_id, demo.SAKURA, "settings")
    mistake = await sent(stage, form, reminder_minutes="2000", more_reminders="8日前 早すぎる")
    assert "リマインダー（開始の何分前）: 0 から 1440 まで" in mistake
    assert "ほかのリマインダー（任意）: 1 分前から 7 日前まで" in mistake


async def test_fewer_seats_than_are_taken_are_refused(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="減らせない会")
    await joined(stage, invitation_id, demo.TARO, demo.HANAKO)
    form = await opened_form(stage, invitation_id, demo.SAKURA, "schedule")
    assert "すでに 2 人が参加" in await sent(stage, form, max_participants="1")
    await stage.shows(invitation_id, "2 / 2", "満員")
    assert thread_messages(stage, invitation_id) == []


async def test_the_second_of_two_simultaneous_edits_overwrites_nothing(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="取り合いの会")
    of_host = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    of_staff = await opened_form(stage, invitation_id, demo.MIDORI, "edit")
    await joined(stage, invitation_id, demo.TARO)

    assert "変更しました" in await sent(stage, of_host, description="主催者の説明")
    assert "ほかの人が同じところを変更" in await sent(stage, of_staff, event_name="スタッフの名")

    await stage.shows(invitation_id, "取り合いの会", "主催者の説明")
    again = await opened_form(stage, invitation_id, demo.MIDORI, "edit")
    assert "変更しました" in await sent(stage, again, event_name="スタッフの名")
    await stage.shows(invitation_id, "スタッフの名", "主催者の説明")


async def test_every_mistake_is_named_and_nothing_changes(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="間違いの会")
    form = await opened_form(stage, invitation_id, demo.SAKURA, "schedule")
    answer = await sent(stage, form, start_time="いつか", end_time="0m", max_participants="500")
    assert "開始日時" in answer
    assert "定員" in answer
    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    assert "VRChat のリンクではありません" in await sent(stage, form, world_link="http://a.example")
    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    assert "前と同じ内容" in await sent(stage, form)
    await stage.shows(invitation_id, "間違いの会", "0 / 2")
    assert thread_messages(stage, invitation_id) == []


async def test_a_range_changes_both_times_and_a_long_event_is_pointed_out(stage: Stage) -> None:
    """明日 21:00 and 20:00 are 23 hours: taken, but not without a word."""
    invitation_id = await stage.create(event_name="長くなる会")
    form = await opened_form(stage, invitation_id, demo.SAKURA, "schedule")
    answer = await sent(stage, form, start_time="明後日の夜9時〜11時半", end_time="150分")
    assert answer == "「長くなる会」を変更しました。"
    form = await opened_form(stage, invitation_id, demo.SAKURA, "schedule")
    assert fields(await form.modal())["end_time"].endswith(" 23:30")
    answer = await sent(stage, form, start_time="明日 21:00", end_time="20:00")
    assert answer.splitlines()[1:] == [
        "⚠️ 終了まで 23時間あります。間違いがないか、確かめてください。"
    ]


async def test_a_member_gets_no_form(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="いじれない会")
    press = await forged(stage, invitation_id, "edit", demo.TARO)
    assert "主催者、共同主催、スタッフだけ" in (await press.answer())["content"]
    press = await forged(stage, invitation_id, "schedule", demo.ALEX)
    assert "Only the host, co-hosts and staff" in (await press.answer())["content"]


async def test_a_form_of_an_event_that_ended_meanwhile_changes_nothing(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="終わった会")
    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    sure = await forged(stage, invitation_id, "completed", demo.SAKURA)
    await sure.answer()
    assert "すでに終了したか、中止になりました" in await sent(stage, form, event_name="変わらない")
    late = await forged(stage, invitation_id, "edit", demo.SAKURA)
    assert "すでに終了したか、中止になりました" in (await late.answer())["content"]


async def test_two_edits_with_the_same_words_are_two_notices_but_one_event_is_one(
    stage: Stage,
) -> None:
    """A search by words would take the second edit for a repetition of the first."""
    invitation_id = await stage.create(event_name="説明の変わる会")
    for number in (1, 2):
        form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
        await sent(stage, form, description=f"説明その{number}")
        await notices(stage, invitation_id, number)
    assert len({m["content"] for m in thread_messages(stage, invitation_id)}) == 1

    stands = state(invitation_id, thread_id=invitation_id)
    before = builders.details(event_name="繰り返される知らせ")
    event = Envelope.first(
        InvitationEdited(invitation=stands, changed=["event_name"], before=before)
    )
    broker = await Broker.connect(stage.servers.rabbitmq_url("invitations", stage.name))
    await broker.publish(EVENTS, event.name, event)
    third = (await notices(stage, invitation_id, 3))[-1]
    stage.discord.world.messages[third["id"]].nonce = None
    await broker.publish(EVENTS, event.name, event)
    # An event that only restates the state, after a restore, is drawn again without a notice.
    restated = Envelope.first(InvitationEdited(invitation=stands, changed=[], before=before))
    await broker.publish(EVENTS, restated.name, restated)
    await broker.close()
    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    await sent(stage, form, description="説明その3")

    after = await notices(stage, invitation_id, 4)
    assert [m["id"] for m in after][2] == third["id"]
    assert len(after) == 4


async def test_a_reply_of_discord_that_is_lost_leaves_one_notice(stage: Stage) -> None:
    """The post arrives, its answer does not; the nonce makes the second one the first."""
    invitation_id = await stage.create(event_name="知らせの届く会")
    fault = stage.discord.faults.add(
        method="POST",
        template="/channels/{channel_id}/messages",
        where=lambda exchange: invitation_id in exchange.path,
        answer=502,
        is_applied=True,
        times=1,
    )
    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    await sent(stage, form, event_name="知らせの届いた会")
    await stage.discord.wait_until(lambda: fault.hits, "the fault has struck", 15)
    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    await sent(stage, form, description="その次")
    assert len(await notices(stage, invitation_id, 2)) == 2
    stage.discord.faults.remove(fault)
