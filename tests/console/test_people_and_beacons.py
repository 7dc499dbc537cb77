"""An administrator takes people on and gives out keys; whoever looks after the beacons puts them up."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Route, expect

from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.town import Town

pytestmark = pytest.mark.browser


async def test_somebody_is_taken_on_signs_in_and_sees_what_is_theirs_alone(
    browser: Browser, site: str, sign_in: str
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.get_by_role("link", name="Ansatte").click()
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_role("button", name="Lagre", exact=True).click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette (2)")
        await page.get_by_label("Navn", exact=True).fill("Siri")
        await page.locator("#roles").get_by_label("Planlegger").check()
        await page.get_by_role("button", name="Lagre", exact=True).click()
        await expect(page.locator("#members")).to_contain_text("Siri")
        await page.get_by_role("button", name="Lag påloggingslenke: Siri").click()
        await expect(page.locator("#secret")).to_be_visible()
        await accessible(page)
        link = await page.locator("#secret-value").input_value()
        await page.get_by_role("button", name="Lukk").click()
        await expect(page.locator("#secret-value")).to_have_value("")
        await page.get_by_label("Hva heter den?").fill("Kartsystemet")
        await page.locator("#key-roles").get_by_label("Planlegger").check()
        await page.get_by_role("button", name="Lag nøkkelen").click()
        await expect(page.locator("#secret-value")).not_to_have_value("")
        await page.get_by_role("button", name="Lukk").click()
        await page.get_by_role("button", name="Trekk tilbake: Kartsystemet").click()
        await page.get_by_role("dialog").get_by_role("button", name="Trekk tilbake").click()
        await expect(page.locator("#keys")).to_contain_text("Trukket tilbake")
        async with somebody(browser, site) as hers:
            await signed_in(hers, link[link.index("/sign-in/") :])
            places = hers.locator("nav.places").get_by_role("link")
            assert await places.all_text_contents() == ["Oversikt", "Høringer", "Områder", "Når og hvor", "Sendere"]
            for path in ("/console/people", "/console/messages", "/console/messages/new", "/console/surveys/new"):
                answer = await hers.goto(path)
                assert answer is not None
                assert answer.status == 403, path
        await page.get_by_role("button", name="Rediger: Siri").click()
        await page.get_by_label("Arbeider her").uncheck()
        await page.get_by_role("button", name="Lagre", exact=True).click()
        await expect(page.locator("#members")).to_contain_text("Sluttet")


async def test_whoever_is_faster_than_the_script_is_not_passed_over(browser: Browser, site: str, sign_in: str) -> None:
    async def late(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.route("**/topics.js", late)
        await page.goto("/console/topics", wait_until="commit")
        await page.get_by_role("button", name="Legg til temaet").click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")


async def test_a_click_before_the_script_is_there_sends_nothing_anywhere(
    browser: Browser, site: str, sign_in: str
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.route("**/people.js", lambda route: route.abort())
        await page.goto("/console/people")
        await page.get_by_label("Navn", exact=True).fill("Siri")
        await page.get_by_role("button", name="Lagre", exact=True).click()
        await page.wait_for_timeout(200)
        assert page.url == f"{site}/console/people"
        assert await page.get_by_label("Navn", exact=True).input_value() == "Siri"


async def test_beacons_are_put_up_one_by_one_and_from_a_file(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    lines = "name;lat;lon;namespace;instance\nKino;59,13;10,21;00112233445566778899;000000000001\nIngen;x;10;;\n"
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.get_by_role("link", name="Sendere").click()
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_label("Navn", exact=True).fill("Biblioteket")
        await page.get_by_label("Breddegrad").fill("59,1311")
        await page.get_by_label("Lengdegrad").fill("10,2166")
        await page.get_by_label("UUID").fill("f7826da6-4fa2-4e98-8024-bc5b71e0893e")
        await page.get_by_label("Major").fill("70000")
        await page.get_by_label("Minor").fill("1")
        await page.get_by_role("button", name="Lagre senderen").click()
        await expect(page.get_by_role("alert").get_by_role("link")).to_have_count(1)
        await page.get_by_label("Major").fill("3907")
        await page.get_by_role("button", name="Lagre senderen").click()
        await expect(page.locator("#beacons")).to_contain_text("59,1311° nord")
        [beacon] = await town.sql("select id, municipality_id from beacon")
        await page.get_by_role("button", name="Tilstand: Biblioteket").click()
        await expect(page.locator("#beacons")).to_contain_text("Ingen har meldt om den ennå.")
        await expect(page.locator("#beacons")).to_contain_text("Ingen regel bruker senderen ennå.")
        await page.get_by_label("CSV-fil").set_input_files(
            {"name": "sendere.csv", "mimeType": "text/csv", "buffer": lines.encode()}
        )
        await page.get_by_role("button", name="Kontroller filen").click()
        await expect(page.locator("#report")).to_contain_text("Sendere som kan registreres: 1. Ingenting")
        await expect(page.locator("#report tbody tr").first).to_have_text(re.compile("^3lat"))
        await expect(page.locator("#beacons")).not_to_contain_text("Kino")
        await page.get_by_role("button", name="Registrer dem (1)").click()
        await expect(page.locator("#announcer")).to_have_text("Registrerte sendere: 1")
        await expect(page.locator("#beacons")).to_contain_text("Kino")
        async with page.expect_download() as fetched:
            await page.get_by_role("button", name="Hent alle som CSV").click()
        assert (await (await fetched.value).path()).read_text("utf-8-sig").startswith("navn;breddegrad;lengdegrad")
        await page.get_by_label("Søk etter sender").fill("kino")
        await expect(page.locator("#beacons > li")).to_have_count(1)
        await page.get_by_label("Søk etter sender").fill("")
        await page.get_by_role("link", name="Lag en regel: Biblioteket").click()
        await page.wait_for_selector("form[data-ready]")
        await expect(page.get_by_label("Hvilken sender")).to_have_value(str(beacon["id"]))
        await page.go_back()
        await page.wait_for_selector("main[data-ready]")
        await accessible(page)
        await page.get_by_role("button", name="Ta ned: Biblioteket").click()
        await page.get_by_role("dialog").get_by_role("button", name="Ta ned").click()
        await expect(page.locator("#beacons > li")).to_have_count(1)
    assert await town.sql("select from beacon where id = $1", beacon["id"]) == []
