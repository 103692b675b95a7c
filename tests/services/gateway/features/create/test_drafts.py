"""A host's draft: the card shows what will be announced, and nothing that is typed gets lost."""

import re

from playground import demo
from playground.press import Press
from playground.refusals import ClientRefusal, Payload
from tests.stage import INSTANCE_LINK, PROFILE, Posting, Stage, button_of, changed, shown


async def press(stage: Stage, card: Payload, name: str, user: str = demo.SAKURA) -> Press:
    return await stage.discord.click(card["id"], button_of(card, name), user=user)


async def mended(stage: Stage, card: Payload, **form: str) -> Payload:
    """Press 直す, change some fields of the form and submit it; give the card."""
    opened = await press(stage, card, "compose")
    await opened.modal(15)
    return await changed(await stage.discord.submit(opened, form), card)


async def form_of(stage: Stage, card: Payload) -> dict[str, str]:
    """Press 直す; give what stands in each field."""
    modal = await (await press(stage, card, "compose")).modal(15)
    fields = [label["component"] for label in modal["components"]]
    return {each["custom_id"]: each.get("value", "") for each in fields}


async def posted(stage: Stage, card: Payload) -> str:
    post = Posting(stage.discord.world, await press(stage, card, "draft_post"), card)
    answer = await post.answer(15)
    [invitation_id] = re.findall(r"/(\d+)$", answer["content"])
    return invitation_id


def is_disabled(card: Payload, name: str) -> bool:
    buttons = [each for row in card["components"] for each in row["components"]]
    return next(
        each.get("disabled", False) for each in buttons if each["custom_id"].startswith(name)
    )


async def test_the_card_is_the_announcement_as_it_will_look(stage: Stage) -> None:
    card = await stage.draft(event_name="下見の会", options={"capacity": 7})
    assert "21:00〜23:00（2時間）、日本時間" in card["content"]
    assert card["flags"] & 64

    invitation_id = await posted(stage, card)
    announced = await stage.shows(invitation_id, "募集中")
    assert card["embeds"] == announced["embeds"]


async def test_choices_are_shown_at_once_and_posted(stage: Stage) -> None:
    card = await stage.draft(event_name="選ぶ会")
    card = await stage.choose(card, "tag", ["観光"])
    card = await stage.choose(card, "instance_type", ["group"])
    assert all(word in str(card["embeds"]) for word in ("観光", "Group"))
    await stage.shows(await posted(stage, card), "観光", "Group", "募集中")


async def test_a_form_full_of_mistakes_becomes_a_draft_with_every_mistake_at_its_field(
    stage: Stage,
) -> None:
    typed = {
        "event_name": "間違いの会",
        "when": "土よう 25:99",
        "world": f"秘密の部屋 {INSTANCE_LINK}",
        "max_participants": "たくさん",
        "description": "長い説明。" * 380,
    }
    card = await stage.draft(**typed)
    assert "直すところが 3 か所あります" in card["content"]
    assert is_disabled(card, "draft_post")
    fields = {each["name"]: each["value"] for each in card["embeds"][0]["fields"]}
    assert "土よう 25\\:99" in fields["日時"]
    assert "たくさん" in fields["定員"]
    assert "インスタンスのリンク" in fields["ワールド"]
    assert await form_of(stage, card) == typed

    card = await mended(stage, card, when="明日 21時〜23時")
    assert "直すところが 2 か所あります" in card["content"]
    card = await mended(stage, card, world="Japan Street", max_participants="１２人")
    assert not is_disabled(card, "draft_post")
    await stage.shows(await posted(stage, card), "間違いの会", "0 / 12", typed["description"])


async def test_what_is_odd_is_pointed_out_before_it_is_posted(stage: Stage) -> None:
    card = await stage.draft(event_name="長い会", when="明日 8:00〜22:00")
    assert "14時間" in card["content"]
    assert "⚠️" in card["content"]
    card = await mended(stage, card, description="直しても残る注意")
    assert "⚠️" in card["content"]
    card = await mended(stage, card, when="明日 8:00〜10:00")
    assert "⚠️" not in card["content"]


async def test_a_profile_is_sealed_and_a_wrong_one_is_kept_to_be_mended(stage: Stage) -> None:
    card = await stage.draft(event_name="身元の会")
    more = await press(stage, card, "draft_more")
    await more.modal(15)
    card = await changed(await stage.discord.submit(more, {"vrchat_profile": "@sakura"}), card)
    assert "@sakura" in card["content"].replace("\\", "")
    assert is_disabled(card, "draft_post")
    mend = await stage.discord.click(card["id"], user=demo.SAKURA, label="直す")
    assert "@sakura" in str(await mend.modal(15))
    main = await stage.discord.click(card["id"], user=demo.SAKURA, label="名前・日時など")
    assert "身元の会" in str(await main.modal(15))
    more = await press(stage, card, "draft_more")
    assert "@sakura" in str(await more.modal(15))

    wanted = {"vrchat_profile": PROFILE}
    card = await changed(await stage.discord.submit(more, wanted), card)
    assert "プロフィール: 入力済み" in card["content"]
    invitation_id = await posted(stage, card)
    await stage.shows(invitation_id, "募集中")
    reveal = await stage.discord.click(invitation_id, f"reveal:{invitation_id}", user=demo.SAKURA)
    assert PROFILE in (await reveal.answer())["content"]


async def test_two_presses_post_once(stage: Stage) -> None:
    before = len(stage.announcements())
    card = await stage.draft(event_name="二度押しの会")
    first, second = await press(stage, card, "draft_post"), await press(stage, card, "draft_post")
    answer = await first.wait_for(lambda message: "/channels/" in message["content"])
    assert "/channels/" in (await second.answer())["content"]
    [invitation_id] = re.findall(r"/(\d+)$", answer["content"])
    await stage.shows(invitation_id, "募集中")
    assert len(stage.announcements()) == before + 1


async def test_drafts_are_listed_opened_and_dropped_after_a_question(stage: Stage) -> None:
    host = stage.discord.add_member("下書きの人")
    await stage.draft(user=host, event_name="一つ目の会")
    await stage.draft(user=host, event_name="二つ目の会", when="いつか")
    listed = await (await stage.discord.slash("invite drafts", user=host)).answer()
    assert "一つ目の会" in shown(listed)

    opened = await press(stage, listed, "draft_open", host)
    card = await changed(opened, listed)
    assert "二つ目の会" in str(card["embeds"]), "the newest first"
    asked = await changed(await press(stage, card, "draft_drop", host), card)
    assert "捨てますか" in asked["content"]
    card = await changed(await press(stage, asked, "draft_open", host), asked)
    asked = await changed(await press(stage, card, "draft_drop", host), card)
    dropped = await changed(await press(stage, asked, "draft_drop_now", host), asked)
    assert "捨てました" in dropped["content"]

    listed = await (await stage.discord.slash("invite drafts", user=host)).answer()
    assert "一つ目の会" in shown(listed)
    assert "二つ目の会" not in shown(listed)


async def test_a_form_that_was_open_when_its_draft_was_dropped_is_a_new_draft(stage: Stage) -> None:
    card = await stage.draft(event_name="捨てられる会")
    form = await press(stage, card, "compose")
    await form.modal(15)
    asked = await changed(await press(stage, card, "draft_drop"), card)
    await changed(await press(stage, asked, "draft_drop_now"), asked)
    submit = await stage.discord.submit(form, {"event_name": "よみがえる会"})
    card = await submit.wait_for(lambda message: "よみがえる会" in shown(message))
    assert not is_disabled(card, "draft_post")


async def test_another_members_buttons_lead_nowhere(stage: Stage) -> None:
    card = await stage.draft(event_name="わたしだけの会")
    try:
        await stage.discord.click(card["id"], button_of(card, "draft_post"), user=demo.TARO)
    except ClientRefusal:
        return
    raise AssertionError("a private card is seen by others")
