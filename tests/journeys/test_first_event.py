"""A new host posts a first event on the page: in few acts, and without losing what they typed."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aio_pika
import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from deploy.local.demo import programs, running_demo
from deploy.local.instance import free_ports
from deploy.local.server import Server
from deploy.local.servers import Servers
from tests.composed import IS_COMPOSED
from tests.deploy.test_consumer_programs import running, write_programs
from tests.house.tree import PROJECT
from tests.journeys.test_page import CHROMIUM, QUIET, opened

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium: apt-get install chromium."),
    pytest.mark.skipif(IS_COMPOSED, reason="It ends gateways, which the page's tests need."),
]
MOST_ACTS, MOST_SECONDS = 5, 60
PICTURE = PROJECT / "docs/pictures/ja/list.png"
TYPED = {
    "イベント名": "はじめての会",
    "日時": "土よう 21時〜23字",
    "ワールド": "Japan Street https://vrchat.com/home/world/wrld_1",
    "定員": "8",
    "説明": "のんびり話しましょう。\n初参加歓迎！",
}


class Demo:
    """The demo with its processes, and a page in front of it."""

    def __init__(self, page: Page, processes: list[Server]) -> None:
        self.page = page
        self.processes = processes
        self.acts = 0

    async def submit(self, **changed: str) -> None:
        """Fill in the open form and send it: one act of a person."""
        dialog = self.page.get_by_role("dialog")
        for label, text in changed.items():
            await dialog.get_by_label(label).fill(text)
        await dialog.get_by_role("button", name="送信").click()
        self.acts += 1

    async def press(self, label: str) -> None:
        await self.page.get_by_role("button", name=label).last.click()
        self.acts += 1

    async def command(self, text: str) -> None:
        await self.page.get_by_role("combobox", name="メッセージ").fill(text)
        await self.page.locator("#command-list").get_by_role("option").first.click()
        self.acts += 1

    async def standing(self) -> dict[str, str]:
        """Give what stands in the open form, and close it."""
        dialog = self.page.get_by_role("dialog")
        await expect(dialog.get_by_label("イベント名")).to_be_visible()
        values = {label: await dialog.get_by_label(label).input_value() for label in TYPED}
        await self.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        return values

    async def restart_gateways(self) -> None:
        gateways = [each for each in self.processes if each.name.startswith("gateway")]
        assert gateways
        for gateway in gateways:
            gateway.kill()
        for gateway in gateways:
            gateway.launch()
            await asyncio.to_thread(gateway.await_ready)


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
async def demo(servers: Servers, browser: Browser) -> AsyncIterator[Demo]:
    [port] = free_ports(1)
    with running_demo(servers, port) as processes:
        yield Demo(await opened(browser, f"http://127.0.0.1:{port}/"), processes)


async def test_a_program_of_the_page_reads_what_happens_in_the_demo(
    servers: Servers, demo: Demo, tmp_path: Path
) -> None:
    """Its settings are what `CONSUMERS=stats make demo` prints."""
    printed = programs(servers, demo.processes, ["stats"])
    exports = [line.removeprefix("  export ") for line in printed if "export" in line]
    settings = dict(line.split("=", 1) for line in exports)
    write_programs(tmp_path)
    known = (
        "SELECT count(*) FROM invitations WHERE json_extract(state, '$.event_name') = '統計の会'"
    )
    async with running(tmp_path, "consume.py", **settings) as program:
        await program.answers(known, [(0,)])
        await demo.command("/invite create")
        await demo.submit(**TYPED | {"イベント名": "統計の会", "日時": "土曜 21時〜23時"})
        # Playwright clicks what was the last button when it looked, and waits for that one.
        await expect(demo.page.get_by_test_id("message").last).to_contain_text("統計の会")
        await demo.press("投稿する")
        await program.answers(known, [(1,)])
        async with await aio_pika.connect(settings["RABBITMQ_URL"]) as connection:
            queue = await (await connection.channel()).get_queue("consumers.stats")
            assert queue.declaration_result.consumer_count == 1, "it came by the queue"


async def test_a_first_event_takes_five_acts_with_a_typo_in_its_time(demo: Demo) -> None:
    page, began_at = demo.page, time.monotonic()
    demo.acts = 0
    await demo.command("/invite create")
    await demo.submit(**TYPED)
    await expect(page.get_by_text("「土よう 21時〜23字」は読み取れません")).to_be_visible()
    await expect(page.get_by_role("button", name="投稿する").last).to_be_disabled()

    await demo.press("直す")
    await demo.submit(日時="土曜 21時〜23時")
    await expect(page.get_by_role("button", name="投稿する").last).to_be_enabled()
    await demo.press("投稿する")
    await expect(page.get_by_text("投稿しました").last).to_be_visible()
    acts, seconds = demo.acts, time.monotonic() - began_at
    print(f"\n{acts} acts, {seconds:.0f} s")  # noqa: T201 - the measurement
    assert acts <= MOST_ACTS
    assert seconds < MOST_SECONDS


async def test_nothing_typed_is_lost_by_a_closed_form_or_a_restart(demo: Demo) -> None:
    await demo.command("/invite create")
    await demo.submit(**TYPED)
    await expect(demo.page.get_by_text("「土よう 21時〜23字」は読み取れません")).to_be_visible()
    await demo.press("直す")
    assert await demo.standing() == TYPED

    await demo.restart_gateways()
    await demo.command("/invite drafts")
    await demo.press("を開く")
    await demo.press("直す")
    assert await demo.standing() == TYPED


async def test_a_picture_and_co_hosts_are_chosen_on_the_card_and_fit_a_phone(
    demo: Demo, tmp_path: Path
) -> None:
    page, dialog = demo.page, demo.page.get_by_role("dialog")
    await demo.command("/invite create")
    await demo.submit(**TYPED | {"イベント名": "絵のある会", "日時": "土曜 21時〜23時"})
    card = page.get_by_test_id("message").last
    await expect(card).to_contain_text("絵のある会")
    await demo.press("画像")
    await dialog.locator("input[type=file]").set_input_files(PICTURE)
    await demo.submit()
    await expect(card.locator("img.picture")).to_be_visible()

    await demo.press("くわしい設定")
    await dialog.get_by_label("共同主催（任意）").select_option(["@はなこ", "@じろう"])
    await demo.submit()
    await expect(card).to_contain_text("共同主催 @はなこ @じろう")
    await demo.press("くわしい設定")
    chosen = dialog.get_by_label("共同主催（任意）").locator("option:checked")
    await expect(chosen).to_have_text(["@はなこ", "@じろう"])
    await demo.submit()
    await demo.press("リマインダー")
    await demo.submit(**{"ほかのリマインダー（任意）": "1時間前 集合は入口です\n1日前"})
    await expect(card).to_contain_text("1 日前, 1 時間前")

    await page.set_viewport_size({"width": 390, "height": 1400})
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    image = card.locator("img.picture")
    width = await image.evaluate("each => each.naturalWidth && each.getBoundingClientRect().right")
    assert 0 < width <= 390, "it is loaded, and not cut off"
    await card.screenshot(path=tmp_path / "card.png")
    await page.set_viewport_size({"width": 1280, "height": 860})
    await demo.press("投稿する")
    await expect(page.get_by_text("投稿しました").last).to_be_visible()
