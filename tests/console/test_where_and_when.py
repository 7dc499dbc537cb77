"""A communications officer says where, when and to what people are invited, and sees what is live."""

import json
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from base.clock import now
from base.database import work
from geofence import beacons, triggers, zones
from geofence.models import Beacon, Trigger, TriggerRule, Zone
from surveys import information
from surveys.models import Information
from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.town import Town

pytestmark = pytest.mark.browser

PARK: dict[str, Any] = {
    "type": "Polygon",
    "coordinates": [[[10.22, 59.128], [10.224, 59.128], [10.224, 59.13], [10.22, 59.13], [10.22, 59.128]]],
}
EVERY_DAY: TriggerRule = {
    "on": "enter",
    "dwell_s": 0,
    "between": None,
    "active_from": None,
    "once": "ever",
    "proof": "position",
    "priority": 0,
}


async def a_park(town: Town) -> tuple[Zone, Beacon, Information]:
    """A place, a beacon in it, and something to tell there."""
    async with work(town.system) as unit:
        zone = await zones.draw(unit, Zone(name={"nb": "Badeparken"}, geometry=PARK, kind="trigger"))
        kiosk = Beacon(name="Kiosken", lat=59.129, lon=10.222, protocol="ibeacon", identity=bytes(20))
        beacon = await beacons.put_up(unit, kiosk)
        title = {"nb": "Parken får nye benker"}
        item = Information(title=title, body=title, areas=[], interests=[], published_at=now())
        return zone, beacon, await information.publish(item)


async def a_rule(town: Town, zone: Zone, item: Information) -> Trigger:
    async with work(town.system) as unit:
        trigger = Trigger(
            zone_id=zone.id,
            rule=EVERY_DAY,
            active_to=now() + timedelta(days=9),
            subject_kind="info",
            subject_id=item.id,
        )
        return await triggers.set_up(unit, trigger)


async def _at(page: Page, path: str) -> None:
    await page.goto(path)
    await page.wait_for_selector("[data-ready]:not(.map)")


async def test_a_rule_is_built_of_choices_and_reads_as_a_sentence(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    _, beacon, _ = await a_park(town)
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.get_by_role("link", name="Når og hvor").click()
        await expect(page.locator("#none")).to_have_text("Det er ingen regler ennå. Lag den første.")
        await page.get_by_role("link", name="Ny regel").click()
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_label("Når noen").select_option("kommer til et område og blir der")
        await page.get_by_label("I hvor mange minutter").fill("")
        await page.get_by_role("button", name="Lagre regelen").click()
        summary = page.get_by_role("alert").get_by_role("link")
        await expect(summary).to_have_count(1)
        await expect(page.locator("#subject-choice")).to_contain_text(await summary.inner_text())
        await page.get_by_label("Inviter til").select_option(label="Parken får nye benker")
        await page.get_by_role("button", name="Lagre regelen").click()
        await expect(page.locator("#zone-choice .ds-validation-message")).to_have_text("Velg et område.")
        await expect(page.locator("#stay .ds-validation-message")).to_have_text("Si hvor lenge.")
        await page.get_by_label("Hvilket område").select_option(label="Badeparken")
        await page.get_by_label("I hvor mange minutter").fill("5")
        for day in ("man.", "tirs.", "ons.", "tors.", "fre."):
            await page.get_by_label(day).check()
        await page.get_by_label("Fra klokka").fill("10:00")
        await page.get_by_label("Til klokka").fill("20:00")
        await page.get_by_label("Hvor ofte").select_option("Én gang i uka")
        whole = (
            "Når noen kommer til Badeparken og blir der i 5 minutter mellom kl. 10 og 20 på hverdager, vis «Parken får "
            "nye benker», én gang i uka."
        )
        await expect(page.locator("#sentence")).to_contain_text(whole)
        await accessible(page)
        await page.get_by_role("button", name="Lagre regelen").click()
        await expect(page.locator("#announcer")).to_contain_text(f"Lagret: {whole}")
        await expect(page.locator("#triggers")).to_contain_text(whole)
        [kept] = await town.sql("select rule from trigger")
        assert json.loads(kept["rule"])["weekdays"] == [1, 2, 3, 4, 5]

        await page.get_by_role("link", name="Rediger").click()
        await page.wait_for_selector("form[data-ready]")
        await expect(page.get_by_label("I hvor mange minutter")).to_have_value("5")
        await page.get_by_label("Når noen").select_option("er nær en sender")
        await page.get_by_label("Hvilken sender").select_option(label="Kiosken")
        await page.get_by_role("button", name="Lagre regelen").click()
        await expect(page.locator("#triggers")).to_contain_text("Når noen har vært nær senderen Kiosken i 5 minutter")
    [kept] = await town.sql("select beacon_id, zone_id from trigger")
    assert (kept["beacon_id"], kept["zone_id"]) == (beacon.id, None)


async def test_a_rule_is_switched_off_and_on_with_one_press_and_it_is_said(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    zone, _, item = await a_park(town)
    await a_rule(town, zone, item)
    async with somebody(browser, site, phone=True) as page:
        await signed_in(page, sign_in)
        await _at(page, "/console/triggers")
        rules = page.locator("#triggers")
        await expect(rules).to_contain_text("Gjelder nå")
        await expect(page.locator("#live-now")).to_contain_text("Én av reglene")
        await page.get_by_role("button", name="Slå av").click()
        await expect(page.locator("#announcer")).to_contain_text("Slått av: Når noen kommer til Badeparken")
        await expect(rules).to_contain_text("Slått av")
        await expect(page.locator("#live-now")).to_contain_text("0 av reglene")
        await page.get_by_role("button", name="Slå på").click()
        await expect(page.locator("#announcer")).to_contain_text("Slått på: Når noen kommer til Badeparken")
        await page.get_by_label("Søk etter sted").fill("finnes ikke")
        await expect(page.locator("#none")).to_have_text("Ingen regler er slik.")
        await page.get_by_label("Søk etter sted").fill("benker")
        await expect(rules.get_by_role("listitem")).to_have_count(1)
        await page.get_by_label("Invitasjoner til hver innbygger").fill("51")
        await page.get_by_role("button", name="Lagre grensen").click()
        await expect(page.locator("#cap .ds-validation-message")).to_be_visible()
        await page.get_by_label("Invitasjoner til hver innbygger").fill("3")
        await page.get_by_role("button", name="Lagre grensen").click()
        await expect(page.locator("#announcer")).to_contain_text("høyst 3 invitasjoner")
        await accessible(page)
        await page.get_by_role("button", name="Fjern", exact=True).click()
        await page.get_by_role("dialog").get_by_role("button", name="Fjern").click()
        await expect(page.locator("#announcer")).to_contain_text("Fjernet: Når noen kommer til Badeparken")
    assert await town.sql("select from trigger") == []
