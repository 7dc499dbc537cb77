"""Every page, for everybody: by keyboard, in each language, in the dark, and for staff only where it is theirs."""

import json
import os
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.console.chromium import accessible, somebody
from tests.console.visiting import focused, signed_in
from tests.town import Town

pytestmark = pytest.mark.browser

LANGUAGES = ["nb", "nn", "en"] if "MEDVIRK_PROVE" in os.environ else ["nn"]
"""Bokmål is what all other walks are in; that each language says the same is held without a browser."""
PLACE = "5d1f2c3a-0b4e-4f6a-8c7d-9e0f1a2b3c4d"
PAGES = [
    "/console",
    "/console/hearings",
    "/console/hearings/new",
    "/console/news",
    "/console/news/new",
    "/console/topics",
    "/console/messages",
    "/console/messages/new",
    "/console/triggers",
    "/console/triggers/new",
    "/console/triggers/try",
    "/console/beacons",
    "/console/people",
    "/console/oversight",
    "/console/notices",
    "/console/notices/push_messages",
    "/console/ages",
    "/console/ledger",
    "/console/oversight/audit",
    "/console/sign-in-again",
    "/console/zones",
    f"/console/zones/{PLACE}",
    "/console/surveys/new",
    "/app",
    "/privacy",
    "/accessibility",
]
SEEN = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at.matches(".ds-skip-link")) return true;
  const place = at.closest("label, .ds-field") ?? at;
  return [at, place].some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
}"""


@pytest_asyncio.fixture(autouse=True)
async def place(town: Town) -> None:
    """A sensitive place, so that its page has all its parts."""
    shape = {"type": "Circle", "center": [10.2239, 59.1306], "radius_m": 60}
    await town.sql(
        "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at, approval, asked_at) "
        "values ($1, $2, $3, 'trigger', $4, true, now(), 'waiting', now())",
        UUID(PLACE),
        town.municipality,
        json.dumps({"nb": "Legevakten"}),
        json.dumps(shape),
    )


async def test_tab_goes_through_every_page_and_out_again(browser: Browser, site: str, sign_in: str) -> None:
    """No trap, and wherever the focus is, it can be seen."""
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        for path in PAGES:
            await page.goto(path)
            await page.wait_for_load_state("networkidle")
            for _ in range(90):
                await page.keyboard.press("Tab")
                if await focused(page) == "Lisenser":
                    break
                assert await page.evaluate(SEEN), f"{path}: the focus on {await focused(page)!r} cannot be seen"
            else:
                raise AssertionError(f"{path}: the keyboard never reached the end")


async def test_without_a_session_the_console_shows_nothing(browser: Browser, site: str, sign_in: str) -> None:
    async with somebody(browser, site) as page:
        answer = await page.goto("/console/zones")
        assert answer is not None
        assert answer.status == 401
        await expect(page.get_by_role("heading", level=1)).to_have_text("Du er ikke pålogget")
        await accessible(page)
        await signed_in(page, sign_in)
        [session] = [one for one in await page.context.cookies() if one["name"] == "medvirk_session"]
        assert session["httpOnly"]
        assert session["sameSite"] == "Strict"
        await page.goto(sign_in)
        await page.locator("#sign-in").click()
        await expect(page.get_by_role("alert")).to_contain_text("Lenken virker ikke")
        await accessible(page)
        await page.goto("/console")
        await page.get_by_role("button", name="Logg ut").click()
        await page.goto("/console")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Du er ikke pålogget")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_comes_in_each_language_and_in_the_dark(
    browser: Browser, site: str, sign_in: str, language: str
) -> None:
    async with somebody(browser, site, dark=True, language=language) as page:
        await signed_in(page, sign_in)
        for path in PAGES:
            await page.goto(path)
            await page.wait_for_load_state("networkidle")
            assert await page.locator("html").get_attribute("lang") == language
            if language == "nn" or "MEDVIRK_PROVE" in os.environ:
                await accessible(page)
        await page.get_by_role("link", name="Nynorsk").click()
        await expect(page.locator("html")).to_have_attribute("lang", "nn")
        await page.goto("/app")
        await expect(page.locator("html")).to_have_attribute("lang", "nn")
