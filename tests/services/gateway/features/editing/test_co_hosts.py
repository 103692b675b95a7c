"""A host names co-hosts on the card and later; they do on Discord what the host does."""

from playground import demo
from tests.services.gateway.features.closing.test_closing import joined, labels, thread_messages
from tests.services.gateway.features.create.test_drafts import posted
from tests.services.gateway.features.editing.test_editing import opened_form, sent
from tests.services.gateway.features.participants.test_thread_members import inside
from tests.services.gateway.features.participants.test_waitlist import press
from tests.stage import INSTANCE_LINK, Stage, button_of, changed, shown


async def test_co_hosts_of_a_draft_are_shown_notified_and_let_in(stage: Stage) -> None:
    """Also copied with the event; a bot and the host themself are left out."""
    card = await stage.draft(event_name="ふたりで開く会")
    more = await stage.discord.click(card["id"], button_of(card, "draft_more"), user=demo.SAKURA)
    await more.modal(15)
    chosen = [demo.SAKURA, demo.HANAKO, stage.discord.bot_id]
    card = await changed(await stage.discord.submit(more, {"co_host_ids": chosen}), card)
    assert f"<@{demo.SAKURA}>\\n共同主催 <@{demo.HANAKO}>" in str(card["embeds"])
    invitation_id = await posted(stage, card)
    message = await stage.shows(invitation_id, "募集中", f"共同主催 <@{demo.HANAKO}>")
    assert message["content"] == ""
    await inside(stage, invitation_id, demo.HANAKO)
    await stage.discord.wait_until(lambda: thread_messages(stage, invitation_id), "a notice", 15)
    [notice] = thread_messages(stage, invitation_id)
    assert notice["content"].startswith(f"<@{demo.HANAKO}> さんが「ふたりで開く会」の共同主催")
    assert [user["id"] for user in notice["mentions"]] == [demo.HANAKO]

    copy = await stage.discord.slash(
        "invite duplicate", user=demo.HANAKO, options={"id": invitation_id}
    )
    copied = await copy.answer(15)
    host = next(f["value"] for f in copied["embeds"][0]["fields"] if f["name"] == "主催者")
    assert host == f"<@{demo.HANAKO}>"


async def test_a_co_host_acts_as_the_host_and_reads_the_link(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="任せる会")
    await joined(stage, invitation_id, demo.TARO, demo.HANAKO)
    form = await opened_form(stage, invitation_id, demo.SAKURA, "settings")
    assert "変更しました" in await sent(stage, form, co_host_ids=[demo.HANAKO])
    await stage.shows(invitation_id, "1 / 2", f"共同主催 <@{demo.HANAKO}>")
    await inside(stage, invitation_id, demo.HANAKO, demo.TARO)

    look = await stage.discord.click(invitation_id, f"detail:{invitation_id}", user=demo.HANAKO)
    answer = await look.answer(15)
    assert {"内容を編集", "中止する", "インスタンスリンク"} <= set(labels(answer)), labels(answer)
    form = await stage.discord.click(answer["id"], f"link:{invitation_id}", user=demo.HANAKO)
    submit = await stage.discord.submit(form, {"instance_link": INSTANCE_LINK})
    assert "設定しました" in (await submit.answer(15))["content"]
    for user, words in (
        (demo.HANAKO, "vrchat.com/home/launch"),
        (demo.TARO, "vrchat.com/home/launch"),
        (demo.JIRO, "参加者と主催者、共同主催だけ"),
    ):
        reveal = await stage.discord.click(invitation_id, f"reveal:{invitation_id}", user=user)
        assert words in (await reveal.answer(15))["content"]
    assert "定員に含まれません" in await press(stage, invitation_id, "join", demo.HANAKO)

    form = await opened_form(stage, invitation_id, demo.HANAKO, "settings")
    refused = await sent(stage, form, co_host_ids=[demo.HANAKO, demo.JIRO])
    assert "主催者とスタッフだけ" in refused
    form = await opened_form(stage, invitation_id, demo.HANAKO, "settings")
    assert "変更しました" in await sent(stage, form, co_host_ids=[])
    message = await stage.shows(invitation_id, "任せる会")
    await stage.discord.wait_until(
        lambda: "共同主催" not in shown(stage.discord.message(message["id"])), "stepped down", 15
    )
    await inside(stage, invitation_id, demo.TARO)
