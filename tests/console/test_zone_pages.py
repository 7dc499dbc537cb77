"""Staff keep the town's places: what they draw is saved once, and what is wrong is said where it is."""

import json
import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.town import Town

pytestmark = pytest.mark.browser
CORNERS = [(0.4, 0.4), (0.6, 0.42), (0.58, 0.6), (0.42, 0.58)]


async def opened(page: Page, sign_in: str) -> None:
    await signed_in(page, sign_in)
    await page.goto("/console/zones")
    await page.wait_for_selector("#map[data-ready]")


async def drawn(page: Page) -> None:
    """A shape of four corners, clicked into the map."""
    await page.get_by_role("button", name="Tegn i kartet").click()
    box = await page.locator("#map").bounding_box()
    assert box is not None
    for x, y in [*CORNERS, CORNERS[0]]:
        at = box["x"] + box["width"] * x, box["y"] + box["height"] * y
        await page.mouse.move(*at, steps=3)
        await page.mouse.click(*at)
        await page.wait_for_timeout(60)
    await expect(page.locator("#size")).to_have_text(re.compile("km²"))


async def test_a_saved_shape_is_gone_from_under_the_pen(browser: Browser, site: str, sign_in: str, town: Town) -> None:
    async with somebody(browser, site) as page:
        await opened(page, sign_in)
        await page.get_by_role("radio", name="Bydel eller grend").check()
        await drawn(page)
        await page.get_by_label("Navn Bokmål").fill("Nordre krets")
        await page.get_by_role("button", name="Lagre området").click()
        await expect(page.locator("#list")).to_contain_text("Nordre krets")
        await expect(page.locator("#size")).to_be_empty()
        await page.get_by_role("button", name="Rediger Nordre krets").click()
        await expect(page.locator("#size")).to_have_text(re.compile("km²"))
        await page.get_by_role("button", name="Lagre området").click()
        await expect(page.locator("#announcer")).to_have_text("Nordre krets er lagret.")
        await page.wait_for_timeout(300)
        await expect(page.locator("#size")).to_be_empty()
        await page.get_by_label("Navn Bokmål").fill("Spøkelset")
        await page.get_by_role("button", name="Lagre området").click()
        await expect(page.get_by_role("alert")).to_contain_text("Avgrens området")
    assert len(await town.sql("select from zone")) == 1


async def test_each_step_of_a_drawing_is_undone_and_a_twin_is_warned_of(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await opened(page, sign_in)
        await page.get_by_role("radio", name="Bydel eller grend").check()
        undo, redo = page.get_by_role("button", name="Angre"), page.get_by_role("button", name="Gjør om")
        await expect(undo).to_be_disabled()
        await drawn(page)
        await undo.click()
        await expect(page.locator("#size")).to_be_empty()
        await redo.click()
        await expect(page.locator("#size")).to_have_text(re.compile("km²"))
        await page.locator("#size").click()
        await page.keyboard.press("Control+z")
        await expect(page.locator("#size")).to_be_empty()
        await page.keyboard.press("Control+y")
        await page.get_by_label("Navn Bokmål").fill("Nordre bydel")
        await page.get_by_role("button", name="Lagre området").click()
        await expect(page.locator("#announcer")).to_have_text("Nordre bydel er lagret.")
        await page.get_by_role("radio", name="Bydel eller grend").check()
        await page.get_by_text("Lim inn", exact=True).click()
        [zone] = await town.sql("select geometry::text from zone")
        await page.get_by_label("Koordinater eller GeoJSON").fill(zone["geometry"])
        await expect(page.locator("#paste-said")).to_have_text("Lest som en form med 4 hjørner.")
        await page.get_by_label("Navn Bokmål").fill("nordre bydel")
        await page.get_by_role("button", name="Lagre området").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Dette heter det samme: «Nordre bydel».")
        await expect(dialog).to_contain_text("Dette har nesten samme form: «Nordre bydel».")
        await accessible(page)
        await dialog.get_by_role("button", name="Avbryt").click()
        assert len(await town.sql("select from zone")) == 1
        await page.get_by_role("button", name="Lagre området").click()
        await dialog.get_by_role("button", name="Lagre likevel").click()
        await expect(page.locator("#list tr")).to_have_count(2)


async def test_what_is_wrong_with_a_shape_is_said_in_norwegian_at_its_field(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await opened(page, sign_in)
        save, alert = page.get_by_role("button", name="Lagre området"), page.get_by_role("alert")
        await save.click()
        await expect(alert).to_contain_text("Rett opp dette (2)")
        await alert.get_by_role("link", name="Gi området et navn.").click()
        await expect(page.get_by_label("Navn Bokmål")).to_be_focused()
        await page.keyboard.type("Torget")
        await page.get_by_text("Punkt og radius", exact=True).click()
        for lat, lon, radius, said, field in [
            ("59,13", "10,22", "10", "et sted må være minst 2 000 m²; dette er 314 m²", "Radius i meter"),
            ("59,13", "10,22", "1300", "et sted kan være høyst 5 km²; dette er 5,3 km²", "Radius i meter"),
            ("10,22", "59,13", "150", "lengdegrad og breddegrad er byttet om", "Breddegrad"),
            ("48,85", "2,35", "150", "utenfor Norge", "Breddegrad"),
        ]:
            await page.get_by_label("Breddegrad", exact=True).fill(lat)
            await page.get_by_label("Lengdegrad", exact=True).fill(lon)
            await page.get_by_label("Radius i meter").fill(radius)
            await save.click()
            await expect(alert).to_contain_text(said)
            await alert.get_by_role("link").click()
            await expect(page.get_by_label(field, exact=True)).to_be_focused()
        await page.get_by_text("Lim inn", exact=True).click()
        await page.get_by_label("Koordinater eller GeoJSON").fill("59,13 10,22\nTorget")
        await expect(page.locator("#paste-said")).to_have_text("Linje 2 kan ikke leses: Torget")
        bow = "59,13 10,22\n59,14 10,23\n59,13 10,23\n59,14 10,22"
        await page.get_by_label("Koordinater eller GeoJSON").fill(bow)
        await expect(page.locator("#size")).to_contain_text("Kantene krysser hverandre")
        await save.click()
        await expect(alert).to_contain_text("grensen krysser seg selv")
        await alert.get_by_role("link").click()
        await expect(page.get_by_label("Koordinater eller GeoJSON")).to_be_focused()
        await accessible(page)
    assert not await town.sql("select from zone")


def square(name: str, east: float) -> dict[str, object]:
    ring = [[10.2229 + east, 59.1301], [10.2249 + east, 59.1301], [10.2249 + east, 59.1311], [10.2229 + east, 59.1301]]
    return {
        "type": "Feature",
        "properties": {"bydelnr": name[:1], "bydelsnavn": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


async def test_a_file_is_looked_through_before_it_is_imported_and_doubles_nothing(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    features = [square("Nordre", 0), square("Søndre", 0.01), {**square("Ødelagt", 0.02), "geometry": None}]
    file = json.dumps({"type": "FeatureCollection", "features": features})
    async with somebody(browser, site) as page:
        await opened(page, sign_in)
        dropped = await page.evaluate_handle(
            "(text) => { const all = new DataTransfer(); all.items.add(new File([text], 'a.geojson')); return all }",
            file,
        )
        await page.locator("#import").dispatch_event("drop", {"dataTransfer": dropped})
        await expect(page.locator("#import-said")).to_contain_text("2 nye, 0 endres, 0 er like, 1 avvises")
        await expect(page.get_by_label("Hvilken egenskap er navnet?")).to_have_value("bydelsnavn")
        refused = page.locator("#import-report tbody tr").first
        await expect(refused).to_contain_text("3")
        await expect(refused).to_contain_text("Ødelagt")
        await expect(refused).to_contain_text("geometrien er tom")
        assert not await town.sql("select from zone")
        await page.get_by_label("Hvilken egenskap er navnet?").select_option("bydelnr")
        await expect(page.locator("#import-report")).to_contain_text("N")
        await page.get_by_label("Hvilken egenskap er navnet?").select_option("bydelsnavn")
        await page.get_by_label("Hvilken egenskap er lik").select_option("bydelnr")
        await expect(page.locator("#import-said")).to_contain_text("2 nye")
        await accessible(page)
        await page.get_by_role("button", name="Importer områder (2)").click()
        await expect(page.locator("#announcer")).to_contain_text("Importert: 2 nye")
        await expect(page.locator("#list tr")).to_have_count(2)
        features[0] = square("Nordre bydel", 0)
        again = json.dumps({"type": "FeatureCollection", "features": features})
        await page.get_by_label("Fil (GeoJSON").set_input_files(
            {"name": "igjen.geojson", "mimeType": "application/geo+json", "buffer": again.encode()}
        )
        await page.get_by_label("Hvilken egenskap er lik").select_option("bydelnr")
        await expect(page.locator("#import-said")).to_contain_text("0 nye, 1 endres, 1 er like, 1 avvises")
        await page.get_by_role("button", name="Importer områder (1)").click()
        await expect(page.locator("#list")).to_contain_text("Nordre bydel")
        await page.get_by_label("Fil (GeoJSON").set_input_files(
            {"name": "kart.zip", "mimeType": "application/zip", "buffer": b"PK\x03\x04"}
        )
        await expect(page.get_by_role("alert")).to_contain_text("dette er et ZIP-arkiv")
        await accessible(page)
    assert len(await town.sql("select from zone")) == 2
