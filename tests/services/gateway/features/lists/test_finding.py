"""An event is found however a member names it: by name, id, link or thread, in any command."""

from typing import Any

import asyncpg
import pytest

from playground import demo
from services.gateway.features.lists.finding import ids_in
from tests.schema.rows import insert, participant
from tests.services.gateway.features.lists.test_lists import listed, planted
from tests.stage import Stage, shown

LINK = "https://discord.com/channels"


@pytest.mark.parametrize(
    ("named", "ids"),
    [
        ("42", []),
        ("<#42>", ["42"]),
        (f"{LINK}/1/2/42", ["42", "2"]),
        (f"{LINK}/1/42", ["42"]),
        (f"<{LINK}/1/2/42>", ["42", "2"]),
        ("https://ptb.discord.com/channels/1/2/42/", ["42", "2"]),
        ("https://discordapp.com/channels/1/2/42", ["42", "2"]),
        ("https://example.com/channels/1/2/42", []),
        (f"{LINK}/1/2/42/7", []),
        (f"{LINK}/@me/2/42", []),
        ("<@42>", []),
        ("４２", []),
        ("9" * 21, []),
        ("", []),
    ],
)
def test_ids_are_read_from_ids_mentions_and_links(named: str, ids: list[str]) -> None:
    assert ids_in(named) == ids


async def stored(stage: Stage, statement: str, *values: Any) -> None:
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute(statement, *values)
    await connection.close()


async def fill_seat(stage: Stage, invitation_id: str) -> None:
    connection = await asyncpg.connect(stage.servers.superuser_url(stage.name))
    await connection.execute("SET search_path = invitations")
    await insert(connection, "participants", participant(invitation_id))
    await connection.close()


async def show(stage: Stage, named: str, user: str = demo.JIRO) -> str:
    press = await stage.discord.slash("invite show", user=user, options={"id": named})
    return shown(await press.answer())


@pytest.mark.parametrize(
    "form", ["<#{id}>", "{link}/{id}", "{link}/2/{id}", "<{link}/2/{id}>", "{link}/{id}/77", "{id}"]
)
async def test_an_event_is_shown_by_its_thread_and_its_messages(stage: Stage, form: str) -> None:
    """A message in the thread has an id of its own; the thread's is the event's."""
    invitation_id = await stage.create(event_name="スレッドの会")
    named = form.format(id=invitation_id, link=f"{LINK}/{demo.GUILD_ID}")
    details = await show(stage, named)
    assert "スレッドの会" in details
    assert "時間）・日本時間" in details, "its time is also in words, with its length"


async def test_an_event_whose_announcement_was_posted_again_is_shown_by_the_new_one(
    stage: Stage,
) -> None:
    [moved] = await planted(stage, 1, event_name="引っ越した会")
    await stored(
        stage,
        "UPDATE invitations.invitations SET announcement_id = '7701', thread_id = '7702'"
        " WHERE id = $1",
        moved,
    )
    for named in ("<#7702>", f"{LINK}/{demo.GUILD_ID}/2/7701", f"{LINK}/{demo.GUILD_ID}/7702/5"):
        assert "引っ越した会" in await show(stage, named)
    assert "見つかりませんでした" in await show(stage, "<#7703>")


async def test_a_typed_name_that_one_event_has_is_that_event(stage: Stage) -> None:
    await stage.create(event_name="満月鑑賞会 ﾏﾝｹﾞﾂ")
    for named in ("満月鑑賞会 マンゲツ", "満月", "鑑賞 満月", " ﾏﾝｹﾞﾂ ", "満月鑑賞会　ﾏﾝｹﾞﾂ"):
        assert "満月鑑賞会" in await show(stage, named), named


async def test_the_whole_name_counts_before_a_part_of_it(stage: Stage) -> None:
    await stage.create(event_name="双子座の会")
    await stage.create(event_name="双子座の会 二次会")
    assert "二次会" not in await show(stage, "双子座の会")
    several = await show(stage, "双子座")
    assert "「双子座」に当てはまる募集が 2 件あります。候補から選んでください。" in several
    assert several.count("- 双子座の会") == 2


async def test_a_full_event_and_one_that_is_over_are_found_by_name(stage: Stage) -> None:
    [full] = await planted(stage, 1, event_name="満席の茶会", max_participants=1)
    await fill_seat(stage, full)
    assert "満員" in await show(stage, "満席の茶会")
    [over] = await planted(stage, 1, event_name="去年の茶会")
    await stored(
        stage,
        "UPDATE invitations.invitations SET status = 'cancelled', vrchat_profile = NULL"
        " WHERE id = $1",
        over,
    )
    assert "中止" in await show(stage, "去年の茶会")


async def test_each_command_about_an_event_takes_its_name(stage: Stage) -> None:
    await stage.create(event_name="何でも名前の会")

    async def say(command: str, **options: str | int) -> str:
        options = {"id": "何でも名前", **options}
        press = await stage.discord.slash(command, user=demo.SAKURA, options=options)
        return shown(await press.answer())

    assert "追加しました" in await say("invite add", member=demo.TARO)
    assert "外しました" in await say("invite remove", member=demo.TARO)
    assert "繰り返します" in await say("invite repeat", times=1)
    press = await stage.discord.slash(
        "staff audit", user=demo.MIDORI, options={"id": "何でも名前の会"}
    )
    assert "毎週の繰り返し" in shown(await press.answer())


async def test_an_event_of_another_guild_is_found_by_nothing(stage: Stage) -> None:
    [other] = await planted(stage, 1, guild_id="77", event_name="よその島の会")
    for named in (other, f"<#{other}>", f"{LINK}/77/2/{other}"):
        assert "この募集は見つかりませんでした" in await show(stage, named)
    assert "その名前の募集は見つかりませんでした" in await show(stage, "よその島の会")


async def lists(stage: Stage, **options: str) -> list[str]:
    press = await stage.discord.slash("invite list", user=demo.JIRO, options=options)
    return listed(await press.answer())


async def test_the_list_shows_full_events_too_and_is_searched_by_words(stage: Stage) -> None:
    [first] = await planted(stage, 1, event_name="検索:オーロラの夜", max_participants=1)
    await planted(stage, 12, event_name="検索:オーロラの朝")
    await fill_seat(stage, first)
    found = await lists(stage, search="オーロラ 夜")
    assert found == [first]
    assert await lists(stage, search="オーロラ 夜", status="recruiting") == []
    assert await lists(stage, search="オーロラ 昼") == []
    press = await stage.discord.slash(
        "invite list", user=demo.JIRO, options={"search": "検索:ｵｰﾛﾗ"}
    )
    page = await press.answer()
    assert "「検索 オーロラ」の検索結果" in shown(page)
    assert len(listed(page)) == 10
    await stage.discord.click(page["id"], label="次へ", user=demo.JIRO)
    following = await press.wait_for(lambda now: listed(now) != listed(page))
    assert len(listed(following)) == 3


async def test_the_list_begins_with_a_day(stage: Stage) -> None:
    [only] = await planted(stage, 1, event_name="初日の検索")
    assert await lists(stage, **{"search": "初日の検索", "from": "3日後"}) == [only]
    assert await lists(stage, **{"search": "初日の検索", "from": "700日後"}) == []
    press = await stage.discord.slash("invite list", user=demo.JIRO, options={"from": "そのうち"})
    assert "いつから: 「そのうち」は読み取れません" in shown(await press.answer())
