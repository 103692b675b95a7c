"""Lists page by page, one's own, and one invitation by its name: all seen by the reader alone."""

import re
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from playground import demo
from playground.press import Press
from playground.refusals import Payload
from tests import builders
from tests.schema.rows import insert, invitation
from tests.stage import Stage, shown

MANY = 45
TAG = "撮影会"  # no other test of the gateway has it


async def planted(stage: Stage, count: int, **changes: Any) -> set[str]:
    """Let invitations stand that all start in the same second, far behind everybody else's."""
    start = builders.soon(days=400)
    fields = {"start_time": start, "end_time": start + timedelta(hours=1)}
    rows = [invitation(**{"guild_id": demo.GUILD_ID} | fields | changes) for _ in range(count)]
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute("SET search_path = invitations")
    for row in rows:
        await insert(connection, "invitations", row)
    await connection.close()
    return {str(row["id"]) for row in rows}


def listed(message: Payload) -> list[str]:
    """Give the ids of the invitations a page links to, in their order."""
    return re.findall(r"/channels/\d+/\d+/(\d+)\)", str(message["embeds"][0]["description"]))


def labels(message: Payload) -> list[str]:
    return [part["label"] for row in message["components"] for part in row["components"]]


async def turned(stage: Stage, press: Press, label: str) -> Payload:
    """Press a button of a page, and wait until the page has become another."""
    before = press.current()
    assert before is not None
    await stage.discord.click(before["id"], label=label, user=press.user_id)
    return await press.wait_for(lambda now: listed(now) != listed(before))


async def walked(stage: Stage, press: Press, label: str) -> list[list[str]]:
    page = await press.answer()
    pages = [listed(page)]
    while label in labels(page):
        page = await turned(stage, press, label)
        pages.append(listed(page))
    return pages


async def test_every_own_invitation_is_on_one_page_there_and_back(stage: Stage) -> None:
    host = stage.discord.add_member("多忙な主催者")
    there = await planted(stage, MANY, host_id=host)
    press = await stage.discord.slash("invite mine", user=host)
    answer = await press.answer()
    assert answer["flags"] & 64
    assert labels(answer) == ["次へ"]
    assert "自分の募集" in shown(answer)

    forward = await walked(stage, press, "次へ")
    back = await walked(stage, press, "前へ")

    together = [each for page in forward for each in page]
    assert sorted(together) == sorted(there)
    assert [len(page) for page in forward] == [10, 10, 10, 10, 5]
    assert back == forward[::-1]
    assert not press.interaction.followup_ids


async def test_the_pages_of_the_list_keep_their_filters(stage: Stage) -> None:
    there = await planted(stage, MANY, tag=TAG)
    await planted(stage, 3, tag="その他")
    options = {"tag": TAG, "status": "recruiting"}
    press = await stage.discord.slash("invite list", user=demo.ALEX, options=options)

    forward = await walked(stage, press, "Next")
    back = await walked(stage, press, "Back")

    together = [each for page in forward for each in page]
    assert sorted(together) == sorted(there)
    assert back == forward[::-1]


async def test_a_member_who_hosts_nothing_reads_so(stage: Stage) -> None:
    nobody = stage.discord.add_member("初めての人")
    press = await stage.discord.slash("invite mine", user=nobody)
    answer = await press.answer()
    assert "該当する募集はありません" in shown(answer)
    assert labels(answer) == []


async def test_own_invitations_show_ended_events_too(stage: Stage) -> None:
    host = stage.discord.add_member("終えた主催者")
    [ended] = await planted(stage, 1, host_id=host)
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute(
        "UPDATE invitations.invitations SET status = 'cancelled', vrchat_profile = NULL"
        " WHERE id = $1",
        ended,
    )
    await connection.close()
    press = await stage.discord.slash("invite mine", user=host)
    answer = await press.answer()
    assert listed(answer) == [ended]
    assert "中止" in shown(answer)


async def test_an_invitation_is_found_by_part_of_its_name(stage: Stage) -> None:
    invitation_id = await stage.create(event_name="ｽｰﾊﾟｰかくれんぼ")
    await stage.create(event_name="関係のない会")
    offered = await stage.discord.autocomplete("invite show", "id", "スーパー", user=demo.JIRO)
    assert [choice["value"] for choice in offered] == [invitation_id]
    assert re.fullmatch(r"ｽｰﾊﾟｰかくれんぼ \(\d\d/\d\d 21:00 JST\)", offered[0]["name"])

    press = await stage.discord.slash(
        "invite show", user=demo.JIRO, options={"id": offered[0]["value"]}
    )
    answer = await press.answer()
    assert answer["flags"] & 64
    assert "ｽｰﾊﾟｰかくれんぼ" in shown(answer)
    assert labels(answer) == []


@pytest.mark.parametrize("form", ["{id}", " https://discord.com/channels/1/2/{id} "])
async def test_a_host_ends_an_event_that_they_found_by_id_or_link(stage: Stage, form: str) -> None:
    invitation_id = await stage.create(event_name="探して終える会")
    press = await stage.discord.slash(
        "invite show", user=demo.SAKURA, options={"id": form.format(id=invitation_id)}
    )
    assert labels(await press.answer()) == [
        "内容を編集",
        "日時・定員・受付を編集",
        "タグ・公開範囲・リマインダーを編集",
        "画像",
        "中止する",
        "終了する",
        "インスタンスリンク",
        "VRChat プロフィール",
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("さくら", "その名前の募集は見つかりませんでした。候補から選んでください。"),
        ("../invitations", "その名前の募集は見つかりませんでした。候補から選んでください。"),
        ("9" * 30, "その名前の募集は見つかりませんでした。候補から選んでください。"),
        ("9" * 19, "この募集は見つかりませんでした。"),
    ],
)
async def test_an_unknown_invitation_is_reported_as_not_found(
    stage: Stage, typed: str, words: str
) -> None:
    press = await stage.discord.slash("invite show", user=demo.JIRO, options={"id": typed})
    assert (await press.answer())["content"] == words
