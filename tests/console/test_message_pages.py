"""Staff write a message, see whom it reaches, launch it with a colleague, follow it, and take it back."""

import re

import pytest
from playwright.async_api import Browser, expect

from base.database import work
from municipality import access
from municipality.members import add_member
from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.push.crowd import settle
from tests.town import Town, night

pytestmark = pytest.mark.browser


async def test_a_message_is_written_approved_by_another_followed_and_recalled(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    await settle(town.system, 20)
    async with work(town.system) as unit:
        member = await add_member("Per", ["communications"])
        link = f"/sign-in/{await access.sign_in_link(unit, member.id)}"
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.get_by_role("link", name="Meldinger").click()
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_text("Endre stilletid og grenser").click()
        await page.get_by_label("To må være enige om hver melding").check()
        await page.get_by_label("Høyst per dag").fill("0")
        await page.get_by_role("button", name="Lagre grensene").click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
        await page.get_by_label("Høyst per dag").fill("")
        await page.get_by_role("button", name="Lagre grensene").click()
        await expect(page.locator("#announcer")).to_have_text("Grensene er lagret.")
        await expect(page.locator("#manners-now")).to_contain_text("To må være enige om hver melding.")
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
        await page.get_by_role("button", name="Be om godkjenning").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Etter siste telling når den omtrent 20.")
        await expect(dialog).to_contain_text("Varsler til Android og iPhone er ikke satt opp her")
        await dialog.get_by_role("button", name="Be om godkjenning").click()
        await expect(page.locator("#announcer")).to_have_text(
            "Du har bedt om godkjenning. Per kan godkjenne meldingen."
        )
        await expect(page.locator("#state")).to_have_text("Venter på godkjenning")
        await expect(page.locator("#waits")).to_contain_text("en annen må si ja: Per")
        await expect(page.get_by_role("button", name=re.compile("Godkjenn|Send ut"))).to_have_count(0)
        await accessible(page)
    async with somebody(browser, site) as page:
        await signed_in(page, link)
        await expect(page.get_by_role("link", name="melding du kan godkjenne")).to_be_visible()
        await page.get_by_role("link", name="Meldinger", exact=True).click()
        waiting = page.get_by_role("region", name="Venter på godkjenning fra deg")
        await expect(waiting).to_contain_text("Kari ber om det")
        await accessible(page)
        await waiting.get_by_role("link").click()
        await expect(page.locator("#waits")).to_contain_text("Kari ber deg godkjenne meldingen.")
        await page.get_by_role("button", name="Godkjenn og send ut").click()
        await page.get_by_role("dialog").get_by_role("button", name="Send ut").click()
        await expect(page.locator("#announcer")).to_have_text("Meldingen sendes ut.")
        await expect(page.locator("#counts")).to_contain_text("20 i målgruppen", use_inner_text=True)
        # The courier of this site is the log: nothing may be called sent.
        await expect(page.locator("#counts")).to_contain_text("Ikke sendt, finnes i appen", timeout=20_000)
        await expect(page.locator("#counts").get_by_text("Sendt", exact=True)).to_have_count(0)
        await page.get_by_role("button", name="Trekk tilbake").click()
        await page.get_by_role("dialog").get_by_role("button", name="Trekk tilbake").click()
        await expect(page.locator("#state")).to_have_text("Trukket tilbake")
        await accessible(page)
        await page.goto("/console/messages")
        await expect(page.locator("#messages")).to_contain_text("Trukket tilbake")
