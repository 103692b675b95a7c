"""A host keeps a draft as a template, opens new drafts from it, and deletes it."""

from typing import Any

from playground import demo
from playground.press import Press
from playground.refusals import Payload
from tests.services.gateway.features.create.test_drafts import is_disabled, posted, press
from tests.services.gateway.features.create.test_mentions import allowed, drafted
from tests.services.gateway.features.editing.test_editing import fields
from tests.stage import PROFILE, Stage, button_of, changed, shown

COMMAND = "invite templates"


async def keep(stage: Stage, card: Payload, user: str = demo.SAKURA, **typed: Any) -> Payload:
    """Press テンプレートに保存 and submit its form; give the answer."""
    asked = await press(stage, card, "draft_template", user)
    await asked.modal(15)
    return await (await stage.discord.submit(asked, typed)).answer(15)


async def opened(stage: Stage, named: str, user: str = demo.SAKURA) -> Payload:
    """Run `/invite templates` with a name; give its answer."""
    slash = await stage.discord.slash(COMMAND, user=user, options={"name": named})
    return await slash.answer(15)


async def suggested(stage: Stage, typed: str = "", user: str = demo.SAKURA) -> dict[str, str]:
    found = await stage.discord.autocomplete(COMMAND, "name", typed, user=user)
    return {choice["name"]: choice["value"] for choice in found}


async def listed(stage: Stage, user: str = demo.SAKURA) -> Payload:
    return await (await stage.discord.slash(COMMAND, user=user)).answer(15)


def offers(message: Payload, custom_id: str) -> dict[str, str]:
    """Return what a select of a message offers; nothing without it."""
    parts = [part for row in message["components"] for part in row["components"]]
    return {
        option["label"]: option["value"]
        for part in parts
        if part["custom_id"] == custom_id
        for option in part["options"]
    }


async def choose(
    stage: Stage, message: Payload, custom_id: str, label: str, user: str = demo.SAKURA
) -> Press:
    value = offers(message, custom_id)[label]
    return await stage.discord.click(message["id"], custom_id, user=user, values=[value])


async def test_a_template_has_the_texts_the_times_and_the_choices_of_its_draft(
    stage: Stage,
) -> None:
    role = stage.discord.add_role("呼ばれる人")
    await allowed(stage, role)
    card = await drafted(stage, "型の会", role)
    card = await stage.choose(card, "tag", ["観光"])
    more = await press(stage, card, "draft_more")
    await more.modal(15)
    wanted = {"vrchat_profile": PROFILE, "cutoff_time": "開始1時間前"}
    card = await changed(await stage.discord.submit(more, wanted), card)
    reminders = await press(stage, card, "draft_reminders")
    await reminders.modal(15)
    typed = {"more_reminders": "1日前 あした開きます"}
    card = await changed(await stage.discord.submit(reminders, typed), card)
    kept = await keep(stage, card, template_name="いつもの型")
    assert "テンプレートに保存しました" in kept["content"]
    await posted(stage, card)

    offered = await suggested(stage, "型")
    assert list(offered) == ["いつもの型"]
    copy = await opened(stage, offered["いつもの型"])
    assert "テンプレートと同じ曜日・時刻の次の回" in copy["content"]
    assert f"<@&{role}>" in copy["content"]
    assert "🔔 ほかのリマインダー: 1 日前" in copy["content"]
    assert "プロフィール" not in copy["content"]
    assert "21:00〜23:00（2時間）" in copy["content"]
    compose = await press(stage, copy, "compose")
    standing = fields(await compose.modal(15))
    assert standing["event_name"] == "型の会"
    assert standing["world"] == "Japan Street https://vrchat.com/home/world/wrld_1"
    others = fields(await (await press(stage, copy, "draft_more")).modal(15))
    assert not others["vrchat_profile"]
    assert others["cutoff_time"] == "開始1時間前"

    # What the guild no longer allows is checked again.
    await allowed(stage)
    invitation_id = await posted(stage, await without_mention(stage, copy))
    announced = await stage.shows(invitation_id, "型の会", "観光", "募集中")
    assert announced["mention_roles"] == []


async def without_mention(stage: Stage, card: Payload) -> Payload:
    """See that the mention of a card cannot be posted any more, and choose none."""
    refused = await changed(await press(stage, card, "draft_post"), card)
    assert "📣" not in refused["content"]
    assert is_disabled(refused, "draft_post")
    return await stage.choose(refused, "mention", ["nobody"])


async def test_a_draft_with_mistakes_is_no_template_and_a_name_is_needed(stage: Stage) -> None:
    card = await stage.draft(event_name="間違いの型", when="いつか")
    assert is_disabled(card, "draft_template")
    card = await stage.draft(event_name="名前の型")
    assert not is_disabled(card, "draft_template")
    form = fields(await (await press(stage, card, "draft_template")).modal(15))
    assert form["template_name"] == "名前の型"
    answer = await keep(stage, card, template_name="\u200b")
    assert "テンプレートの名前: 入力してください" in answer["content"]
    assert await suggested(stage, "名前の型") == {}


async def test_a_list_opens_and_deletes_templates_after_a_question(stage: Stage) -> None:
    host = stage.discord.add_member("型を持つ人")
    empty = await listed(stage, host)
    assert "テンプレートはありません" in shown(empty)
    card = await stage.draft(user=host, event_name="一覧の型")
    await keep(stage, card, host, template_name="残す型")
    await keep(stage, card, host, template_name="消す型")
    card = await stage.draft(user=host, event_name="新しい型")
    again = await keep(stage, card, host, template_name="残す型")
    assert "置き換えました" in again["content"]

    page = await listed(stage, host)
    assert set(offers(page, "template_open")) == {"残す型", "消す型"}
    asked = await changed(await choose(stage, page, "template_delete", "消す型", host), page)
    assert "「消す型」を削除しますか" in asked["content"]
    page = await changed(await stage.discord.click(asked["id"], "templates", user=host), asked)
    asked = await changed(await choose(stage, page, "template_delete", "消す型", host), page)
    sure = await press(stage, asked, "template_delete_now", host)
    assert "削除しました" in (await changed(sure, asked))["content"]

    page = await listed(stage, host)
    assert list(offers(page, "template_open")) == ["残す型"]
    copy = await changed(await choose(stage, page, "template_open", "残す型", host), page)
    assert "新しい型" in str(copy["embeds"])
    assert button_of(copy, "draft_post")


async def test_staff_keep_templates_for_every_host_of_the_guild(stage: Stage) -> None:
    host = stage.discord.add_member("借りる人")
    card = await stage.draft(user=host, event_name="自分の型")
    asked = await press(stage, card, "draft_template", host)
    assert "template_owner" not in str(await asked.modal(15))
    card = await stage.draft(user=demo.MIDORI, event_name="みんなの型")
    kept = await keep(stage, card, demo.MIDORI, template_name="共有の型", template_owner=["guild"])
    assert "保存しました" in kept["content"]

    assert list(await suggested(stage, "共有", host)) == ["共有の型（サーバー）"]
    copy = await opened(stage, "共有の型", host)
    assert "みんなの型" in str(copy["embeds"])
    page = await listed(stage, host)
    assert "サーバーのテンプレート" in shown(page)
    assert offers(page, "template_delete") == {}
    page = await listed(stage, demo.MIDORI)
    asked = await changed(
        await choose(stage, page, "template_delete", "共有の型（サーバー）", demo.MIDORI), page
    )
    assert "ほかの主催者も使えなくなります" in asked["content"]
    forged = await press(stage, asked, "template_delete_now", demo.MIDORI)
    assert "削除しました" in (await changed(forged, asked))["content"]
    log = await (await stage.discord.slash("staff audit", user=demo.MIDORI)).answer(15)
    assert "サーバーのテンプレートを削除した（共有の型）" in shown(log)
    assert "見つかりませんでした" in (await opened(stage, "共有の型", host))["content"]


async def test_a_template_of_another_host_is_not_found(stage: Stage) -> None:
    card = await stage.draft(event_name="秘密の型")
    await keep(stage, card, template_name="秘密の型")
    [template_id] = (await suggested(stage, "秘密の型")).values()
    assert await suggested(stage, "秘密", demo.HANAKO) == {}
    for named in (template_id, "秘密の型"):
        answer = await opened(stage, named, demo.HANAKO)
        assert "見つかりませんでした" in answer["content"]


async def test_the_eleventh_template_is_refused_in_words(stage: Stage) -> None:
    host = stage.discord.add_member("型の多い人")
    card = await stage.draft(user=host, event_name="多い型")
    for number in range(10):
        kept = await keep(stage, card, host, template_name=f"型{number}")
        assert "保存しました" in kept["content"]
    answer = await keep(stage, card, host, template_name="十一個目")
    assert "自分のテンプレートは 10 件まで" in answer["content"]
    assert "/お誘い テンプレート" in answer["content"]
