"""A host copies an old invitation: a draft holds the old values except the profile."""

from playground import demo
from tests.services.gateway.features.closing.test_closing import forged
from tests.services.gateway.features.editing.test_editing import fields
from tests.stage import PROFILE, Posting, Stage, button_of, shown


async def test_a_host_copies_an_event_that_is_over(stage: Stage) -> None:
    options = {"tag": "観光", "instance": "group", "capacity": 7}
    old = await stage.create(
        event_name="毎回の会",
        options=options,
        description="いつもの会です。",
        vrchat_profile=PROFILE,
    )
    await (await forged(stage, old, "completed", demo.SAKURA)).answer()

    offered = await stage.discord.autocomplete("invite duplicate", "id", "毎回", user=demo.SAKURA)
    assert [choice["value"] for choice in offered] == [old]
    elses = await stage.discord.autocomplete("invite duplicate", "id", "毎回", user=demo.HANAKO)
    assert elses == []
    slash = await stage.discord.slash("invite duplicate", user=demo.SAKURA, options={"id": old})
    card = await slash.answer(15)
    assert "同じ曜日・時刻の次の回" in card["content"]
    assert "プロフィール" not in card["content"]
    compose = button_of(card, "compose")
    form = await stage.discord.click(card["id"], compose, user=demo.SAKURA)
    standing = fields(await form.modal())
    assert (standing["event_name"], standing["description"]) == ("毎回の会", "いつもの会です。")
    assert standing["world"] == "Japan Street https://vrchat.com/home/world/wrld_1"

    pressed = await stage.discord.click(card["id"], button_of(card, "draft_post"), user=demo.SAKURA)
    answer = await Posting(stage.discord.world, pressed, card).answer(15)
    new = await stage.shows(answer["content"].rpartition("/")[2], "募集中", "0 / 7")
    assert all(word in shown(new) for word in ("毎回の会", "観光", "Group", "Japan Street"))


async def test_only_host_and_staff_copy_an_event_and_mistakes_are_named(stage: Stage) -> None:
    old = await stage.create(event_name="写せない会")

    async def answer(user: str, named: str) -> str:
        slash = await stage.discord.slash("invite duplicate", user=user, options={"id": named})
        return str((await slash.answer())["content"])

    assert "主催者、共同主催、スタッフだけ" in await answer(demo.TARO, old)
    assert "見つかりません" in await answer(demo.SAKURA, "名前のない会")
