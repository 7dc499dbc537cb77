"""The page of one place: what hangs on it, who changed it, and what the privacy officer says of it."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from base.clock import now
from base.database import work
from municipality import access
from municipality.members import add_member
from tests.console.chromium import accessible, somebody
from tests.console.test_zone_pages import opened
from tests.console.visiting import signed_in
from tests.geofence.test_over_http import created, news, square
from tests.town import Town

pytestmark = pytest.mark.browser


async def link_of(town: Town, name: str, *roles: str) -> str:
    async with work(town.system) as unit:
        member = await add_member(name, list(roles))
        return f"/sign-in/{await access.sign_in_link(unit, member.id)}"


async def outlined(page: Page, name: str, lat: str, lon: str) -> None:
    """A place of 60 metres around a point."""
    await page.get_by_label("Navn Bokmål").fill(name)
    await page.get_by_text("Punkt og radius", exact=True).click()
    await page.get_by_label("Breddegrad", exact=True).fill(lat)
    await page.get_by_label("Lengdegrad", exact=True).fill(lon)
    await page.get_by_label("Radius i meter").fill("60")


async def test_a_sensitive_place_is_asked_for_refused_with_a_reason_and_approved(
    browser: Browser, site: str, town: Town
) -> None:
    planner, officer = await link_of(town, "Per", "planner"), await link_of(town, "Ola", "privacy_officer")
    async with somebody(browser, site) as page, somebody(browser, site, dark=True) as desk:
        await opened(page, planner)
        await outlined(page, "Legevakten", "59,1306", "10,2239")
        await page.get_by_label("Følsomt sted").check()
        await page.get_by_role("button", name="Lagre området").click()
        await expect(page.locator("#announcer")).to_have_text("Legevakten er lagret og venter på personvernombudet.")
        await outlined(page, "Parken ved siden av", "59,1306", "10,2245")
        await page.get_by_role("button", name="Lagre området").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Dette overlapper et følsomt sted: «Legevakten».")
        await dialog.get_by_role("button", name="Lagre likevel").click()
        await expect(page.locator("#list tr")).to_have_count(2)
        await page.get_by_role("link", name="Parken ved siden av").click()
        await expect(page.locator("#approval")).to_have_text("Venter på personvernombudet")
        await expect(page.locator("main")).to_contain_text("Dette stedet overlapper et følsomt sted: Legevakten.")
        await expect(page.locator("main")).to_contain_text("Disse kan godkjenne det: Ola.")
        await expect(page.get_by_role("button", name="Godkjenn")).to_have_count(0)
        await accessible(page)

        await signed_in(desk, officer)
        await desk.goto("/console/oversight")
        await accessible(desk)
        await desk.get_by_role("link", name="Legevakten", exact=True).click()
        await desk.wait_for_selector("body[data-ready]")
        await expect(desk.locator("main")).to_contain_text("Per spurte")
        await desk.get_by_role("button", name="Ikke godkjenn").click()
        await expect(desk.get_by_role("alert")).to_contain_text("skriv hvorfor, slik at den som spurte, kan rette det")
        await desk.get_by_label("Begrunnelse").fill("For nær inngangen.")
        await accessible(desk)
        await desk.get_by_role("button", name="Ikke godkjenn").click()
        await expect(desk.locator("#announcer")).to_have_text("Legevakten er ikke godkjent og inviterer ingen.")
        await expect(desk.locator("#approval")).to_have_text("Ikke godkjent")

        await page.goto(desk.url)
        await expect(page.locator("main")).to_contain_text("Ola svarte")
        await expect(page.locator("main")).to_contain_text("«For nær inngangen.»")
        await expect(page.get_by_role("button", name="Fjern")).to_have_count(0)
        await expect(page.locator("main")).to_contain_text("Bare personvernombudet og administratorer kan fjerne")
        await accessible(page)

        await desk.wait_for_selector("body[data-ready]")
        await desk.get_by_label("Begrunnelse").fill("Avklart.")
        await desk.get_by_role("button", name="Godkjenn", exact=True).click()
        await expect(desk.locator("#announcer")).to_have_text("Legevakten er godkjent.")
        await expect(desk.locator("#approval")).to_have_text("Godkjent av personvernombudet")


async def test_what_hangs_on_a_place_is_seen_before_it_is_removed(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    staff = await town.key("admin")
    async with httpx.AsyncClient(base_url=site) as client:
        place = await square(client, staff)
        action = {"kind": "info", "subject_id": await news(client, staff)}
        rule = {"on": "enter", "zone_id": place["id"], "active_to": (now() + timedelta(days=9)).isoformat()}
        await created(client, "triggers", staff, {**rule, "action": action})
        outer = await square(client, staff, name={"nb": "Sentrum"}, kind="district")
        inner = await square(client, staff, name={"nb": "Indre by"}, kind="district", parent_id=outer["id"])
    async with somebody(browser, site, phone=True) as page:
        await opened(page, sign_in)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("link", name="Torget").click()
        await expect(page.locator("#uses")).to_contain_text("Torget bygges om")
        await expect(page.locator("#uses")).to_contain_text("De som kommer hit")
        await expect(page.locator("#size")).to_contain_text("m²")
        await page.wait_for_selector("#map[data-ready]")
        await accessible(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("link", name="Rediger").click()
        await expect(page.get_by_label("Navn Bokmål")).to_have_value("Torget")
        await page.goto(f"/console/zones/{place['id']}")
        await page.wait_for_selector("body[data-ready]")
        await page.get_by_role("button", name="Fjern").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Disse inviterer ikke lenger noen her: «Torget bygges om».")
        await accessible(page)
        await dialog.get_by_role("button", name="Avbryt").click()
        await page.get_by_role("button", name="Fjern").click()
        await dialog.get_by_role("button", name="Fjern").click()
        await expect(page.locator("#announcer")).to_have_text("Torget er fjernet.")

        await page.goto(f"/console/zones/{outer['id']}")
        await page.wait_for_selector("body[data-ready]")
        await expect(page.get_by_role("link", name="Indre by")).to_be_visible()
        await page.get_by_role("button", name="Fjern").click()
        await expect(page.get_by_role("alert")).to_contain_text("Flytt eller fjern disse først: Indre by.")
        await page.get_by_role("link", name="Indre by").click()
        await expect(page.get_by_role("link", name="Sentrum")).to_be_visible()
        await page.wait_for_selector("body[data-ready]")
        await page.get_by_role("button", name="Fjern").click()
        await page.get_by_label("Hvilken bydel").select_option(label="Sentrum")
        await accessible(page)
        await dialog.get_by_role("button", name="Fjern").click()
        await expect(page.locator("#announcer")).to_have_text("Indre by er fjernet.")
    left = await town.sql("select id from zone")
    assert [row["id"] for row in left] == [UUID(outer["id"])]
    assert inner["parent_id"] == outer["id"]
