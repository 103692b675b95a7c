"""A refused edit of a posted event is given back, and opens again with what was typed."""

from playground import demo
from tests.services.gateway.features.editing.test_editing import fields, opened_form, sent
from tests.stage import INSTANCE_LINK, Stage, button_of, shown


async def test_a_refused_form_is_given_back_and_an_end_left_alone_moves_along(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="書き直す会")
    form = await opened_form(stage, invitation_id, demo.SAKURA, "edit")
    typed = {
        "event_name": "書き直した会",
        "world_link": "",
        "description": f"  **長い**説明です。\n```{INSTANCE_LINK}```\n" + "あ" * 1800,
    }
    refused = await (await stage.discord.submit(form, typed)).answer()
    assert "ここには書けません" in refused["content"]
    assert "「直す」を押すと、入力した内容のまま開きます" in refused["content"]
    assert refused["flags"] & 1 << 6
    assert INSTANCE_LINK not in stage.log()

    # Another member edits meanwhile: the form is still the one of before, and overwrites nothing.
    other = await opened_form(stage, invitation_id, demo.MIDORI, "schedule")
    assert "変更しました" in await sent(stage, other, max_participants="5")
    mend = button_of(refused, "mend")
    form = await stage.discord.click(refused["id"], mend, user=demo.SAKURA)
    given = fields(await form.modal())
    assert {name: given[name] or "" for name in typed} == typed
    stale = await stage.discord.click(refused["id"], mend, user=demo.SAKURA)
    await stale.modal()
    assert "変更しました" in await sent(stage, form, description="説明")
    late = await sent(stage, stale, description="遅い説明")
    assert "ほかの人が同じところを変更" in late
    await stage.shows(invitation_id, "書き直した会", "説明")

    form = await opened_form(stage, invitation_id, demo.SAKURA, "schedule")
    mistyped = {"start_time": "明日 23:30", "max_participants": "五百"}
    refused = await (await stage.discord.submit(form, mistyped)).answer()
    assert "終了日時: " not in refused["content"]
    form = await stage.discord.click(refused["id"], button_of(refused, "mend"), user=demo.SAKURA)
    assert fields(await form.modal())["start_time"] == "明日 23:30"
    assert "変更しました" in await sent(stage, form, max_participants="6")
    form = await opened_form(stage, invitation_id, demo.SAKURA, "schedule")
    times = fields(await form.modal())
    assert times["start_time"].endswith(" 23:30")
    assert times["end_time"].endswith(" 01:30")


async def test_a_refused_choice_of_tag_and_co_hosts_is_given_back(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="設定を直す会")
    form = await opened_form(stage, invitation_id, demo.SAKURA, "settings")
    typed = {"tag": ["観光"], "reminder_minutes": "2000", "co_host_ids": [demo.TARO]}
    refused = await (await stage.discord.submit(form, typed)).answer()
    mend = await stage.discord.click(refused["id"], button_of(refused, "mend"), user=demo.SAKURA)
    shown_again = await mend.modal()
    assert fields(shown_again)["reminder_minutes"] == "2000"
    assert "変更しました" in await sent(stage, mend, reminder_minutes="20")
    message = await stage.shows(invitation_id, "観光")
    assert f"<@{demo.TARO}>" in shown(message)
