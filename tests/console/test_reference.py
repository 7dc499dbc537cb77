"""The API's reference, as somebody reads it who is about to call it."""

import pytest
from playwright.async_api import Browser, expect

from tests.console.chromium import accessible, somebody
from tests.town import Town

pytestmark = pytest.mark.browser


async def test_a_call_is_found_by_its_words_and_opened_by_its_address(browser: Browser, site: str, town: Town) -> None:
    async with somebody(browser, site) as page:
        await page.goto("/docs")
        await expect(page.get_by_role("heading", name="Surveys", exact=True).first).to_be_visible()
        shown = page.locator("details:visible")
        everything = await shown.count()
        await page.get_by_role("searchbox", name="Search").fill("beacon csv")
        await expect(page.get_by_text("POST /v1/staff/beacons/import")).to_be_visible()
        assert 0 < await shown.count() < everything / 10
        await expect(page.locator("#found")).to_have_text(f"{await shown.count()} of {everything} calls")
        await accessible(page)
        await page.get_by_role("searchbox", name="Search").fill("")
        await expect(shown).to_have_count(everything)
        await page.goto("/docs#surveys")
        await page.goto("/docs#municipalities")
        opened = page.locator("details[open]")
        await expect(opened.first).to_be_visible()
        await accessible(page)


async def test_what_is_open_to_all_can_be_tried_there(browser: Browser, site: str, town: Town) -> None:
    async with somebody(browser, site) as page:
        await page.goto("/docs#municipalities")
        await page.locator("details[open]").get_by_role("link", name="Try it here").click()
        await expect(page.get_by_text('"3907"')).to_be_visible()
