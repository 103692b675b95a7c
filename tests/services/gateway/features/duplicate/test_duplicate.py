"""A host copies an old invitation: the form holds the old values except the profile."""

import re

from playground import demo
from tests.services.gateway.features.closing.test_closing import forged
from tests.services.gateway.features.editing.test_editing import fields
from tests.stage import Stage, shown

TIMES = {"start": "明日 22:00", "end": "3h"}


async def test_a_host_copies_an_event_that_is_over(stage: Stage) -> None:
    options = {"tag": "観光", "instance": "group", "capacity": 7, "reminder": 60}
    old = await stage.create(event_name="毎回の会", options=options, description="いつもの会です。")
    await (await forged(stage, old, "completed", demo.SAKURA)).answer()

    offered = await stage.discord.autocomplete("invite duplicate", "id", "毎回", user=demo.SAKURA)
    assert [choice["value"] for choice in offered] == [old]
    elses = await stage.discord.autocomplete("invite duplicate", "id", "毎回", user=demo.HANAKO)
    assert elses == []
    slash = await stage.discord.slash(
        "invite duplicate", user=demo.SAKURA, options={"id": old, **TIMES}
    )
    modal = await slash.modal()
    standing = fields(modal)
    assert (standing["event_name"], standing["description"]) == ("毎回の会", "いつもの会です。")
    assert standing["vrchat_profile"] is None
    assert "前の募集からはコピーされません" in str(modal)

    submit = await stage.discord.submit(slash, {"event_name": "毎回の会 その2"})
    answer = await submit.answer(15)
    found = re.search(r"/(\d+)$", answer["content"])
    assert found
    new = await stage.shows(found[1], "募集中", "0 / 7")
    assert all(word in shown(new) for word in ("その2", "観光", "Group", "Japan Street"))
    form = await forged(stage, found[1], "settings", demo.SAKURA)
    assert fields(await form.modal())["reminder_minutes"] == "60"


async def test_only_host_and_staff_copy_an_event_and_mistakes_are_named(stage: Stage) -> None:
    old = await stage.create(event_name="写せない会")

    async def answer(user: str, **options: str) -> str:
        slash = await stage.discord.slash("invite duplicate", user=user, options=options)
        return str((await slash.answer())["content"])

    assert "主催者またはスタッフだけ" in await answer(demo.TARO, id=old, **TIMES)
    assert "見つかりません" in await answer(demo.SAKURA, id="名前のない会", **TIMES)
    answer_past = await answer(demo.SAKURA, id=old, start="2020-01-01 00:00", end="1m")
    assert "00」は、もう過ぎています" in answer_past
