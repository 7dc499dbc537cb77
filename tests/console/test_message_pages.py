"""Staff write a message, see whom it reaches, launch it with a colleague, follow it, and take it back."""

import re

import httpx
import pytest
from playwright.async_api import Browser, expect

from base.database import work
from municipality import access
from municipality.members import add_member
from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.town import Town, move_in, night

pytestmark = pytest.mark.browser


async def test_a_message_is_written_approved_by_another_followed_and_recalled(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    async with httpx.AsyncClient(base_url=site) as client:
        for number in range(5):
            resident = await move_in(client, consents=["push_messages"])
            device = {"address_kind": "log", "address": f"phone-{number}", "locale": "nb", "timezone": "Europe/Oslo"}
            kept = await client.put("/v1/me/device", headers=resident.headers, json={**device, "app_version": "1"})
            assert kept.status_code == 200, kept.text
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.get_by_role("link", name="Meldinger").click()
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_text("Stille timer og grenser").click()
        await page.get_by_label("To må være enige om hver melding").check()
        await page.get_by_label("Høyst per dag").fill("0")
        await page.get_by_role("button", name="Lagre grensene").click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
        await page.get_by_label("Høyst per dag").fill("")
        await page.get_by_role("button", name="Lagre grensene").click()
        await expect(page.locator("#announcer")).to_have_text("Grensene er lagret.")
        await page.get_by_role("link", name="Skriv en melding").click()
        await page.wait_for_selector("form[data-ready]")
        for language in ("Bokmål", "Nynorsk", "English"):
            await page.get_by_label(f"Overskrift {language}").fill("Torget " * 10)
            await page.get_by_label(f"Melding {language}").fill("Si hva du mener.")
        await page.get_by_role("button", name="Se hvordan telefonen").click()
        await expect(page.locator("#faces")).to_contain_text("Teksten blir kuttet her.")
        await page.get_by_role("button", name="Se hvem den når").click()
        # The worker of this site counts once when it begins, before or after this look.
        await expect(page.locator("#audience")).to_contain_text(re.compile(r"Telles fra i morgen|Talt \d+\. "))
        await night(town)
        await page.get_by_role("button", name="Se hvem den når").click()
        await expect(page.locator("#audience")).to_contain_text("nås etter siste telling")
        await expect(page.locator("#audience")).to_contain_text("Dette er en demonstrasjon")
        await accessible(page)
        await page.get_by_role("button", name="Lagre utkastet").click()
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_role("button", name="Send ut").click()
        await page.get_by_role("dialog").get_by_role("button", name="Send ut").click()
        await expect(page.locator("#state")).to_have_text("Venter på godkjenning")
        await accessible(page)
        written = page.url
    async with work(town.system) as unit:
        member = await add_member("Per", ["communications"])
        link = f"/sign-in/{await access.sign_in_link(unit, member.id)}"
    async with somebody(browser, site) as page:
        await signed_in(page, link)
        await page.goto(written)
        await page.get_by_role("button", name="Godkjenn og send ut").click()
        await page.get_by_role("dialog").get_by_role("button", name="Send ut").click()
        await expect(page.locator("#counts")).to_contain_text("i målgruppen")
        await expect(page.locator("#counts dd").nth(1)).to_have_text("5", timeout=20_000)
        await page.get_by_role("button", name="Trekk tilbake").click()
        await page.get_by_role("dialog").get_by_role("button", name="Trekk tilbake").click()
        await expect(page.locator("#state")).to_have_text("Trukket tilbake")
        await accessible(page)
        await page.goto("/console/messages")
        await expect(page.locator("#messages")).to_contain_text("Trukket tilbake")
