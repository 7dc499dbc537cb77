"""Staff make zones with pen and keyboard, and are told what is wrong where it is."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.console.chromium import accessible, somebody
from tests.console.visiting import focused, signed_in, tab_to
from tests.town import Town

pytestmark = pytest.mark.browser


async def test_a_zone_is_drawn_with_the_mouse(browser: Browser, site: str, sign_in: str, town: Town) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/zones")
        await page.wait_for_selector("#map[data-ready]")
        await page.get_by_role("radio", name="Bydel eller grend").check()
        await page.get_by_role("button", name="Tegn i kartet").click()
        box = await page.locator("#map").bounding_box()
        assert box is not None
        for x, y in [(0.4, 0.4), (0.6, 0.42), (0.58, 0.6), (0.42, 0.58), (0.4, 0.4)]:
            at = box["x"] + box["width"] * x, box["y"] + box["height"] * y
            await page.mouse.move(*at, steps=3)
            await page.mouse.click(*at)
            await page.wait_for_timeout(60)
        await expect(page.locator("#size")).to_have_text(re.compile(r"km²"))
        await page.get_by_label("Navn Bokmål").fill("Nordre krets")
        await page.get_by_role("button", name="Lagre området").click()
        await expect(page.locator("#list")).to_contain_text("Nordre krets")
    [zone] = await town.sql("select kind, geometry from zone")
    assert zone["kind"] == "district"
    assert '"Polygon"' in zone["geometry"]


async def test_a_zone_is_made_with_the_keyboard_alone(browser: Browser, site: str, sign_in: str, town: Town) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/zones")
        await page.wait_for_selector("#map[data-ready]")
        await page.keyboard.press("Tab")
        assert await focused(page) == "Hopp til hovedinnhold"
        await page.keyboard.press("Enter")
        await tab_to(page, "Navn Bokmål")
        await page.keyboard.type("Havna")
        await tab_to(page, "Tegn")
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("ArrowRight")
        for number, (lat, lon) in enumerate([(59.13, 10.22), (59.13, 10.23), (59.135, 10.23)], start=1):
            await tab_to(page, f"Breddegrad for hjørne {number}")
            await page.keyboard.type(str(lat).replace(".", ","))
            await tab_to(page, f"Lengdegrad for hjørne {number}")
            await page.keyboard.type(str(lon))
        await tab_to(page, "Lagre området")
        await page.keyboard.press("Enter")
        await expect(page.locator("#list")).to_contain_text("Havna")
        await expect(page.locator("#announcer")).to_have_text("Havna er lagret.")
    assert await town.sql("select from zone") != []


async def test_what_is_wrong_with_a_survey_is_said_where_it_is(browser: Browser, site: str, sign_in: str) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/surveys/new")
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_label("Tittel Bokmål").fill("Parken")
        await page.get_by_role("button", name="Fritekst").click()
        question = page.locator("[data-question=text]")
        await question.get_by_label("Spørsmål Bokmål").fill("Hva mangler?")
        await expect(page.get_by_role("button", name="Nynorsk: 2 tekster mangler")).to_be_visible()
        await page.get_by_role("button", name="Kontroller").click()
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("Rett opp dette (4)")
        await expect(alert).to_be_focused()
        said = await alert.get_by_role("link").all_text_contents()
        assert said[0] == "Tittel: Denne teksten mangler på nynorsk."
        assert said[3] == "Spørsmål 1: Denne teksten mangler på engelsk."
        await accessible(page)
        await alert.get_by_role("link").last.click()
        await expect(question.get_by_label("Spørsmål English")).to_be_focused()
        await page.get_by_label("Tittel Nynorsk").fill("Parken")
        await page.get_by_label("Tittel English").fill("The park")
        await question.get_by_label("Spørsmål Nynorsk").fill("Kva manglar?")
        await question.get_by_label("Spørsmål English").fill("What is missing?")
        await page.get_by_role("button", name="Kontroller").click()
        await expect(page.locator("#announcer")).to_have_text("Undersøkelsen er klar til å sendes ut.")
        await page.goto("/console")
        await page.get_by_role("link", name="Parken").click()
        await page.get_by_role("link", name="Fortsett å skrive").click()
        await page.wait_for_selector("form[data-ready]")
        await expect(question.get_by_label("Spørsmål English")).to_have_value("What is missing?")
        await page.get_by_label("Svarfrist").fill("2020-01-01")
        await page.get_by_label("Minste gruppe").fill("2")
        await page.get_by_role("button", name="Kontroller").click()
        await expect(alert).to_contain_text("Svarfrist: Denne dagen er over. Velg en senere.")
        await expect(alert).to_contain_text("Minste gruppe: Dette må være minst 5.")
