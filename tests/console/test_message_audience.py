"""Staff say whom a message is for in rules, read them as a sentence, and find them again."""

import json

import pytest
from playwright.async_api import Browser, expect

from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.push.crowd import district, settle
from tests.town import Town

pytestmark = pytest.mark.browser


async def test_whom_it_is_for_is_built_by_keyboard_read_as_a_sentence_and_found_again(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    area = await district(town.system)
    await settle(town.system, 20, areas=[area])
    async with somebody(browser, site, phone=True) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/messages/new")
        await page.wait_for_selector("form[data-ready]")
        said = page.locator("#audience-said")
        await expect(said).to_have_text("Den går til alle som har sagt ja til meldinger.")
        await page.get_by_role("button", name="Legg til et vilkår").press("Enter")
        await expect(page.get_by_role("group", name="Vilkår 1").get_by_label("De som")).to_be_focused()
        await (
            page.get_by_role("group", name="følger en bydel eller grend", exact=True)
            .get_by_label("Krets")
            .press("Space")
        )
        await expect(said).to_have_text("Den går til dem som følger Krets.")
        await page.get_by_role("button", name="Legg til en gruppe av vilkår").press("Enter")
        group = page.get_by_role("group", name="Gruppe av vilkår")
        await group.get_by_label("De som").select_option(label="ikke leser et språk")
        await group.get_by_label("Bokmål").press("Space")
        await group.get_by_role("button", name="Legg til et vilkår").press("Enter")
        born = group.get_by_role("group", name="Vilkår 2")
        await born.get_by_label("De som").select_option(label="er født i noen år")
        await page.get_by_label("Overskrift Bokmål").fill("Torget")
        await page.get_by_label("Melding Bokmål").fill("Si hva du mener.")
        await page.get_by_role("button", name="Lagre utkastet").click()
        await expect(page.get_by_role("alert")).to_contain_text("Velg minst én i hvert vilkår.")
        await born.get_by_label("1980–1989").press("Space")
        meant = "Den går til dem som følger Krets og (ikke leser Bokmål eller er født 1980–1989)."
        await expect(said).to_have_text(meant)
        await accessible(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        await page.get_by_role("button", name="Se hvem den når").click()
        await expect(page.locator("#audience")).to_contain_text("Den når færre enn fem. Da kan den ikke sendes.")
        await page.get_by_role("button", name="Lagre utkastet").click()
        await page.get_by_role("link", name="Rediger").click()
        await page.wait_for_selector("form[data-ready]")
        await expect(said).to_have_text(meant)
        await page.get_by_role("button", name="Fjern gruppen").click()
        await expect(said).to_have_text("Den går til dem som følger Krets.")
        await page.get_by_role("button", name="Se hvem den når").click()
        await expect(page.locator("#audience")).to_contain_text("nås etter siste telling")
    [stored] = await town.sql("select audience from campaign")
    either = [{"not": {"languages": ["nb"]}}, {"ages": ["1980-1989"]}]
    assert json.loads(stored["audience"])["where"] == {"all": [{"areas": [str(area)]}, {"any": either}]}
