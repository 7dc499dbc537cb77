"""A communications officer tells residents something, and looks after the topics that they can follow."""

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in

pytestmark = pytest.mark.browser


async def test_news_are_written_for_a_topic_shown_and_ended(browser: Browser, site: str, sign_in: str) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.get_by_role("link", name="Nyheter").first.click()
        await page.get_by_role("link", name="Temaer").click()
        await page.get_by_role("button", name="Legg til temaet").click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
        for language in ("Bokmål", "Nynorsk", "English"):
            await page.get_by_label(f"Navn {language}").fill("Skole & oppvekst")
        await page.get_by_role("button", name="Legg til temaet").click()
        await expect(page.locator("#announcer")).to_have_text("Temaet er lagt til.")
        await expect(page.get_by_role("row", name="Skole & oppvekst")).to_contain_text("ingenting")
        await accessible(page)
        await page.get_by_role("link", name="Nyheter").last.click()
        await page.get_by_role("link", name="Skriv en nyhet").click()
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_role("button", name="Publiser").click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
        await page.get_by_label("Tittel Bokmål").fill("Biblioteket holder åpent")
        await page.get_by_label("Tekst Bokmål").fill("Også på søndager.")
        await expect(page.locator("#preview")).to_contain_text("Også på søndager.")
        await page.get_by_label("Skole & oppvekst").check()
        await accessible(page)
        await page.get_by_role("button", name="Publiser").click()
        await expect(page.locator("#announcer")).to_have_text("Nyheten er publisert.")
        card = page.get_by_role("listitem").filter(has_text="Biblioteket holder åpent")
        await expect(card).to_contain_text("Vises nå")
        await expect(card).to_contain_text("Angår: Skole & oppvekst")
        await accessible(page)
        async with httpx.AsyncClient(base_url=site) as anybody:
            assert "Biblioteket" in (await anybody.get("/embed/3907")).text
        await card.get_by_role("link").click()
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_label("Til", exact=True).fill("2020-01-01T12:00")
        await page.get_by_role("button", name="Lagre", exact=True).click()
        await expect(page.get_by_label("Til", exact=True)).to_have_attribute("aria-invalid", "true")
        await page.get_by_role("button", name="Avslutt nå").click()
        await page.get_by_role("dialog").get_by_role("button", name="Avslutt nå").click()
        await expect(page.locator("#announcer")).to_have_text("Nyheten er avsluttet.")
        await expect(card).to_contain_text("Avsluttet")
        async with httpx.AsyncClient(base_url=site) as anybody:
            assert "Biblioteket" not in (await anybody.get("/embed/3907")).text
        await page.get_by_role("link", name="Temaer").click()
        await expect(page.get_by_role("row", name="Skole & oppvekst")).to_contain_text("nyheter: 1")
        await page.get_by_role("button", name="Fjern Skole & oppvekst").click()
        await expect(page.get_by_role("dialog")).to_contain_text("nyheter: 1")
        await page.get_by_role("dialog").get_by_role("button", name="Fjern").click()
        await expect(page.locator("#announcer")).to_have_text("Temaet er fjernet.")
        await expect(page.get_by_role("row", name="Skole & oppvekst")).to_have_count(0)
