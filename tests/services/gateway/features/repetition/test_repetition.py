"""`/invite repeat` from Discord: the answer, the details, and the next event after an end."""

import re

from playground import demo
from tests.services.gateway.features.closing.test_closing import cancel, detail
from tests.stage import Stage, shown


async def repeated(stage: Stage, user: str, **options: int | str | bool) -> str:
    slash = await stage.discord.slash("invite repeat", user=user, options=options)
    return str((await slash.answer())["content"])


async def test_a_host_lets_an_event_come_back_and_stops_it(stage: Stage) -> None:
    event_name = "台風で休む会"
    invitation_id = await stage.create(event_name=event_name)
    start = int(re.findall(r"<t:(\d+):F>", shown(await stage.shows(invitation_id)))[0])
    week = 7 * 24 * 3600
    [offered] = await stage.discord.autocomplete("invite repeat", "id", "台風で", user=demo.SAKURA)
    assert offered["value"] == invitation_id

    answer = await repeated(stage, demo.SAKURA, id=invitation_id, times=1)
    assert f"あと 1 回）。この回が終わると、<t:{start + week}:F> の回" in answer
    assert "毎週（あと 1 回）" in shown(await detail(stage, invitation_id, demo.TARO))

    answer = await cancel(stage, invitation_id, demo.SAKURA, "台風")
    assert f"繰り返しは続きます。次は <t:{start + week}:F>" in answer
    following = await stage.discord.wait_for_message(
        lambda m: m["id"] != invitation_id and event_name in shown(m) and "募集中" in shown(m),
        channel=demo.ANNOUNCEMENT_CHANNEL_ID,
        timeout_seconds=15,
    )
    assert f"<t:{start + week}:F>" in shown(following)
    assert "毎週" not in str(
        (await detail(stage, following["id"], demo.TARO))["embeds"][0]["fields"]
    )
    answer = await repeated(stage, demo.MIDORI, id=following["id"], until="2020-01-01")
    assert "次の回より前の日です" in answer
    assert "繰り返していません" in await repeated(stage, demo.SAKURA, id=following["id"], stop=True)
    await repeated(stage, demo.MIDORI, id=following["id"], times=52)
    assert "この回が最後" in await repeated(stage, demo.SAKURA, id=following["id"], stop=True)


async def test_a_repetition_has_one_end_that_can_be_read(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="繰り返せない会")
    host = demo.SAKURA
    assert "一つだけ" in await repeated(stage, host, id=invitation_id)
    assert "一つだけ" in await repeated(stage, host, id=invitation_id, times=1, stop=True)
    answer = await repeated(stage, host, id=invitation_id, until="ずっと")
    assert "いつまで: 「ずっと」は読み取れません" in answer
    answer = await repeated(stage, host, id=invitation_id, until="12/32")
    assert "という日はありません" in answer
    answer = await repeated(stage, host, id=invitation_id, until="9999-12-31")
    assert "先すぎます" in answer
    assert "見つかりません" in await repeated(stage, host, id="名前のない会", times=1)
    answer = await repeated(stage, demo.TARO, id=invitation_id, times=1)
    assert "主催者、共同主催、スタッフだけ" in answer
