"""`make pictures`: take the pictures of the guides, in Japanese and English.

It plays in a new server for each language, in a demo of its own or on the page that --page names.
It needs Debian's chromium, fonts-noto-cjk and fonts-noto-color-emoji.
"""

import argparse
import asyncio
import json
import tomllib
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Route, async_playwright, expect

from deploy.local.demo import running_demo
from deploy.local.instance import PROJECT, free_ports
from deploy.local.servers import passing_servers
from tests.journeys.picture_page import PEOPLE, PicturePage
from tests.journeys.test_page import CHROMIUM, QUIET, SECONDS

TYPED = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
OFF = ("EMBED_LINKS", "CREATE_PUBLIC_THREADS", "MANAGE_THREADS")


class Guide(PicturePage):
    """What the people of one language do."""

    def __init__(self, page: Page, language: str) -> None:
        super().__init__(page, PROJECT / "docs" / "pictures" / language)
        self.typed = TYPED[language]

    def shown(self, name: str) -> str:
        return str(self.typed.get("names", {}).get(name, name))

    async def choose(self, setting: str, label: str) -> None:
        select = self.page.locator(f'select[data-custom-id*="{setting}"]').last
        option = select.locator("option:enabled", has_text=label).first
        await select.select_option(value=await option.get_attribute("value"))
        await expect(self.newest.locator(".embed")).to_contain_text(label)
        await expect(self.newest.locator(".body > .content")).to_be_visible()  # what was done

    async def allow(self, channel: str, *names: str, is_allowed: bool = True) -> None:
        """Change what the bot may do in a channel."""
        await self.go(channel)
        await self.page.locator("#bot-permissions").click()
        for name in names:
            await self.dialog.locator(f"[value={name}]").set_checked(is_allowed)
        await self.form()
        await self.go(self.typed["chat"])

    async def create(self, event: dict[str, str], *, is_shown: bool = False) -> None:
        await self.command("invite create")
        if is_shown:
            await self.form(**event | {"when": self.typed["unreadable"]})
            await self.picture("mistake", self.newest)
            await self.button("compose").click()
        await self.form("form" if is_shown else "", **event)
        if is_shown:
            await self.button("draft_more").click()
            await self.form(cutoff_time=self.typed["cutoff"])
            await expect(self.newest).to_contain_text("🟢")
            await self.picture("card", self.newest)
        await self.button("draft_post").click()
        await expect(self.button("draft_post")).to_have_count(0)

    async def set_up(self) -> None:
        typed = self.typed
        for name, person in PEOPLE.items():
            await self.page.get_by_test_id(f"person-{person}").click()
            me = self.page.get_by_test_id("me")
            await expect(me).to_contain_text(self.shown(name))
            if typed["locale"][:2] not in await me.inner_text():
                await self.page.get_by_test_id(f"choose_language-{person}").click()
                await expect(me).to_contain_text(typed["locale"][:2])
        await self.page.get_by_test_id(f"person-{PEOPLE[typed['host']]}").click()
        await self.page.get_by_test_id("create-guild").click()
        await self.form(name=typed["server"])
        await self.page.get_by_test_id("invite_bot").click()
        await self.allow(typed["news"], *OFF, is_allowed=False)
        await self.button("setup").click()
        await self.choose("announcement_channel_id", f"#{typed['news']}")
        await self.picture("setup-missing", self.newest)
        await self.allow(typed["news"], *OFF)
        await self.allow(typed["staff"], "VIEW_CHANNEL")
        await self.button("setup:events").click()
        await expect(self.newest).not_to_contain_text("⚠️")
        await self.picture("setup", self.newest)
        await self.button("setup:locale").click()
        for setting, label in typed.get("choices", {}).items():
            await self.choose(setting, label)
        await self.button("setup:staff").click()
        await self.choose("staff_channel_id", f"#{typed['staff']}")
        roles = self.page.locator('details[data-custom-id*="staff_role_ids"]')
        await roles.locator("summary").click()
        await roles.get_by_role("checkbox", name=typed["staff"]).check()
        await roles.locator(".primary").click()
        await expect(self.newest.locator(".embed")).to_contain_text(f"@{typed['staff']}")

    async def take_part(self) -> None:
        typed, (event, *others) = self.typed, self.typed["events"]
        announcement, answer = self.of(event), self.page.locator(".ephemeral").last
        listed = self.page.locator(".ephemeral:has(.used):has(.embed)").last
        await self.create(event, is_shown=True)
        for person, name in (("たろう", "join"), ("はなこ", "join"), ("じろう", "wait")):
            await self.go(typed["news"], person)
            await self.button(name, announcement).click()
            await expect(answer).to_be_visible()
        await self.picture("full", announcement, answer)
        await self.go(typed["news"], typed["host"])
        await self.button("detail", announcement).click()
        await self.picture("details", answer)
        await self.button("schedule").click()
        await self.form("times")
        await self.go(typed["news"], "たろう")
        await self.button("leave", announcement).click()
        await self.button("leave_sure").click()
        await self.go(event["event_name"], "じろう")
        await expect(self.button("leave")).to_be_visible()
        summary = self.page.locator("li.message").nth(1)
        named = summary.get_by_text(f"@{self.shown('じろう')}", exact=True)
        await expect(named).to_have_count(2)  # on the waitlist, and moved up
        await self.picture("thread", summary, self.newest)
        await self.go(typed["chat"], typed["host"])
        for other in others:
            await self.create(other)
        await self.command("invite list")
        await self.picture("list", listed)
        await self.go(typed["news"], typed["host"])
        last = self.of(others[-1])
        await self.button("detail", last).click()
        details = self.page.locator(".ephemeral", has_text=others[-1]["event_name"])
        await self.button("complete", details).click()
        await self.button("completed").click()
        await expect(last).to_contain_text("🏁")
        await self.picture("finished", last)

    async def help_members(self) -> None:
        typed, panel = self.typed, self.of(self.typed["events"][0])
        await self.go(typed["staff"], "みどり")
        await self.button("assign", panel).click()
        await expect(panel).to_contain_text(self.shown("みどり"))
        await self.picture("staff", panel)
        await self.go(typed["chat"])
        await self.command("invite list", pin="true")
        await self.picture("pinned", self.page.locator("li.message", has_text="📌"))
        await self.command("staff audit")
        await self.picture("audit", self.page.locator(".ephemeral:has(.embed)").last)
        await self.command("ticket panel")
        await expect(self.button("ticket:question")).to_be_visible()
        await self.go(typed["chat"], "たろう")
        await self.button("ticket:question").click()
        await self.form("ticket-form", subject=typed["subject"], details=typed["details"])
        await self.go(self.shown("たろう"), "みどり")  # the thread has the member's name
        await self.button("ticket-claim").click()
        ticket = self.page.locator('li.message:has([data-custom-id^="ticket-close"])')
        await expect(ticket).to_contain_text(f"@{self.shown('みどり')}")
        await self.picture("ticket", ticket)


async def take(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for language, typed in TYPED.items():
            where = {"locale": typed["locale"], "timezone_id": typed["zone"]}
            size: Any = {"width": 1180, "height": 2000}
            page = await browser.new_page(**where, viewport=size, device_scale_factor=1.25)
            page.set_default_timeout(15 * SECONDS)
            await page.route("**/page/state*", renamed(typed.get("names", {})))
            await page.goto(url)
            guide = Guide(page, language)
            await guide.set_up()
            await guide.take_part()
            await guide.help_members()
        await browser.close()


def renamed(names: dict[str, str]) -> Any:
    """Return a handler of the page's state that shows people and the bot under other names."""

    async def handle(route: Route) -> None:
        response = await route.fetch()
        text = json.dumps(await response.json(), ensure_ascii=False)
        for name, shown in names.items():
            text = text.replace(name, shown)
        await route.fulfill(response=response, body=text)

    return handle


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.pictures", description=__doc__)
    parser.add_argument("--page", help="the address of a demo that runs already")
    if url := parser.parse_args().page:
        asyncio.run(take(url))
        return
    [port] = free_ports(1)
    with passing_servers("pictures") as servers, running_demo(servers, port):
        asyncio.run(take(f"http://127.0.0.1:{port}/"))


if __name__ == "__main__":
    main()
