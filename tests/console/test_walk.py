"""The main job in a real browser: a zone is drawn, a survey launched, answered in secret, closed, and read."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.chromium import accessible, somebody

pytestmark = pytest.mark.browser

SQUARE = (10.2239, 59.1306)
ANSWERS = [("Ganske trygg", 4), ("Ganske trygg", 5), ("Ganske trygg", 3), ("Ganske trygg", 4), ("Ganske trygg", 4)]


async def signs_in(page: Page, link: str) -> None:
    await page.goto(link)
    await accessible(page)
    await page.get_by_role("button", name="Logg inn").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Oversikt")
    await accessible(page)


async def draws_a_zone(page: Page, name: str) -> None:
    """Five clicks around the middle of the map, the last on the first."""
    await page.get_by_role("link", name="Områder").click()
    await page.wait_for_selector("#map[data-ready]")
    await page.get_by_text("Punkt og radius").click()
    await page.get_by_label("Breddegrad", exact=True).fill(str(SQUARE[1]))
    await page.get_by_label("Lengdegrad", exact=True).fill(str(SQUARE[0]).replace(".", ","))
    await page.get_by_label("Radius i meter").fill("120")
    await expect(page.locator("#size")).to_have_text(re.compile(r"Området er 45.\d{3} m²"))
    await page.get_by_label("Navn Bokmål").fill(name)
    await page.get_by_role("button", name="Lagre området").click()
    await expect(page.locator("#list")).to_contain_text(name)
    await accessible(page)


async def writes_a_survey(page: Page, zone: str) -> None:
    await page.get_by_role("link", name="Oversikt").click()
    await page.get_by_role("link", name="Lag en undersøkelse").first.click()
    await page.wait_for_selector("form[data-ready]")
    for language in ("Nynorsk", "English"):
        await page.get_by_role("group", name="Språk").get_by_label(language).uncheck()
    await page.get_by_label("Tittel").fill("Trygg skolevei")
    await page.get_by_role("button", name="Ett valg").click()
    question = page.locator("[data-question=single]")
    await question.get_by_label("Spørsmål", exact=True).fill("Hvor trygg er skoleveien?")
    await question.get_by_label("Svaralternativ 1", exact=True).fill("Ganske trygg")
    await question.get_by_label("Svaralternativ 2", exact=True).fill("Ganske utrygg")
    await question.get_by_label("Må besvares").check()
    await page.get_by_role("button", name="Skala").click()
    await page.locator("[data-question=scale]").get_by_label("Spørsmål", exact=True).fill("Hvor fornøyd er du?")
    await page.get_by_label("De som kommer til et sted").check()
    await page.get_by_label("Sted", exact=True).select_option(label=zone)
    # Nobody has joined yet, and a survey for those at the place alone is for no fewer than a group.
    await page.get_by_label("Bare de som har vært der, kan svare").uncheck()
    await accessible(page)
    await page.get_by_role("button", name="Se målgruppen").click()
    await expect(page.locator("#audience")).to_contain_text("innbyggere med samtykke")
    await page.get_by_role("button", name="Send ut").click()
    await expect(page.get_by_role("heading", name="Åpne «Trygg skolevei»?")).to_be_visible()
    await expect(page.get_by_role("region", name="Hvem blir invitert?")).to_contain_text(zone)
    await accessible(page)
    await page.get_by_label("Jeg har lest dette").check()
    await page.get_by_role("button", name="Åpne undersøkelsen").click()
    await expect(page.locator("main").get_by_text("Undersøkelsen er åpen.")).to_be_visible()
    await accessible(page)


async def takes_part(page: Page, choice: str, grade: int, *, careful: bool = False) -> None:
    """Join, say yes to positions, be invited at the place, answer. The `careful` have every page looked at."""

    async def looked_at() -> None:
        if careful:
            await accessible(page)

    await page.goto("/app?m=3907")
    await looked_at()
    await page.get_by_role("button", name="Bli med").click()
    card = page.locator("#purpose-location_zones")
    await looked_at()
    await card.get_by_role("checkbox").check()
    await card.get_by_role("button", name="Ja, jeg samtykker").click()
    await expect(card).to_contain_text("Du har sagt ja")
    await page.get_by_role("link", name="Her", exact=True).click()
    await page.get_by_role("button", name="Del posisjonen min nå").click()
    await expect(page.locator("#near-said")).to_contain_text("Du er invitert her")
    await looked_at()
    await page.get_by_role("link", name="Svar", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Trygg skolevei")
    await looked_at()
    if careful:
        await page.get_by_role("button", name="Send nå").click()
        await expect(page.get_by_role("alert")).to_contain_text("må besvares")
        await looked_at()
    await page.get_by_label(choice).check()
    await page.get_by_role("group", name="Hvor fornøyd er du?").get_by_label(str(grade), exact=True).check()
    await page.get_by_role("button", name="Send nå").click()
    await expect(page.locator("#view")).to_contain_text("Takk! Svaret ditt er levert.")
    await looked_at()


async def test_a_survey_from_the_first_drawing_to_the_last_receipt(browser: Browser, site: str, sign_in: str) -> None:
    async with somebody(browser, site) as staff, somebody(browser, site, at=SQUARE, phone=True) as resident:
        await signs_in(staff, sign_in)
        await draws_a_zone(staff, "Torget")
        await writes_a_survey(staff, "Torget")
        await takes_part(resident, *ANSWERS[0], careful=True)
        for choice, grade in ANSWERS[1:]:
            async with somebody(browser, site, at=SQUARE, phone=True) as neighbour:
                await takes_part(neighbour, choice, grade)

        await staff.get_by_role("button", name="Steng undersøkelsen").click()
        await staff.get_by_role("dialog").get_by_role("button", name="Steng undersøkelsen").click()
        await expect(staff.locator("#state")).not_to_have_text("Åpen")
        await counted(staff)
        await accessible(staff)
        chart = staff.get_by_role("img", name=re.compile("Stolpediagram: Hvor trygg er skoleveien"))
        await expect(chart).to_contain_text("Ganske trygg")
        await staff.get_by_text("Vis tallene som tabell").first.click()
        row = staff.get_by_role("row", name=re.compile("Ganske trygg"))
        await expect(row).to_be_visible()
        await accessible(staff)

        await resident.get_by_role("link", name="Kvitteringer").first.click()
        await resident.get_by_role("button", name="Sjekk urnen for Trygg skolevei").click()
        await expect(resident.locator("[data-receipt]")).to_have_text("Svaret ditt er talt")
        await accessible(resident)


async def counted(page: Page) -> None:
    """Reload as people do, until the count is there."""
    for _ in range(120):
        await page.reload()
        if await page.get_by_role("heading", name="Resultat").count():
            return
        await page.wait_for_timeout(400)
    raise AssertionError("the answers were not counted within a minute")
