"""Staff write every type of question, say who sees it in sentences, and try the survey as residents will have it."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.chromium import accessible, somebody
from tests.console.test_drafts import begins, link
from tests.console.visiting import signed_in
from tests.town import Town, night

pytestmark = pytest.mark.browser

SQUARE = [[10.21, 59.12], [10.24, 59.12], [10.24, 59.14], [10.21, 59.14], [10.21, 59.12]]
PLAN = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"navn": "Plan"}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}
    ],
}


async def alone_in_norwegian(page: Page) -> None:
    for language in ("Nynorsk", "English"):
        await page.get_by_role("group", name="Språk").get_by_label(language).uncheck()


async def asks(page: Page, kind: str, words: str, at: str) -> None:
    await page.get_by_role("button", name=kind, exact=True).click()
    await page.locator(f"[data-question={at}]").last.locator("[data-part=label] [data-language=nb]").fill(words)


async def checked(page: Page) -> None:
    await page.get_by_role("button", name="Kontroller").click()
    await expect(page.locator("#announcer")).to_have_text("Undersøkelsen er klar til å sendes ut.")


async def definition(town: Town) -> dict[str, Any]:
    [row] = await town.sql("select definition from survey")
    found: dict[str, Any] = json.loads(row["definition"])
    return found


async def test_every_type_of_question_is_written(browser: Browser, site: str, town: Town, tmp_path: Path) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, await link(town))
        await begins(page, "Parken")
        await alone_in_norwegian(page)
        await asks(page, "Kart", "Hvor bader du?", "map")
        where = page.locator("[data-question=map]")
        await where.get_by_label("Hva skal folk merke av?").select_option(label="Et område")
        plan = tmp_path / "plan.geojson"
        plan.write_text(json.dumps(PLAN))
        await where.get_by_label("Eller et område fra en fil (GeoJSON)").set_input_files(plan)
        await expect(where.get_by_label("Hvor kan svaret ligge?").locator("option:checked")).to_have_text(
            "Området som er valgt"
        )
        await where.get_by_role("button", name="Legg til kartlag").click()
        await where.get_by_label("Navn på kartlaget").fill("Planen")
        await where.get_by_label("Fil (GeoJSON)", exact=True).set_input_files(plan)
        await expect(where.get_by_text("1 objekter")).to_be_visible()
        await asks(page, "Ny side", "Om bildene", "section")
        await asks(page, "Bildevalg", "Hvilken benk?", "image_choice")
        benches = page.locator("[data-question=image_choice]")
        for number in (1, 2):
            await benches.get_by_label(f"Svaralternativ {number}", exact=True).fill(f"Benk {number}")
            await benches.get_by_label("Adressen til bildet").nth(number - 1).fill(f"/bilder/{number}.jpg")
        await asks(page, "Vurdering", "Hvor fint er det?", "rating")
        await asks(page, "Til å lese", "Takk", "info")
        await asks(page, "Tall", "Hvor mange?", "number")
        await page.locator("[data-question=number]").get_by_label("Bare hele tall").check()
        await asks(page, "Flere valg", "Hva vil du ha?", "multiple")
        several = page.locator("[data-question=multiple]")
        for number in (1, 2):
            await several.get_by_label(f"Svaralternativ {number}", exact=True).fill(f"Ting {number}")
        await several.get_by_label("Minst hvor mange?").fill("1")
        await several.get_by_label("ny rekkefølge").check()
        await accessible(page)
        await page.get_by_role("button", name="Forhåndsvis").click()
        phone = page.frame_locator("#phone-screen iframe")
        await expect(phone.get_by_text("Hvor bader du?")).to_be_visible()
        await expect(phone.get_by_text("kan ikke svare på denne typen").first).to_be_visible()
        await page.get_by_role("button", name="Lukk").click()
        await checked(page)
        await expect(page.locator("#warnings")).to_contain_text(
            "Innbyggerne kan ikke svare på denne typen på nettsiden ennå"
        )
    questions = (await definition(town))["questions"]
    assert [one["type"] for one in questions] == [
        "map",
        "section",
        "image_choice",
        "rating",
        "info",
        "number",
        "multiple",
    ]
    assert (questions[0]["geometry"], questions[0]["mask"]["type"]) == ("area", "Polygon")
    assert questions[0]["layers"][0]["label"] == {"nb": "Planen"}
    assert questions[2]["options"][1]["image"] == "/bilder/2.jpg"
    assert questions[5]["integer"] is True
    assert (questions[6]["min"], questions[6]["random_order"]) == (1, True)


async def test_who_sees_a_question_is_said_in_a_sentence_and_tried_on_a_phone(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, await link(town))
        await begins(page, "Skoleveien")
        await alone_in_norwegian(page)
        await asks(page, "Ett valg", "Hvordan reiser du?", "single")
        for number, words in enumerate(("Buss", "Sykkel"), start=1):
            await page.get_by_label(f"Svaralternativ {number}", exact=True).fill(words)
        await asks(page, "Skala", "Hvor trygt er det?", "scale")
        await asks(page, "Ny side", "Mer", "section")
        await asks(page, "Fritekst", "Hva er farlig?", "text")
        text = page.locator("[data-question=text]")
        await text.get_by_text("Forklaring og hvem som ser spørsmålet").click()
        await text.get_by_role("button", name="Velg hvem som ser det").click()
        await text.get_by_label("Spørsmålet det gjelder").select_option(label="1. Hvordan reiser du?")
        await text.get_by_label("Svaret", exact=True).select_option(label="Sykkel")
        await text.get_by_role("button", name="Legg til betingelse").click()
        await text.get_by_label("Spørsmålet det gjelder").last.select_option(label="2. Hvor trygt er det?")
        await text.get_by_label("Hva de svarte").last.select_option(label="svarte de høyst")
        await text.get_by_label("Svaret", exact=True).last.fill("2")
        await page.get_by_label("Tittel").click()
        await page.get_by_text("Hvilket spørsmål fører hvor").click()
        await expect(page.locator("#flow-steps")).to_contain_text(
            "Vises for dem som svarte «Sykkel» på spørsmål 1 og svarte høyst 2 på spørsmål 2"
        )
        await accessible(page)
        await checked(page)
        assert (await definition(town))["questions"][3]["show_if"] == {
            "all": [{"question": "q1", "is": "o2"}, {"question": "q2", "at_most": 2}]
        }
        await _tries_it(page, site)
    assert await town.sql("select from answer_incoming") == []


async def _tries_it(page: Page, site: str) -> None:
    sent: list[str] = []
    await page.get_by_role("button", name="Forhåndsvis").click()
    phone = page.frame_locator("#phone-screen iframe")
    await expect(phone.get_by_role("heading", level=1)).to_have_text("Skoleveien")
    page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
    before = await page.evaluate("JSON.stringify({ ...localStorage })")
    await phone.get_by_label("Sykkel").check()
    await phone.get_by_role("group", name="Hvor trygt er det?").get_by_label("2", exact=True).check()
    await phone.get_by_role("button", name="Neste").click()
    await expect(phone.get_by_text("Side 2 av 2")).to_be_visible()
    await phone.get_by_label("Hva er farlig?").fill("Krysset")
    await phone.get_by_role("button", name="Forrige").click()
    await phone.get_by_label("Buss").check()
    await phone.get_by_role("button", name="Neste").click()
    await expect(phone.get_by_label("Hva er farlig?")).to_be_hidden()
    await phone.get_by_role("button", name="Send nå").click()
    await expect(phone.get_by_text("Ingenting er sendt eller lagret")).to_be_visible()
    assert [url for url in sent if not url.endswith("/open")] == []
    assert await page.evaluate("JSON.stringify({ ...localStorage })") == before
    await accessible(page)
    await page.get_by_role("button", name="Prøv på din egen telefon").click()
    await expect(page.get_by_role("img", name="QR-kode til forhåndsvisningen")).to_be_visible()
    there = await page.locator("#phone-qr a").get_attribute("href")
    assert there is not None
    assert re.fullmatch(r"http://[^/]+/app/preview\?m=3907#mvp_.+", there)
    assert page.context.browser is not None
    async with somebody(page.context.browser, site, phone=True) as own:
        await own.goto(site + there[there.index("/app/") :])
        await expect(own.get_by_role("heading", level=1)).to_have_text("Skoleveien")
        await accessible(own)


async def test_a_place_survey_is_for_the_place_alone_unless_staff_say_otherwise(
    browser: Browser, site: str, town: Town
) -> None:
    key = await town.key("admin")
    async with httpx.AsyncClient(base_url=site, headers=key) as client:
        circle = {"type": "Circle", "center": [10.2239, 59.1306], "radius_m": 120}
        made = await client.post(
            "/v1/staff/zones", json={"name": {"nb": "Torget"}, "kind": "trigger", "geometry": circle}
        )
        assert made.status_code == 201, made.text
    async with somebody(browser, site) as page:
        await signed_in(page, await link(town))
        await begins(page, "Torget")
        await alone_in_norwegian(page)
        await asks(page, "Fritekst", "Hva mangler her?", "text")
        await page.get_by_label("De som kommer til et sted").check()
        await expect(page.get_by_label("Bare de som har vært der, kan svare")).to_be_checked()
        await expect(page.get_by_label("Send varsel til telefonen")).not_to_be_checked()
        await expect(page.locator("#notify-help")).to_contain_text("også dem som aldri kommer til stedet")
        await page.get_by_role("button", name="Kontroller").click()
        await expect(page.get_by_role("alert")).to_contain_text("Velg stedet der folk skal inviteres.")
        await page.get_by_label("Sted", exact=True).select_option(label="Torget")
        await expect(page.locator("#audience")).to_contain_text("Ingen andre ser den")
        await checked(page)
    [trigger] = await town.sql("select id, subject_id from trigger")
    assert (await definition(town))["eligibility"] == {"kind": "present", "triggers": [str(trigger["id"])]}
    await night(town)
    async with httpx.AsyncClient(base_url=site, headers={**key, "Accept-Language": "nb"}) as client:
        refused = await client.post(f"/v1/staff/surveys/{trigger['subject_id']}/launch")
    assert refused.status_code == 409
    assert "samtykket til å bli spurt på steder" in refused.json()["detail"]
