"""Before anything is launched, staff walk past a place on paper and read why they would have been invited or not."""

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.console.chromium import accessible, somebody
from tests.console.test_where_and_when import a_park, a_rule
from tests.console.visiting import signed_in
from tests.town import Town

pytestmark = pytest.mark.browser

GPX = (
    '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><trk><trkseg>'
    '<trkpt lat="59.129" lon="10.210"><time>2027-01-15T09:00:00Z</time></trkpt>'
    '<trkpt lat="59.129" lon="10.222"><time>2027-01-15T09:10:00Z</time></trkpt>'
    '<trkpt lat="59.129" lon="10.222"><time>2027-01-15T09:20:00Z</time></trkpt></trkseg></trk></gpx>'
)


async def test_a_walk_is_drawn_or_brought_along_and_each_step_says_why(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    zone, _, item = await a_park(town)
    await a_rule(town, zone, item)
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/triggers/try")
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_role("button", name="Prøv reglene").click()
        await expect(page.get_by_role("alert")).to_contain_text("Sett minst ett punkt på kartet.")
        await page.get_by_role(
            "button", name="Bruk midten av kartet"
        ).click()  # The map looks at the only rule's place.
        await page.get_by_label("Minutter ved punkt 1").fill("5")
        await page.get_by_role("button", name="Prøv reglene").click()
        await expect(page.locator("#summary")).to_contain_text("Turen ga én invitasjon.")
        await expect(page.locator("#steps")).to_contain_text("Badeparken")
        await expect(page.locator("#steps")).to_contain_text("Innenfor")
        await expect(page.locator("#steps b")).to_have_text("Inviterer")
        await accessible(page)

        await page.get_by_text("Fra en fil").click()
        wrong = FilePayload(name="tur.gpx", mimeType="application/gpx+xml", buffer=b"<gpx><trk>")
        await page.get_by_label("GPX eller GeoJSON").set_input_files(wrong)
        await page.get_by_role("button", name="Prøv reglene").click()
        await expect(page.locator("#way-file .ds-validation-message")).to_have_text("Dette er ikke XML.")
        brought = FilePayload(name="tur.gpx", mimeType="application/gpx+xml", buffer=GPX.encode())
        await page.get_by_label("GPX eller GeoJSON").set_input_files(brought)
        await page.get_by_role("button", name="Prøv reglene").click()
        await expect(page.locator("#steps")).to_contain_text("Inviterer")
        await page.get_by_label("Hvor på turen").fill("2")
        await expect(page.locator("#here")).to_contain_text("Badeparken: Innenfor")
        drawn = b'{"type": "Polygon", "coordinates": []}'
        await page.get_by_label("GPX eller GeoJSON").set_input_files(
            {"name": "tur.geojson", "mimeType": "application/geo+json", "buffer": drawn}
        )
        await page.get_by_role("button", name="Prøv reglene").click()
        await expect(page.get_by_role("alert")).to_contain_text("LineString")
