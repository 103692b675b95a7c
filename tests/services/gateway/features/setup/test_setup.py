"""From the bot's invitation to the first event, each test in a guild of its own."""

import re
from typing import NamedTuple

import pytest

from playground import demo
from playground.permissions import Permission
from playground.press import Press
from playground.refusals import ClientRefusal, Payload
from tests.stage import Stage, button_of, ready, shown

P = Permission


class Community(NamedTuple):
    """A guild of さくら, who owns it, and たろう, who does not; the bot has just joined."""

    guild: str
    chat: str
    news: str


def founded(stage: Stage, name: str, *, locale: str = "ja") -> Community:
    """Found a guild that nobody has set up, and invite the bot."""
    discord = stage.discord
    guild = discord.add_guild(name, owner=demo.SAKURA, locale=locale, allowed=None)
    chat = discord.add_channel("雑談", guild=guild)
    news = discord.add_channel("募集", guild=guild)
    discord.join(demo.TARO, guild)
    discord.invite_bot(guild)
    return Community(guild, chat, news)


async def first_word(stage: Stage, of: Community) -> Payload:
    return await stage.discord.wait_for_message(
        lambda m: bool(m["components"]), channel=of.chat, timeout_seconds=15
    )


async def opened_panel(stage: Stage, of: Community, user: str = demo.SAKURA) -> Payload:
    press = await stage.discord.slash("setup", user=user, channel=of.chat)
    return await press.answer(15)


async def chosen(stage: Stage, panel: Payload, custom_id: str, *values: str) -> Payload:
    """Choose in a select, and give the panel as it is drawn again."""
    press = await stage.discord.click(panel["id"], custom_id, user=demo.SAKURA, values=list(values))
    return await redrawn(press)


async def redrawn(press: Press) -> Payload:
    return await press.wait_for(lambda m: "設定" in m["content"], 15)


async def set_up(stage: Stage, of: Community) -> Payload:
    panel = await opened_panel(stage, of)
    return await chosen(stage, panel, "setup_choose:events:announcement_channel_id", of.news)


async def created(stage: Stage, of: Community, user: str = demo.SAKURA) -> Press:
    return await stage.discord.slash("invite create", user=user, channel=of.chat)


async def greeted(stage: Stage, of: Community, times: int) -> list[Payload]:
    """Wait until both gateways have greeted so many times; give what the bot has written."""

    def is_done() -> bool:
        calls = [e for e in stage.discord.exchanges if e.path.endswith(f"/{of.chat}/messages")]
        looks = [e for e in calls if e.method == "GET"]
        writes = [e for e in calls if e.method == "POST" and e.status == 200]
        # Who finds no message there writes one; Discord answers a second one with the first.
        return len(looks) == 2 * times and len(writes) == sum(not e.reply for e in looks)

    await stage.discord.wait_until(is_done, "both gateways have greeted", 30)
    return stage.discord.messages_in(of.chat)


async def test_a_guild_that_adds_the_bot_reads_one_first_word_of_two_gateways(
    stage: Stage,
) -> None:
    of = founded(stage, "はじめての会")
    [message] = await greeted(stage, of, 1)
    assert "/設定" in message["content"]
    assert stage.discord.messages_in(of.news) == []

    stage.discord.remove_bot(of.guild)
    stage.discord.invite_bot(of.guild)
    assert await greeted(stage, of, 2) == [message]


async def test_a_guild_that_is_set_up_is_not_greeted_again(stage: Stage) -> None:
    of = founded(stage, "もどる会")
    [message] = await greeted(stage, of, 1)
    await set_up(stage, of)
    del stage.discord.world.messages[message["id"]]
    stage.discord.remove_bot(of.guild)
    stage.discord.invite_bot(of.guild)
    await stage.discord.wait_until(
        lambda: stage.log().count("guild.not_greeted") >= 2, "both gateways have heard of it", 30
    )
    assert [m for m in stage.discord.messages_in(of.chat) if not m["flags"] & 64] == []


async def test_only_who_may_manage_the_server_opens_the_panel(stage: Stage) -> None:
    of = founded(stage, "みんなの会")
    with pytest.raises(ClientRefusal):
        await opened_panel(stage, of, demo.TARO)
    word = await first_word(stage, of)
    press = await stage.discord.click(word["id"], "setup:events", user=demo.TARO)
    assert "サーバー管理" in (await press.answer())["content"]
    press = await stage.discord.click(word["id"], "setup:events", user=demo.SAKURA)
    panel = await press.answer()
    assert panel["id"] != word["id"]
    assert panel["embeds"][0]["title"] == "設定: 募集"


async def test_until_a_channel_is_chosen_a_command_says_who_can_choose_it(stage: Stage) -> None:
    of = founded(stage, "これからの会")
    answer = await (await created(stage, of, demo.TARO)).answer(15)
    assert f"<@{demo.SAKURA}>" in answer["content"]
    assert answer["components"] == []
    answer = await (await created(stage, of)).answer(15)
    open_panel = await stage.discord.click(answer["id"], "setup:events", user=demo.SAKURA)
    panel = await open_panel.wait_for(lambda m: bool(m["embeds"]), 15)
    assert panel["id"] == answer["id"]

    panel = await chosen(stage, panel, "setup_choose:events:announcement_channel_id", of.news)
    assert "変更しました" in panel["content"]
    assert f"<#{of.news}>" in shown(panel)
    post = await stage.fill_in(user=demo.TARO, channel=of.chat)
    said = (await post.answer(15))["content"]
    assert re.search(rf"/{of.guild}/{of.news}/\d+$", said)


async def test_each_select_changes_its_setting_and_shows_what_is_true_now(stage: Stage) -> None:
    of = founded(stage, "えらぶ会")
    panel = await set_up(stage, of)
    role = stage.discord.add_role("主催", guild=of.guild)
    panel = await chosen(stage, panel, "setup_choose:events:host_role_ids", role)
    assert f"<@&{role}>" in shown(panel)
    panel = await chosen(stage, panel, "setup_choose:events:reminder_minutes", "60")
    assert "60 分前" in panel["embeds"][0]["fields"][2]["value"]
    panel = await chosen(stage, panel, "setup_switch:events:mirrors_scheduled_events:True")
    assert "Discord のイベントにも載せる: オン" in shown(panel)
    panel = await chosen(stage, panel, "setup_choose:events:host_role_ids")
    assert panel["embeds"][0]["fields"][1]["value"] == "全員"

    # A page that was opened later, by the other gateway perhaps, shows the same.
    again = await opened_panel(stage, of)
    assert again["embeds"] == panel["embeds"]


async def test_the_pages_lead_to_each_other_in_one_message(stage: Stage) -> None:
    of = founded(stage, "めくる会")
    panel = await opened_panel(stage, of)
    for page, title in (
        ("staff", "スタッフ"),
        ("locale", "言語とタイムゾーン"),
        ("listing", "公開と API"),
    ):
        press = await stage.discord.click(panel["id"], f"setup:{page}", user=demo.SAKURA)
        turned = await press.wait_for(lambda m, t=title: m["embeds"][0]["title"].endswith(t), 15)  # type: ignore[misc]
        assert turned["id"] == panel["id"]


async def test_a_time_zone_is_found_by_the_name_of_its_city(stage: Stage) -> None:
    of = founded(stage, "とおい会")
    panel = await opened_panel(stage, of)
    await (await stage.discord.click(panel["id"], "setup:locale", user=demo.SAKURA)).answer()
    form = await stage.discord.click(panel["id"], "setup_zone", user=demo.SAKURA)
    submitted = await stage.discord.submit(form, {"time_zone": "buenos aires"})
    panel = await redrawn(submitted)
    assert "America/Argentina/Buenos_Aires" in shown(panel)

    form = await stage.discord.click(panel["id"], "setup_zone", user=demo.SAKURA)
    submitted = await stage.discord.submit(form, {"time_zone": "Atlantis"})
    assert "その名前のタイムゾーンはありません" in (await submitted.answer())["content"]


async def test_hosts_choose_from_the_tags_that_the_guild_wrote(stage: Stage) -> None:
    of = founded(stage, "おどる会")
    panel = await set_up(stage, of)
    form = await stage.discord.click(panel["id"], "setup_tags", user=demo.SAKURA)
    text = (await form.modal(15))["components"][0]["component"]["value"]
    assert text == "観光\nゲーム\nまったり\n撮影会\nイベント\nその他"
    submitted = await stage.discord.submit(form, {"tags": "*ダンス*\nゲーム\nその他"})
    panel = await redrawn(submitted)
    assert panel["embeds"][0]["fields"][-1]["value"] == "\\*ダンス\\* · ゲーム · その他"

    card = await stage.draft(channel=of.chat, event_name="おどる夜")
    select = button_of(card, "draft_choose", "tag")
    parts = (part for row in card["components"] for part in row["components"])
    options = next(part["options"] for part in parts if part["custom_id"] == select)
    assert [option["label"] for option in options] == ["*ダンス*", "ゲーム", "タグ: その他"]
    card = await stage.choose(card, "tag", ["*ダンス*"])
    post = await stage.discord.click(card["id"], button_of(card, "draft_post"), user=demo.SAKURA)
    await post.wait_for(lambda message: "discord.com/channels" in message["content"], 15)

    suggested = await stage.discord.autocomplete(
        "invite list", "tag", "ダン", user=demo.SAKURA, channel=of.chat
    )
    assert [each["value"] for each in suggested] == ["*ダンス*"]
    for tag, is_listed in (("*ダンス*", True), ("Games", False)):
        listed = await stage.discord.slash(
            "invite list", user=demo.SAKURA, channel=of.chat, options={"tag": tag}
        )
        assert ("おどる夜" in shown(await listed.answer(15))) is is_listed


async def test_a_refused_change_leaves_the_panel_with_the_reason(stage: Stage) -> None:
    """As for a member who may no longer manage the server, whose panel is still open."""
    of = founded(stage, "とめる会")
    panel = await set_up(stage, of)
    manager = stage.discord.add_role("管理", P.MANAGE_GUILD, guild=of.guild)
    stage.discord.give_roles(demo.TARO, manager, guild=of.guild)
    panel = await opened_panel(stage, of, demo.TARO)
    stage.discord.give_roles(demo.TARO, guild=of.guild)
    press = await stage.discord.click(
        panel["id"], "setup_choose:events:announcement_channel_id", user=demo.TARO, values=[of.chat]
    )
    panel = await press.wait_for(lambda m: "サーバー管理" in m["content"], 15)
    assert f"<#{of.news}>" in shown(panel)


async def test_a_test_announcement_says_step_by_step_what_worked_and_leaves_nothing(
    stage: Stage,
) -> None:
    of = founded(stage, "ためす会")
    panel = await set_up(stage, of)
    press = await stage.discord.click(panel["id"], "setup_test", user=demo.SAKURA)
    said = (await press.answer(15))["content"]
    assert said.count("✅") == 6
    assert "❌" not in said
    assert stage.discord.messages_in(of.news) == []
    assert [t for t in stage.discord.threads() if t["parent_id"] == of.news] == []


async def test_a_test_announcement_says_what_discord_refused(stage: Stage) -> None:
    of = founded(stage, "たりない会")
    panel = await set_up(stage, of)
    stage.discord.overwrite(of.news, stage.discord.bot_role(of.guild), deny=P.CREATE_PUBLIC_THREADS)
    press = await stage.discord.click(panel["id"], "setup_test", user=demo.SAKURA)
    said = (await press.answer(15))["content"]
    assert "✅ チャンネルに投稿する" in said
    assert "❌ スレッドを作る: Bot の権限が足りません" in said
    assert "✅ 投稿を消す" in said
    assert stage.discord.messages_in(of.news) == []


async def test_an_english_guild_reads_its_first_word_in_english(stage: Stage) -> None:
    of = founded(stage, "Night owls", locale="en-US")
    word = await first_word(stage, of)
    assert "/setup" in word["content"]


async def test_a_reconnect_is_no_reason_for_a_first_word(stage: Stage) -> None:
    """The last one here: for two seconds after it disnake takes a joined guild for a known one."""
    of = founded(stage, "つながる会")
    [message] = await greeted(stage, of, 1)
    del stage.discord.world.messages[message["id"]]
    identifies = stage.discord.gateway.identifies
    await stage.discord.gateway.drop(1000, ends_sessions=True)
    await stage.discord.wait_until(
        lambda: stage.discord.gateway.identifies >= identifies + 2, "both are back", 60
    )
    for number, process in stage.gateways.items():
        await ready(stage.gateway_ports[number], process)
    press = await stage.discord.slash("setup", user=demo.SAKURA, channel=of.chat)
    await press.answer(15)
    assert await greeted(stage, of, 1) == []
