"""A privacy officer tells residents more than before, sets an age, and verifies the ledger."""

import pytest
from playwright.async_api import Browser, expect

from base.database import work
from municipality import access
from municipality.members import add_member
from tests.console.chromium import accessible, somebody
from tests.console.visiting import joined, signed_in
from tests.town import Town

pytestmark = pytest.mark.browser


async def officer(town: Town) -> str:
    async with work(town.system) as unit:
        member = await add_member("Per", ["privacy_officer"])
        return f"/sign-in/{await access.sign_in_link(unit, member.id)}"


async def test_an_officer_publishes_a_notice_sets_an_age_and_verifies_the_ledger(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, await officer(town))
        await page.get_by_role("link", name="Personvern", exact=True).first.click()
        await page.get_by_role("link", name="Personvernerklæringer").click()
        await accessible(page)
        await page.locator('a[href$="/push_messages"]').click()
        await expect(page.locator("#changes")).to_contain_text("Ingenting er endret ennå")
        await page.get_by_role("button", name="Publiser utgaven").click()
        await expect(page.get_by_role("alert")).to_contain_text("Ingenting er endret ennå")
        for language in ("nb", "nn", "en"):
            field = page.locator(f'[data-pointer="/systems/{language}"]')
            await field.fill(f"{await field.input_value()}\nEtt system til")
        await expect(page.locator("#changes ins")).to_have_count(3)
        await page.get_by_label("Samtykkene må fornyes").check()
        await page.get_by_role("button", name="Publiser utgaven").click()
        await expect(page.get_by_role("alert")).to_contain_text("Velg dagen")
        await page.get_by_label("Fornyes før").fill("2031-01-15")
        await expect(page.locator("#meaning")).to_contain_text("ikke er fornyet før 15. januar 2031, faller bort")
        await accessible(page)
        await page.get_by_role("button", name="Publiser utgaven").click()
        await page.get_by_role("dialog").get_by_role("button", name="Publiser utgaven").click()
        await expect(page.locator("#announcer")).to_have_text("Den nye utgaven er publisert.")
        await expect(page.locator("#now-heading")).to_contain_text("Utgave 2")
        await expect(page.locator("[aria-labelledby=now-heading]")).to_contain_text("Ett system til")
        await expect(page.locator("[aria-labelledby=earlier-heading] summary").first).to_contain_text("Utgave 1")
        await page.goto("/console/ages")
        await page.get_by_role("button", name="Legg til en alder").click()
        await page.get_by_label("Fra", exact=True).fill("2031-07-01")
        await page.get_by_label("År (13 til 18)").fill("12")
        await page.get_by_role("button", name="Lagre aldrene").click()
        await expect(page.get_by_label("År (13 til 18)")).to_have_attribute("aria-invalid", "true")
        await page.get_by_label("År (13 til 18)").fill("16")
        await page.get_by_role("button", name="Lagre aldrene").click()
        await expect(page.locator("#announcer")).to_have_text("Aldrene er lagret.")
        await expect(page.get_by_label("År (13 til 18)")).to_have_value("16")
        await accessible(page)


async def test_an_officer_verifies_the_ledger_by_one_click(browser: Browser, site: str, town: Town) -> None:
    async with somebody(browser, site) as kari:
        await joined(kari)
        await kari.get_by_role("link", name="Samtykker").click()
        await kari.get_by_role("button", name="Ja").first.click()
        await expect(kari.get_by_role("button", name="Nei").first).to_be_visible()
    async with somebody(browser, site) as page:
        await signed_in(page, await officer(town))
        await page.goto("/console/ledger")
        await page.get_by_role("button", name="Kontroller nå").click()
        await expect(page.locator("#verified")).to_contain_text("linjer er som de ble skrevet")
        await accessible(page)
        await page.get_by_label("Linjens hash").fill("x")
        await page.get_by_role("button", name="Finn den").click()
        await expect(page.get_by_role("alert")).to_contain_text("64 tegn")
        await town.sql("alter table consent_event disable trigger all")
        await town.sql("update consent_event set granted = not granted where number = 1")
        await page.get_by_role("button", name="Kontroller nå").click()
        await expect(page.locator("#verified")).to_contain_text("Linje 1 er endret")
