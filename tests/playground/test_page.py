"""A person plays the page in a real browser, with the real disnake behind it."""

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from playground import MiniatureDiscord, demo
from tests.playground.browsing import needs_chromium

pytestmark = needs_chromium
NASTY = '<img src=x onerror="document.title=1"> **太字** \\*星\\* javascript:alert(1)'


async def run(page: Page, command: str) -> None:
    await page.get_by_role("combobox", name="メッセージ").fill(f"/{command}")
    await page.get_by_role("option", name=f"/{command}").click()


async def create(page: Page, name: str) -> None:
    await run(page, "invite create")
    await page.get_by_label("タグ").select_option(label="観光")
    await page.get_by_role("button", name="送信").click()
    dialog = page.get_by_role("dialog", name="お誘い募集")
    await dialog.get_by_label("イベント名").fill(name)
    await dialog.get_by_label("説明").fill("**桜** <t:1800000000:F>")
    await dialog.get_by_label("公開範囲").select_option(label="public")
    await dialog.get_by_role("button", name="送信").click()
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_text("作成しました")).not_to_have_count(0)


async def test_the_page_says_while_no_bot_is_connected(browser: Browser) -> None:
    discord = await MiniatureDiscord.start()
    page = await browser.new_page()
    await page.goto(discord.page_url)
    await expect(page.get_by_text("Bot がまだ接続していません")).to_be_visible()
    await page.close()
    await discord.stop()


@pytest.mark.usefixtures("bot")
async def test_html_that_people_write_is_shown_as_text(
    page: Page, discord: MiniatureDiscord
) -> None:
    discord.say(NASTY, user=demo.TARO, channel=demo.CHAT_CHANNEL_ID)
    message = page.get_by_test_id("message").filter(has_text="onerror")
    await expect(message).to_contain_text(
        '<img src=x onerror="document.title=1"> 太字 *星* javascript:alert(1)'
    )
    assert await message.locator("img, a").count() == 0
    assert await message.locator("strong", has_text="太字").count() == 1


@pytest.mark.usefixtures("bot")
async def test_a_host_creates_by_command_and_modal_and_a_member_joins(page: Page) -> None:
    await create(page, "京都花見ツアー")
    embed = page.get_by_test_id("embed").filter(has_text="京都花見ツアー")
    await expect(embed).to_contain_text("2027年1月15日金曜日 17:00")
    await page.get_by_test_id(f"person-{demo.TARO}").click()
    await expect(page.get_by_text("作成しました")).to_have_count(0)
    announcement = page.get_by_test_id("message").filter(has=embed)
    await announcement.get_by_role("button", name="参加").click()
    answer = page.get_by_test_id("message").filter(has_text="参加しました")
    await expect(answer).to_contain_text("あなただけに表示されています")
    await page.get_by_test_id(f"person-{demo.HANAKO}").click()
    await expect(answer).to_have_count(0)
    await announcement.get_by_role("button", name="スレッドを見る").click()
    await expect(page.get_by_role("heading", level=2, name="京都花見ツアー")).to_be_visible()


@pytest.mark.usefixtures("bot")
async def test_forms_refuse_like_the_client(page: Page) -> None:
    await run(page, "invite create")
    await page.get_by_role("button", name="送信").click()
    await expect(page.get_by_text("この項目は必須です")).to_be_visible()
    await page.get_by_label("タグ").select_option(label="観光")
    await page.get_by_label("capacity").fill("101")
    await page.get_by_role("button", name="送信").click()
    await expect(page.get_by_text("1 から 100 までの数を入力してください")).to_be_visible()
    await page.get_by_label("capacity").fill("8")
    await page.get_by_role("button", name="送信").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("イベント名").fill("花" * 101)
    await dialog.get_by_role("button", name="送信").click()
    await expect(dialog.get_by_text("100 文字以内で入力してください")).to_be_visible()
    await expect(dialog.get_by_text("この項目は必須です")).to_be_visible()


@pytest.mark.usefixtures("bot")
async def test_suggestions_come_while_typing(page: Page) -> None:
    await run(page, "invite create")
    await page.get_by_label("world").fill("mur")
    await page.get_by_role("option", name="Murder 4").click()
    await expect(page.get_by_label("world")).to_have_value("Murder 4")


@pytest.mark.usefixtures("bot")
async def test_a_slow_bot_thinks_and_a_silent_one_fails(page: Page) -> None:
    await run(page, "slow")
    await expect(page.get_by_test_id("thinking").last).to_contain_text("考え中…")
    await run(page, "silent")
    await expect(page.get_by_text("インタラクションに失敗しました")).to_be_visible()


@pytest.mark.usefixtures("bot")
async def test_each_person_reads_their_own_language_and_channels(page: Page) -> None:
    staff_channel = page.get_by_test_id(f"channel-{demo.STAFF_CHANNEL_ID}")
    await expect(staff_channel).to_have_count(0)
    await page.get_by_test_id(f"person-{demo.OWNER}").click()
    await expect(staff_channel).to_be_visible()
    await page.get_by_test_id(f"person-{demo.ALEX}").click()
    await expect(page.get_by_role("heading", level=2, name="Who are you?")).to_be_visible()
    await page.get_by_test_id(f"person-{demo.MIDORI}").click()
    await page.get_by_test_id(f"channel-{demo.STAFF_CHANNEL_ID}").click()
    await run(page, "staff")
    await expect(page.get_by_text("public answer")).to_be_visible()


async def test_no_foreign_page_can_act(discord: MiniatureDiscord, page: Page) -> None:
    reply = await page.request.post(f"{discord.page_url}page/say", form={"content": "x"})
    assert reply.status == 415


@pytest.mark.usefixtures("bot")
async def test_a_member_leaves_and_comes_back(page: Page, discord: MiniatureDiscord) -> None:
    await page.get_by_test_id(f"person-{demo.HANAKO}").click()
    await page.get_by_role("button", name="はなこ がサーバーから抜ける").click()
    await expect(page.get_by_test_id(f"person-{demo.HANAKO}")).to_be_hidden()
    await expect(page.get_by_test_id("me")).to_contain_text("さくら")
    assert demo.HANAKO not in discord.world.members
    await page.get_by_role("button", name="はなこ がサーバーに戻る").click()
    await page.get_by_test_id(f"person-{demo.HANAKO}").click()
    await expect(page.get_by_test_id("me")).to_contain_text("はなこ")


async def test_the_guilds_events_are_shown(page: Page, http: aiohttp.ClientSession) -> None:
    event = {
        "name": "花見",
        "entity_type": 3,
        "privacy_level": 2,
        "scheduled_start_time": "2099-04-01T12:00:00+00:00",
        "scheduled_end_time": "2099-04-01T14:00:00+00:00",
        "entity_metadata": {"location": "Japan Street"},
    }
    path = f"guilds/{demo.GUILD_ID}/scheduled-events"
    reply = await (await http.post(path, json=event)).json()
    shown = page.get_by_test_id(f"event-{reply['id']}")
    await expect(shown).to_contain_text("花見")
    await expect(shown).to_contain_text("2099/04/01 21:00 · Japan Street")
    await http.delete(f"{path}/{reply['id']}")
    await expect(shown).to_have_count(0)
