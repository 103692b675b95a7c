"""A visitor of the page makes servers, lets the bot in, and sets it up with selects."""

import pytest
from playwright.async_api import Browser, Page, expect

from playground import MiniatureDiscord, demo, payloads, permissions
from playground.permissions import Permission
from tests.playground.browsing import needs_chromium
from tests.playground.test_page import run

pytestmark = [needs_chromium, pytest.mark.usefixtures("bot")]


async def become(page: Page, user: str) -> None:
    await page.get_by_test_id(f"person-{user}").click()
    await expect(page.get_by_test_id(f"person-{user}")).to_have_attribute("aria-checked", "true")


async def test_a_new_server_has_no_bot_until_it_is_invited(
    page: Page, discord: MiniatureDiscord
) -> None:
    await page.get_by_role("button", name="サーバーを作る").click()
    await page.get_by_label("サーバーの名前").fill("夜ふかし同好会")
    await page.get_by_role("button", name="作成").click()
    await expect(page.get_by_role("heading", level=1, name="夜ふかし同好会")).to_be_visible()
    await expect(page.get_by_text("このサーバーに Bot はいません。")).to_be_visible()
    await page.get_by_role("button", name="雑談").click()
    await page.get_by_role("combobox", name="メッセージ").fill("/")
    await expect(page.get_by_text("使えるコマンドはまだありません")).to_be_visible()
    await page.get_by_role("combobox", name="メッセージ").fill("")
    await page.get_by_role("button", name="Bot を招待する").click()
    await run(page, "ping")
    await expect(page.get_by_text("pong ja")).to_be_visible()
    guild = list(discord.world.guilds.values())[-1]
    assert (guild.payload["name"], guild.owner_id) == ("夜ふかし同好会", demo.SAKURA)
    types = {channel["type"] for channel in discord.world.channels_of(guild.id)}
    assert types == set(payloads.SHAPES)
    await page.get_by_role("button", name="Bot を外す").click()
    await expect(page.get_by_role("button", name="Bot を招待する")).to_be_visible()
    assert not discord.world.has_bot(guild.id)
    await page.get_by_test_id(f"guild-{demo.GUILD_ID}").click()
    await expect(page.get_by_role("heading", level=1, name="VRC同期会")).to_be_visible()
    await expect(page.get_by_role("button", name="Bot を外す")).to_have_count(0)


async def test_a_person_uses_discord_in_english_in_a_new_server_too(page: Page) -> None:
    await page.get_by_role("button", name="Use Discord in English").click()
    await page.get_by_role("button", name="Create a server").click()
    await page.get_by_label("Server name").fill("Night owls")
    await page.get_by_role("button", name="Create", exact=True).click()
    await page.get_by_role("button", name="Invite the bot").click()
    await page.get_by_role("combobox", name="Message").fill("/ping")
    await page.get_by_role("option", name="/ping").click()
    await expect(page.get_by_text("pong en-US")).to_be_visible()
    await page.get_by_role("button", name="Discord を日本語で使う").click()
    await expect(page.get_by_role("button", name="Bot を外す")).to_be_visible()


async def test_channels_and_roles_are_chosen_in_selects(page: Page) -> None:
    await become(page, demo.MIDORI)
    await run(page, "panel")
    channels = page.locator("select[data-custom-id=channel]")
    await expect(channels.get_by_role("option")).to_have_text(
        ["告知チャンネル", "#お誘い募集", "#雑談", "#スタッフ"]
    )
    await channels.select_option(label="#お誘い募集")
    await expect(page.get_by_text("お誘い募集", exact=True).last).to_be_visible()
    await expect(channels).to_have_value(demo.ANNOUNCEMENT_CHANNEL_ID)
    roles = page.locator("[data-custom-id=roles]")
    await roles.locator("summary").click()
    await expect(roles.get_by_label("@スタッフ")).to_be_checked()
    await roles.get_by_label("@everyone").check()
    await roles.get_by_role("button", name="決定").click()
    await expect(page.get_by_text("@everyone、スタッフ")).to_be_visible()
    await expect(roles.locator("summary")).to_have_text("@everyone, @スタッフ")


async def test_a_manager_takes_permissions_of_the_bot_away_and_gives_them_back(
    page: Page, discord: MiniatureDiscord
) -> None:
    await expect(page.get_by_role("button", name="Bot の権限")).to_have_count(0)
    await become(page, demo.MIDORI)
    for name, count in (("埋め込みリンク", 9), ("スレッドの管理", 8)):
        await page.get_by_role("button", name="Bot の権限").click()
        await page.get_by_role("dialog").get_by_label(name).uncheck()
        await page.get_by_role("button", name="決定").click()
        await expect(page.get_by_role("button", name=f"Bot の権限 {count} / 10")).to_be_visible()
    channel = discord.world.channel(demo.CHAT_CHANNEL_ID)
    lacking = permissions.BOT & ~discord.world.permissions_in(discord.bot_id, channel)
    assert lacking == Permission.EMBED_LINKS | Permission.MANAGE_THREADS
    await page.get_by_role("button", name="Bot の権限").click()
    for name in ("埋め込みリンク", "スレッドの管理"):
        await page.get_by_role("dialog").get_by_label(name).check()
    await page.get_by_role("button", name="決定").click()
    await expect(page.get_by_role("button", name="Bot の権限 10 / 10")).to_be_visible()
    assert channel["permission_overwrites"] == []


async def test_a_phone_shows_everything_within_its_width(
    browser: Browser, discord: MiniatureDiscord
) -> None:
    size = {"width": 390, "height": 844}
    page = await browser.new_page(viewport=size, locale="ja-JP")  # type: ignore[arg-type]
    await page.goto(f"{discord.page_url}?user={demo.OWNER}&channel={demo.CHAT_CHANNEL_ID}")
    await run(page, "panel")
    await expect(page.locator("[data-custom-id=roles] summary")).to_be_in_viewport()
    await expect(page.get_by_role("combobox", name="メッセージ")).to_be_in_viewport()
    for shown in ("create-guild", f"person-{demo.SAKURA}", f"channel-{demo.CHAT_CHANNEL_ID}"):
        await expect(page.get_by_test_id(shown)).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await page.close()
