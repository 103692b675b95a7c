"""A newcomer makes a server on the page, adds the bot, sets it up, and announces a first event."""

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.journeys.test_page import CHROMIUM, QUIET, announced, fill_form, opened

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Debian's chromium is absent: apt-get install chromium."
)
FIVE = (
    *("チャンネルを見る", "埋め込みリンク", "公開スレッドの作成"),
    *("スレッドの管理", "メッセージ履歴を読む"),
)
MOST_ACTS = 25


class Hands:
    """Does what a person does on the page, and counts each act."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0
        self.began_at = time.monotonic()

    async def click(self, where: Locator) -> None:
        await where.click()
        self.acts += 1

    async def press(self, label: str, **how: Any) -> None:
        await self.click(self.page.get_by_role("button", name=label, **how).last)

    async def type(self, where: Locator, text: str) -> None:
        await where.fill(text)
        self.acts += 1

    async def choose(self, where: Locator, label: str) -> None:
        await where.select_option(label=label)
        self.acts += 1

    async def found_server(self, name: str) -> None:
        """Make a server and add the bot."""
        await self.press("サーバーを作る")
        await self.type(self.page.get_by_label("サーバーの名前"), name)
        await self.press("作成", exact=True)
        await self.press("Bot を招待する")


@pytest.fixture
async def hands(page_url: str) -> AsyncIterator[Hands]:
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield Hands(await opened(browser, page_url))
        await browser.close()


async def test_from_the_bots_invitation_to_the_first_event(hands: Hands) -> None:
    page = hands.page
    await hands.found_server("夜ふかし同好会")
    await hands.press("雑談")
    await expect(page.get_by_text("追加していただき、ありがとうございます")).to_have_count(1)
    await hands.press("設定を開く")
    await expect(page.get_by_text("まだ選ばれていません")).to_be_visible()
    await hands.choose(page.get_by_label("募集を投稿するチャンネル"), "#お知らせ (アナウンス)")
    await expect(page.get_by_text("設定を変更しました")).to_be_visible()
    await expect(page.get_by_test_id("embed").last).to_contain_text("✅")
    await hands.press("テスト投稿")
    await expect(page.get_by_text("すべてうまくいきました")).to_be_visible()

    await hands.type(page.get_by_role("combobox", name="メッセージ"), "/invite create")
    await hands.click(page.locator("#command-list").get_by_role("option").first)
    dialog = page.get_by_role("dialog")
    await fill_form(dialog, "はじめての会")
    hands.acts += 5
    await hands.click(dialog.get_by_role("button", name="送信"))
    await hands.press("投稿する")
    await expect(page.get_by_text("投稿しました").first).to_be_visible()
    await hands.press("お知らせ")
    await expect(announced(page, "はじめての会")).to_contain_text("募集中")
    seconds = time.monotonic() - hands.began_at
    print(f"\n{hands.acts} acts, {seconds:.0f} s")  # noqa: T201 - the measurement
    assert hands.acts <= MOST_ACTS


async def test_the_panel_names_each_of_five_missing_permissions(hands: Hands) -> None:
    page = hands.page
    await hands.found_server("静かな会")
    await hands.press("お知らせ")
    await hands.press("Bot の権限")
    for name in FIVE:
        await page.get_by_role("dialog").get_by_label(name, exact=True).uncheck()
    await hands.press("決定")
    await expect(page.get_by_role("button", name="Bot の権限 5 / 10")).to_be_visible()
    await hands.press("雑談")
    await hands.press("設定を開く")
    await hands.choose(page.get_by_label("募集を投稿するチャンネル"), "#お知らせ (アナウンス)")
    panel = page.get_by_test_id("embed").last
    await expect(panel).to_contain_text("Bot に足りない権限")
    for name in FIVE:
        await expect(panel).to_contain_text(name)
    await expect(panel).not_to_contain_text("メッセージを送信")
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(panel).to_be_in_viewport(ratio=0.1)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
