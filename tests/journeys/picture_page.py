"""The page as the pictures of the guides need it: buttons and fields are found by their ids."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from playground import demo

SETTLED_MS = 700  # the page draws what has changed meanwhile
PEOPLE = {person.name: person.id for person in demo.PEOPLE}


class PicturePage:
    """A page, and the folder of its pictures."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.dialog = page.get_by_role("dialog")
        self.newest = page.locator("li.message").last

    def button(self, name: str, place: Locator | Page | None = None) -> Locator:
        return (place or self.page).locator(f'[data-custom-id^="{name}"]:enabled').last

    def of(self, event: dict[str, str]) -> Locator:
        """Return the announcement or the panel of an event."""
        shared = self.page.locator("li.message:not(.ephemeral)")
        return shared.filter(has_text=event["event_name"]).filter(has=self.page.locator(".embed"))

    async def picture(self, name: str, first: Locator, last: Locator | None = None) -> None:
        last = last or first
        await expect(first).to_be_visible()
        await expect(last).to_be_visible()
        await expect(self.page.locator(".waiting, .thinking")).to_have_count(0)
        await self.page.wait_for_timeout(SETTLED_MS)
        top, end = await first.bounding_box(), await last.bounding_box()
        assert top
        assert end
        height = end["y"] + end["height"] - top["y"]
        clip = {"x": top["x"], "y": top["y"], "width": top["width"], "height": height}
        await self.page.mouse.move(0, 0)
        await self.page.screenshot(path=self.folder / f"{name}.png", clip=clip)  # type: ignore[arg-type]

    async def go(self, channel: str, person: str | None = None) -> None:
        if person:
            await self.page.get_by_test_id(f"person-{PEOPLE[person]}").click()
        await self.page.locator("button.channel", has_text=channel).first.click()
        await expect(self.page.locator("#channel-name")).to_contain_text(channel)

    async def command(self, name: str, **options: str) -> None:
        await self.page.locator("#composer-text").fill(f"/{name}")
        await self.page.get_by_test_id(f"command-{name}").click()
        form = self.page.locator(".command-form")
        for option, value in options.items():
            await form.locator(f"[data-field={option}] select").select_option(value)
        if await form.is_visible():
            await form.locator(".primary").click()

    async def form(self, picture: str = "", **fields: str) -> None:
        for field, text in fields.items():
            await self.dialog.locator(f"[data-field={field}] :is(input, textarea)").fill(text)
        if picture:
            await self.picture(picture, self.dialog)
        await self.dialog.locator(".primary").click()
        await expect(self.dialog).to_be_hidden()
