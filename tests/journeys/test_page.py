"""A newcomer plays a whole invitation on the page, from the form to its automatic close."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from playground import demo

CHROMIUM = shutil.which("chromium")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Debian's chromium is absent: apt-get install chromium."
)
SECONDS = 1000  # Playwright counts milliseconds
SHOWN = "夜の同期会"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


async def opened(browser: Browser, url: str) -> Page:
    page = await browser.new_page(
        locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 860}
    )
    page.set_default_timeout(15 * SECONDS)
    await page.goto(url)
    return page


@pytest.fixture
async def page(browser: Browser, page_url: str) -> AsyncIterator[Page]:
    page = await opened(browser, page_url)
    yield page
    await page.close()


@pytest.fixture(scope="module", autouse=True)
async def soon_over(browser: Browser, page_url: str) -> str:
    """Create an event of two minutes, which passes while the others are played; give its name."""
    page = await opened(browser, page_url)
    await create(page, "すぐ終わる会", end="2分")
    await page.close()
    return "すぐ終わる会"


async def become(page: Page, person: str) -> None:
    await page.get_by_test_id(f"person-{person}").click()


async def open_form(page: Page) -> Locator:
    await page.get_by_role("combobox", name="メッセージ").fill("/invite create")
    await page.locator("#command-list").get_by_role("option").first.click()
    return page.get_by_role("dialog")


async def fill_form(dialog: Locator, event_name: str, when: str = "明日 21時〜23時") -> None:
    await dialog.get_by_label("イベント名").fill(event_name)
    await dialog.get_by_label("日時").fill(when)
    world = "Japan Street https://vrchat.com/home/world/wrld_1"
    await dialog.get_by_label("ワールド").fill(world)
    await dialog.get_by_label("定員").fill("2")
    await dialog.get_by_label("説明").fill("ワールドを巡って、のんびり話しましょう。\n初参加歓迎！")


async def create(page: Page, event_name: str, end: str) -> None:
    dialog = await open_form(page)
    await fill_form(dialog, event_name, f"今〜{end}")
    await dialog.get_by_role("button", name="送信").click()
    post = page.get_by_role("button", name="投稿する").last
    await expect(post).to_be_enabled()
    await post.click()
    await expect(page.get_by_text("投稿しました").last).to_be_visible()
    await expect(page.get_by_role("button", name="投稿する")).to_have_count(0)


def announced(page: Page, event_name: str) -> Locator:
    embed = page.get_by_test_id("embed").filter(has_text=event_name)
    return page.get_by_test_id("message").filter(has=embed)


async def test_an_invitation_from_the_form_to_its_last_seat_and_its_queue(page: Page) -> None:
    await create(page, SHOWN, end="2h")
    announcement = announced(page, SHOWN)
    await expect(announcement).to_contain_text("募集中")
    join = announcement.get_by_role("button", name="参加", exact=True)
    for person in (demo.TARO, demo.HANAKO):
        await become(page, person)
        await join.click()
        await expect(page.get_by_text("に参加しました").first).to_be_visible()
    await expect(announcement).to_contain_text("2 / 2")
    await expect(announcement).to_contain_text("満員")
    await expect(join).to_have_count(0)

    await become(page, demo.JIRO)

    await announcement.get_by_role("button", name="キャンセル待ち").click()
    await expect(page.get_by_text("キャンセル待ちに入りました（1 番目）").first).to_be_visible()
    await expect(announcement).to_contain_text("キャンセル待ち (1)")

    await become(page, demo.TARO)
    await announcement.get_by_role("button", name="取り消し").click()
    await expect(page.get_by_text("席はすぐ次の人に移ります").first).to_be_visible()
    await page.get_by_role("button", name="取り消す", exact=True).click()
    await expect(announcement).not_to_contain_text("キャンセル待ち (1)")
    await expect(announcement).to_contain_text("2 / 2")


async def test_staff_take_charge_of_an_event_in_their_channel(page: Page) -> None:
    await create(page, "朝の写真会", end="2h")
    staff_channel = page.get_by_test_id(f"channel-{demo.STAFF_CHANNEL_ID}")
    await expect(staff_channel).to_have_count(0)

    await become(page, demo.MIDORI)
    await staff_channel.click()
    panel = page.get_by_test_id("message").filter(has_text="朝の写真会")
    await expect(panel).to_contain_text("募集中")
    await panel.get_by_role("button", name="担当する").click()
    await expect(page.get_by_text("の担当になりました").first).to_be_visible()
    await expect(panel.get_by_role("button", name="担当する")).to_be_disabled()
    await expect(panel.get_by_test_id("embed")).to_contain_text("@みどり")


async def test_a_ticket_that_only_its_member_and_staff_see(page: Page) -> None:
    chat = page.get_by_test_id(f"channel-{demo.CHAT_CHANNEL_ID}")
    await become(page, demo.MIDORI)
    await chat.click()
    await page.get_by_role("combobox", name="メッセージ").fill("/ticket panel")
    await (
        page.locator("#command-list").get_by_role("option").first.click()
    )  # without options it is sent at once
    panel = page.get_by_test_id("message").filter(has_text="スタッフに相談する")

    await become(page, demo.TARO)
    await chat.click()
    await panel.get_by_role("button", name="質問").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("件名").fill("フレンド申請が届きません")
    await dialog.get_by_label("内容").fill("昨日の会の人に送ったのですが、届いていないようです。")
    await dialog.get_by_role("button", name="送信").click()
    await expect(page.get_by_text("チケットを開きました").first).to_be_visible()
    thread = page.locator("button.channel", has_text="質問・たろう")
    await thread.click()
    ticket = page.get_by_test_id("message").filter(has_text="担当: まだいません")
    await expect(ticket).to_contain_text("フレンド申請が届きません")

    await become(page, demo.HANAKO)
    await expect(thread).to_have_count(0)
    await become(page, demo.MIDORI)
    await thread.click()
    await ticket.get_by_role("button", name="担当する").click()
    await expect(page.get_by_text("担当: @みどり").first).to_be_visible()


async def test_a_host_edits_an_event_and_takes_their_data_along(page: Page) -> None:
    await create(page, "星空めぐり", end="3h")
    announcement = announced(page, "星空めぐり")
    dialog = page.get_by_role("dialog")
    await announcement.first.get_by_role("button", name="詳細").click()
    await page.get_by_role("button", name="タグ・公開範囲・リマインダーを編集").click()
    await dialog.get_by_label("タグ").select_option(label="撮影会")
    await dialog.get_by_label("リマインダー（開始の何分前）").fill("30")
    await dialog.get_by_role("button", name="送信").click()
    await expect(page.get_by_text("を変更しました").first).to_be_visible()
    await expect(announcement.first).to_contain_text("撮影会")

    await page.get_by_role("combobox", name="メッセージ").fill("/mydata export")
    await page.locator("#command-list").get_by_role("option").first.click()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="doukikai-my-data.json").click()
    path = await (await downloading.value).path()
    data = json.loads(await asyncio.to_thread(path.read_text))
    assert "星空めぐり" in {each["event_name"] for each in data["hosted_invitations"]}


async def test_a_mistake_in_the_form_posts_nothing(page: Page) -> None:
    dialog = await open_form(page)
    await fill_form(dialog, "間違いの会", "今〜1分前")
    await dialog.get_by_role("button", name="送信").click()
    await expect(page.get_by_text("「今〜1分前」は読み取れません")).to_be_visible()
    await expect(page.get_by_role("button", name="投稿する").last).to_be_disabled()
    there = announced(page, "間違いの会")
    await expect(there.get_by_role("button", name="参加", exact=True)).to_have_count(0)


async def test_an_event_of_a_minute_has_ended_by_itself(page: Page, soon_over: str) -> None:
    announcement = announced(page, soon_over)
    state = announcement.get_by_test_id("embed").get_by_text("🏁 終了", exact=True).first
    await expect(state).to_be_visible(timeout=150 * SECONDS)
    await expect(announcement.get_by_role("button", name="参加", exact=True)).to_have_count(0)
