"""A case officer takes a hearing from draft to archive without leaving the console."""

import httpx
import pytest
from playwright.async_api import Browser, FilePayload, expect

from base.database import work
from municipality import access
from municipality.members import add_member
from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.town import Town

pytestmark = pytest.mark.browser


async def test_a_hearing_is_written_heard_decided_and_archived(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.get_by_role("link", name="Høringer").click()
        await page.get_by_role("link", name="Skriv en høring").click()
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_role("button", name="Lagre utkastet").click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
        for label in ("Tittel", "Sammendrag"):
            await page.get_by_label(f"{label} Bokmål").fill("Gangvei langs fjorden")
        await page.get_by_label("Saksnummer").fill("26/1234")
        await page.get_by_label("Frist").fill("2031-06-15")
        await page.get_by_label("Lenker").fill("https://kart.example/plan")
        await page.get_by_role("button", name="Lagre utkastet").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Gangvei langs fjorden")
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_label("Nytt dokument").set_input_files(
            {"name": "Plankart.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 kart"}
        )
        await page.get_by_role("button", name="Legg ved").click()
        await expect(page.get_by_text("Plankart")).to_be_visible()
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_role("button", name="Kunngjør").click()
        await page.get_by_role("dialog").get_by_role("button", name="Kunngjør").click()
        await expect(page.locator("h1 + .ds-tag")).to_have_text("Åpen")
        async with httpx.AsyncClient(base_url=site) as client:
            for name in ("Ola", "Kari", "Velforeningen"):
                kind = "organisation" if name.endswith("ngen") else "person"
                telling = "Fnr 01019012345. Naboen Per Hansen er enig." if name == "Ola" else ""
                said = {"kind": kind, "name": name, "body": f"Ja, men med lys. {telling}"}
                answer = await client.post(f"/v1/hearings/{page.url.rsplit('/', 1)[1]}/statements", json=said)
                assert answer.status_code == 201, answer.text
        await page.reload()
        ola, kari = (page.locator("[data-statement]").filter(has_text=name) for name in ("Ola", "Kari"))
        await expect(ola.locator("mark")).to_have_text(["01019012345", "Per Hansen"])
        await expect(ola).to_contain_text("mulig navn på en person (1)")
        await accessible(page)
        await expect(ola.get_by_label("Avgjørelse", exact=True)).to_have_value("choose")
        await expect(kari.get_by_label("Avgjørelse", exact=True)).to_have_value("publish")
        await ola.get_by_role("button").click()
        await expect(ola.get_by_role("alert")).to_contain_text("Velg hva som skal skje")
        await expect(ola.get_by_role("option", name="Offentliggjør med numrene sladdet")).to_have_count(1)
        await ola.get_by_label("Avgjørelse", exact=True).select_option("withhold")
        await ola.get_by_role("button").click()
        await expect(ola.get_by_role("alert")).to_contain_text("Skriv hvorfor")
        await ola.get_by_label("Lovhjemmel").fill("offl. § 13")
        await ola.get_by_role("button").click()
        await expect(ola).to_have_count(0)
        await kari.get_by_label("Avgjørelse", exact=True).select_option("refuse")
        await kari.get_by_label("Begrunnelse").fill("Gjelder en annen sak")
        await kari.get_by_role("button").click()
        await expect(page.locator("[data-statement]")).to_have_count(1)
        await page.get_by_label("Vis").select_option("published")
        await expect(ola).to_contain_text("Navnet holdes tilbake: offl. § 13")
        await expect(ola).to_contain_text("Offentlig med de merkede numrene sladdet")
        await page.get_by_label("Ny frist").fill("2031-07-01")
        await page.get_by_role("button", name="Forleng").click()
        await expect(page.locator(".facts")).to_contain_text("1. juli 2031")
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_role("button", name="Steng nå").click()
        await expect(page.get_by_role("dialog")).to_contain_text("1 offentlige, 1 lagt til side, 1 ikke behandlet")
        await page.get_by_role("dialog").get_by_role("button", name="Steng nå").click()
        for label in ("Hva er vedtatt?", "Dette sa dere, dette gjorde vi"):
            await page.get_by_label(f"{label} Bokmål").fill("Det blir lys.")
        await page.get_by_role("button", name="Kunngjør vedtaket").click()
        await expect(page.get_by_role("alert")).to_contain_text("Uttalelser som ikke er behandlet: 1")
        await page.get_by_role("link", name="Ikke behandlet: 1").click()
        unread = page.locator("[data-statement]")
        await expect(unread).to_contain_text("Ikke behandlet")
        await unread.get_by_role("button").click()
        await expect(unread).to_have_count(0)
        await page.get_by_role("button", name="Kunngjør vedtaket").click()
        await expect(page.get_by_role("dialog")).to_contain_text("0 ikke behandlet")
        await page.get_by_role("dialog").get_by_role("button", name="Kunngjør vedtaket").click()
        await expect(page.locator("h1 + .ds-tag")).to_have_text("Vedtatt")
        await page.wait_for_selector("main[data-ready]")
        await expect(page.locator("#decided")).to_contain_text("Det blir lys.")
        assert await page.get_by_role("button", name="Kunngjør vedtaket").count() == 0
        await expect(page.get_by_text("Ikke arkivert ennå")).to_be_visible()
        async with page.expect_download() as package:
            await page.get_by_role("button", name="Last ned arkivpakken").click()
        assert (await (await package.value).path()).read_bytes().startswith(b"PK")
        await expect(page.get_by_label("Kontrollsum")).not_to_have_value("")
        await page.get_by_label("Arkivets kvittering").fill("NOARK 7")
        await page.get_by_role("button", name="Noter kvitteringen").click()
        await expect(page.get_by_text("kvittering NOARK 7")).to_be_visible()
        await page.wait_for_selector("main[data-ready]")
        await accessible(page)
        await page.get_by_role("button", name="Slett").click()
        await page.get_by_role("dialog").get_by_role("button", name="Slett").click()
        await expect(page.get_by_text("Ingen høringer ennå")).to_be_visible()
    assert await town.sql("select from audit_entry where act = 'hearing_page'")


SQUARE = [[10.21, 59.125], [10.235, 59.125], [10.235, 59.135], [10.21, 59.135], [10.21, 59.125]]


async def test_what_is_wrong_in_a_published_hearing_is_put_right_in_the_open(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    key = await town.key("admin")
    text = {"nb": "Gangvei", "nn": "Gangveg", "en": "Footpath"}
    place = {"name": {"nb": "Sentrum"}, "kind": "district", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}
    written = {"title": text, "summary": text, "case_reference": "26/1234", "deadline": "2031-06-15"}
    async with httpx.AsyncClient(base_url=site, headers=key) as staff:
        assert (await staff.post("/v1/staff/zones", json=place)).status_code == 201
        hearing = (await staff.post("/v1/staff/hearings", json=written)).json()["id"]
    file: FilePayload = {"name": "Plankart.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 kart"}
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        # Where it is about is taken from a district that is there.
        await page.goto(f"/console/hearings/{hearing}/edit")
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_text("Velg bydel eller sted").click()
        await page.get_by_label("Bydel, grend eller sted").select_option("Sentrum")
        await expect(page.locator("#where-size")).to_contain_text("km²")
        await accessible(page)
        await page.get_by_role("button", name="Lagre utkastet").click()
        await expect(page.get_by_text("Området som er tegnet, er fylt.")).to_be_visible()
        await expect(page.locator("#map[data-ready]")).to_be_visible()
        async with httpx.AsyncClient(base_url=site, headers=key) as staff:
            assert (await staff.post(f"/v1/staff/hearings/{hearing}/launch")).status_code == 200
            about = (await staff.get(f"/v1/hearings/{hearing}")).json()
            assert about["map"]["coordinates"] == [SQUARE]
            await staff.post(f"/v1/hearings/{hearing}/statements", json={"name": "Kari", "body": "Ja."})
        # A document that somebody has been heard about is replaced, and stays as an earlier version.
        await page.reload()
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_label("Nytt dokument").set_input_files(file)
        await page.get_by_role("button", name="Legg ved").click()
        await expect(page.locator("#announcer")).not_to_be_empty()
        await page.wait_for_selector("main[data-ready]")
        await page.get_by_text("Erstatt eller fjern Plankart").click()
        await page.get_by_role("button", name="Erstatt").click()
        await expect(page.get_by_role("alert")).to_contain_text("Velg et dokument")
        await page.get_by_label("Ny fil").set_input_files(file)
        await page.get_by_role("button", name="Erstatt").click()
        await expect(page.get_by_label("Begrunnelse").first).to_have_attribute("aria-invalid", "true")
        await page.get_by_label("Begrunnelse").first.fill("Målestokken var feil.")
        await accessible(page)
        await page.get_by_role("button", name="Erstatt").click()
        await expect(page.locator("#announcer")).to_have_text("Dokumentet er erstattet.")
        await expect(page.get_by_text("tidligere utgave, erstattet")).to_be_visible()
        await expect(page.get_by_text("Et dokument er erstattet (Plankart)")).to_contain_text("Målestokken var feil.")
        # And the words are corrected, with the reason that everybody sees.
        await page.get_by_role("link", name="Rett teksten").click()
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_label("Sammendrag Bokmål").fill("Gang- og sykkelvei")
        await page.get_by_role("button", name="Kunngjør rettelsen").click()
        await expect(page.get_by_label("Begrunnelse")).to_have_attribute("aria-invalid", "true")
        await page.get_by_label("Begrunnelse").fill("Sykkelvei manglet.")
        await page.get_by_role("button", name="Kunngjør rettelsen").click()
        await expect(page.get_by_text("Teksten er rettet. Sykkelvei manglet.")).to_be_visible()


async def test_a_planner_reads_hearings_and_cannot_write_them(browser: Browser, site: str, town: Town) -> None:
    async with work(town.system) as unit:
        member = await add_member("Siri", ["planner"])
        link = f"/sign-in/{await access.sign_in_link(unit, member.id)}"
    async with somebody(browser, site) as page:
        await signed_in(page, link)
        await page.get_by_role("link", name="Høringer").click()
        assert await page.get_by_role("link", name="Skriv en høring").count() == 0
        answer = await page.goto("/console/hearings/new")
        assert answer is not None
        assert answer.status == 403
