"""The privacy officer sees what is processed and what staff did, and tells those whose data were breached."""

import pytest
from playwright.async_api import Browser, expect

from base.database import work
from municipality import access
from municipality.members import add_member
from tests.console.chromium import accessible, somebody
from tests.console.visiting import joined, signed_in
from tests.town import Town

pytestmark = pytest.mark.browser


async def link_of(town: Town, *roles: str) -> str:
    async with work(town.system) as unit:
        member = await add_member("Per", list(roles))
        return f"/sign-in/{await access.sign_in_link(unit, member.id)}"


async def test_the_officer_tells_of_a_breach_and_the_resident_reads_it(browser: Browser, site: str, town: Town) -> None:
    async with somebody(browser, site, phone=True) as kari:
        await joined(kari)
        await town.sql("update resident set registered_on = registered_on - 3")
        async with somebody(browser, site) as page:
            await signed_in(page, await link_of(town, "privacy_officer"))
            await page.get_by_role("link", name="Personvern", exact=True).first.click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Personvern og innsyn")
            await page.locator("summary").nth(3).click()
            await expect(page.get_by_text("Samtykke (personvernforordningen art. 6").nth(3)).to_be_visible()
            await accessible(page)
            await page.get_by_role("button", name="Skriv et varsel").click()
            await expect(page.locator("#announcer")).to_contain_text("Utkastet ligger her")
            await page.locator("#title-nb").fill("Del 0 nb")
            await expect(page.locator("#preview")).to_contain_text("Del 0 nb")
            await expect(page.locator("#saved")).to_contain_text("Lagret")
            await page.reload()
            await expect(page.locator("#title-nb")).to_have_value("Del 0 nb")
            await page.get_by_role("button", name="Varsle dem det gjelder").click()
            alert = page.get_by_role("alert")
            await expect(alert).to_contain_text("Rett opp dette (5)")
            await expect(alert).to_contain_text("Nynorsk mangler: Overskrift · Hva har skjedd?")
            await accessible(page)
            await page.get_by_label("Fra", exact=True).fill("2026-01-01T08:00")
            await page.evaluate(
                "() => { const at = new Date(Date.now() - 3600e3); at.setMinutes(at.getMinutes() - "
                "at.getTimezoneOffset()); document.querySelector('#until').value = at.toISOString().slice(0, 16); }"
            )
            await alert.get_by_role("link", name="Nynorsk mangler").click()
            await expect(page.locator("#title-nn")).to_be_focused()
            for language in ("nb", "nn", "en"):
                await page.locator(f"#tongue-{language}").check()
                for place, part in enumerate(("title", "happened", "consequences", "measures", "contact")):
                    await page.locator(f"#{part}-{language}").fill(f"Del {place} {language}")
            await page.get_by_role("button", name="Hvor mange gjelder det?").click()
            await expect(page.locator("#counted")).to_contain_text("<5")
            await page.set_viewport_size({"width": 320, "height": 800})
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320
            await page.get_by_role("button", name="Varsle dem det gjelder").click()
            await accessible(page)
            await page.get_by_role("dialog").get_by_role("button", name="Varsle dem det gjelder").click()
            await expect(page.locator("#announcer")).to_have_text("De det gjelder, er varslet.")
            await expect(page.get_by_role("listitem").filter(has_text="Del 0 nb").first).to_be_visible()
            await expect(page.locator(".deeds")).to_contain_text("Per varslet dem det gjelder, om bruddet «Del 0 nb»")
        await kari.goto("/app?m=3907#/surveys")
        await kari.reload()
        await expect(kari.get_by_role("region", name="Del 0 nb")).to_contain_text("Del 3 nb")


async def test_who_writes_surveys_sees_neither_the_page_nor_the_way_to_it(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, await link_of(town, "communications"))
        assert await page.locator("nav.places").get_by_role("link", name="Personvern").count() == 0
        answer = await page.goto("/console/oversight")
        assert answer is not None
        assert answer.status == 403
