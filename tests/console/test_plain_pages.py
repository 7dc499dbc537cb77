"""The pages that need no script: what is new for the website, a draft by its link, a link that leads nowhere."""

import httpx
import pytest
from playwright.async_api import Browser

from tests.console.chromium import accessible, somebody
from tests.surveys.polling import SURVEY
from tests.town import Town

pytestmark = pytest.mark.browser


async def test_plain_pages_are_read_by_everybody_in_the_light_and_in_the_dark(
    browser: Browser, site: str, town: Town
) -> None:
    staff = await town.key("communications")
    async with httpx.AsyncClient(base_url=site, headers=staff) as clerk:
        text = {"nb": "Veien er stengt", "en": "The road is closed"}
        assert (await clerk.post("/v1/staff/information", json={"title": text, "body": text})).status_code == 201
        draft = (await clerk.post("/v1/staff/surveys", json=SURVEY)).json()["id"]
        link = (await clerk.post(f"/v1/staff/surveys/{draft}/preview")).json()["token"]
    for dark in (False, True):
        async with somebody(browser, site, dark=dark, phone=True) as page:
            for path, heading in (
                ("/embed/3907", "Nytt i Sandefjord"),
                (f"/preview/{link}", "Trygg skolevei"),
                ("/preview/nowhere", "Lenken fører ingen steder"),
                ("/confirm/nowhere", "Lenken fører ingen steder"),
            ):
                await page.goto(path)
                assert await page.locator("h1").inner_text() == heading
                assert await page.evaluate("getComputedStyle(document.body).maxWidth") == "704px", "its style is let in"
                await accessible(page)
            assert await page.context.cookies() == []
