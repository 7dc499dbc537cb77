"""What somebody does with a page by the keyboard alone, and what they are told while they do it."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from playwright.async_api import Error, Locator, Page, expect

from base.translation import page_texts

_MOST_STEPS: Final = 600
_IS_AT: Final = "it => it === document.activeElement"
_IS_BEHIND: Final = "it => !!(it.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)"
_SAID: Final = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const of = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (!of.checkVisibility({ visibilityProperty: true }) || of.closest("script, style, textarea, .map")) continue;
    if (!of.closest("[lang]").lang.startsWith("nb")) continue;
    if (node.nodeType === Node.TEXT_NODE) found.push(node.data);
    else for (const name of ["aria-label", "placeholder", "title", "alt"]) found.push(node.getAttribute(name) ?? "");
  }
  return [document.title, ...found].map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
_ENGLISH: Final = re.compile(r"\b(the|your|must|should|with|this|that|of|please|required|field)\b", re.IGNORECASE)


@cache
def _only_english() -> frozenset[str]:
    ours = page_texts("nb")
    return frozenset(text for key, text in page_texts("en").items() if ours[key] != text) - frozenset(ours.values())


async def reads_norwegian(page: Page) -> None:
    """Hold all that can be seen and heard of a page to Bokmål, but for what says that it is in another language."""
    try:
        said = await page.evaluate(_SAID)
    except Error:  # It has just gone on to the next page.
        await page.wait_for_load_state()
        said = await page.evaluate(_SAID)
    assert len(said) > 5
    assert [text for text in said if text in _only_english() or _ENGLISH.search(text)] == [], page.url


class Keyboard:
    """Hands that know no pointer: what is wanted is reached by Tab, pressed by Enter or Space, chosen by arrows."""

    def __init__(self, page: Page) -> None:
        """The keyboard of somebody who looks at this page."""
        self.page = page

    async def reach(self, target: Locator) -> None:
        """Move the focus to something, the shorter way."""
        await expect(target).to_be_visible()
        await expect(self.page.locator("main[data-waits]")).to_have_count(0)
        handle = await target.element_handle()
        step = "Shift+Tab" if await handle.evaluate(_IS_BEHIND) else "Tab"
        for _ in range(_MOST_STEPS):
            if await handle.evaluate(_IS_AT):
                return
            await self.page.keyboard.press(step)
        raise AssertionError(f"the keyboard does not reach {target}")

    async def press(self, target: Locator) -> None:
        """Press a button or follow a link."""
        await self.reach(target)
        await self.page.keyboard.press("Enter")

    async def button(self, name: str, where: Locator | None = None) -> None:
        """Press the button of that name."""
        await self.press((where or self.page).get_by_role("button", name=name, exact=True))

    async def link(self, name: str) -> None:
        """Follow the first link of that name."""
        await self.press(self.page.get_by_role("link", name=name, exact=True).first)

    async def menu(self, name: str) -> None:
        """Follow an item of the menu."""
        await self.press(self.page.locator("nav.places").get_by_role("link", name=name, exact=True))

    async def write(self, target: Locator, text: str) -> None:
        """Write into a field in place of what stands there; days and times are set at once."""
        await self.reach(target)
        if await target.get_attribute("type") in {"date", "time", "datetime-local"}:
            await target.fill(text)
            return
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.type(text)

    async def fill(self, texts: Mapping[str, str]) -> None:
        """Write into fields by their labels."""
        for label, text in texts.items():
            await self.write(self.page.get_by_label(label, exact=True), text)

    async def tick(self, target: Locator, *, on: bool = True) -> None:
        """Set a box or a switch."""
        await self.reach(target)
        if await target.is_checked() != on:
            await self.page.keyboard.press("Space")
        await expect(target).to_be_checked(checked=on)

    async def pick(self, target: Locator) -> None:
        """Choose one of a group of radio buttons."""
        name = await target.get_attribute("name")
        assert name is not None
        group = self.page.locator(f"input[type=radio][name='{name}']")
        now = self.page.locator(f"input[type=radio][name='{name}']:checked")
        await self.reach(now if await now.count() else group.first)
        for _ in range(await group.count()):
            if await target.is_checked():
                return
            await self.page.keyboard.press("ArrowDown")
        await expect(target).to_be_checked()

    async def choose(self, target: Locator, option: str) -> None:
        """Choose an option of a list that folds out, by its text."""
        await self.reach(target)
        texts = [text.strip() for text in await target.locator("option").all_text_contents()]
        assert option in texts, texts
        await self.page.keyboard.press("Home")
        for _ in range(texts.index(option)):
            await self.page.keyboard.press("ArrowDown")
        await expect(target.locator("option:checked")).to_have_text(option)

    async def told(self, text: str | re.Pattern[str]) -> None:
        """See that something was done: said to those who listen, and visible; and that the page speaks Norwegian."""
        said = self.page.locator("#announcer")
        await expect(said).to_have_text(text)
        await expect(said).to_be_visible()
        await reads_norwegian(self.page)
