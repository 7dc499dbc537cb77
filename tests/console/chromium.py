"""A real Chromium for tests, and what its pages are held to."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


def chromium() -> str:
    """Where it is; without one the test fails."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        pytest.fail("no Chromium here: install it (Debian: apt-get install chromium) or set CHROMIUM to its path")
    return found


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """A browser that phones nobody."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=QUIET.split())
        try:
            yield browser
        finally:
            await browser.close()


class Watched:
    """A page of somebody's, on which nothing may go wrong in silence and nothing may be fetched from elsewhere."""

    def __init__(self, page: Page, site: str) -> None:
        """Watch a page."""
        self.page = page
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if self._is_wrong(said.type, said.text) else None)
        page.on("request", lambda sent: None if self._is_ours(sent.url, site) else self.wrong.append(sent.url))

    @staticmethod
    def _is_wrong(kind: str, text: str) -> bool:
        return (kind == "error" and "Failed to load resource" not in text) or "Content Security Policy" in text

    @staticmethod
    def _is_ours(url: str, site: str) -> bool:
        return url.startswith((site, "data:", "blob:"))


@asynccontextmanager
async def somebody(
    browser: Browser,
    site: str,
    *,
    at: tuple[float, float] | None = None,
    phone: bool = False,
    dark: bool = False,
    language: str = "nb-NO",
) -> AsyncIterator[Page]:
    """A person with a browser of their own, perhaps at a place (lon, lat); nothing may have gone wrong at the end."""
    context = await browser.new_context(
        base_url=site,
        viewport={"width": 390, "height": 844} if phone else {"width": 1360, "height": 900},
        color_scheme="dark" if dark else "light",
        locale=language,
        reduced_motion="reduce",
        geolocation={"longitude": at[0], "latitude": at[1], "accuracy": 5} if at else None,
        permissions=["geolocation"] if at else [],
    )
    context.set_default_timeout(15_000)
    watched = Watched(await context.new_page(), site)
    try:
        yield watched.page
        assert not watched.wrong, watched.wrong
    finally:
        await context.close()


async def accessible(page: Page) -> None:
    """Hold a page to WCAG 2.2 AA as far as axe can tell."""
    await page.wait_for_timeout(150)  # Colours that fade in are judged as they end.
    found = await Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
