"""A communications officer's days, by keyboard: a place survey from nothing to open, a hearing to the archive."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from base.clock import now
from base.database import work
from base.embedded import Server
from municipality import access
from municipality.members import add_member
from push.delivery import policy
from push.delivery.policy import SendingPolicy
from rehearsal.kartverket_peer import kartverket_peer
from tests.console.by_keyboard import Keyboard, reads_norwegian
from tests.console.chromium import somebody
from tests.push.crowd import settle
from tests.serving import web, worker
from tests.town import Town, night

pytestmark = pytest.mark.browser


async def _link(town: Town, name: str, role: str) -> str:
    async with work(town.system) as unit:
        member = await add_member(name, [role])
        return f"/sign-in/{await access.sign_in_link(unit, member.id)}"


@asynccontextmanager
async def at_work(browser: Browser, site: str, link: str) -> AsyncIterator[Keyboard]:
    """Somebody who has signed in, with nothing but a keyboard."""
    async with somebody(browser, site) as page:
        hands = Keyboard(page)
        await page.goto(link)
        await hands.press(page.locator("#sign-in"))
        await expect(page).to_have_url(re.compile("/console$"))
        await reads_norwegian(page)
        yield hands


@pytest_asyncio.fixture
async def finding_site(town: Town, server: Server, tmp_path: Path) -> AsyncIterator[str]:
    """The town's site, which asks Kartverket for addresses and place names."""
    async with kartverket_peer() as peer:
        asking = {"MEDVIRK_KARTVERKET": "true", "MEDVIRK_KARTVERKET_URL": peer.url}
        with web(server, tmp_path / "keys", **asking) as address, worker(server, tmp_path / "keys"):
            yield address


async def test_she_launches_a_survey_at_a_place_and_a_colleague_agrees_to_its_message(
    browser: Browser, finding_site: str, town: Town
) -> None:
    site = finding_site
    await settle(town.system, 23)
    await night(town)
    async with work(town.system) as unit:
        await policy.change_policy(unit, SendingPolicy(second_person=True))
    kari, per = await _link(town, "Kari", "communications"), await _link(town, "Per", "communications")
    async with at_work(browser, site, kari) as hands:
        page = hands.page
        await _a_place(hands)
        await _a_beacon(hands)
        await _a_survey(hands)
        await _launched(hands)
        await _a_rule(hands)
    async with at_work(browser, site, per) as hands:
        page = hands.page
        await hands.press(page.get_by_role("link", name="melding du kan godkjenne"))
        await expect(page.locator("#waits")).to_contain_text("Kari ber deg godkjenne meldingen.")
        await reads_norwegian(page)
        await hands.button("Godkjenn og send ut")
        await hands.button("Send ut", page.get_by_role("dialog"))
        await hands.told("Meldingen sendes ut.")
    [survey] = await town.sql("select state from survey")
    assert survey["state"] == "open"
    subjects = await town.sql("select beacon_id is null as area, subject_kind from trigger order by area")
    assert [(row["area"], row["subject_kind"]) for row in subjects] == [(False, "survey"), (True, "survey")]


async def _a_place(hands: Keyboard) -> None:
    page = hands.page
    await hands.menu("Områder")
    await page.wait_for_selector("#map[data-ready]")
    await hands.button("Lagre området")
    await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
    await reads_norwegian(page)
    await hands.write(page.get_by_label("Navn Bokmål"), "Torvet")
    await hands.pick(page.get_by_role("radio", name="Punkt og radius"))
    await hands.write(page.get_by_role("combobox", name="Finn en adresse eller et sted"), "Prøvetorvet 1")
    await page.keyboard.press("Enter")
    await expect(page.locator(".place-hits [role=option]").first).to_contain_text("Prøvetorvet 1")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("img", name="Prøvetorvet 1")).to_be_visible()
    await hands.button("Bruk midten av kartet")
    await hands.fill({"Radius i meter": "80"})
    await expect(page.locator("#size")).to_contain_text("m²")
    await hands.button("Lagre området")
    await hands.told("Torvet er lagret.")


async def _a_beacon(hands: Keyboard) -> None:
    page = hands.page
    await hands.menu("Sendere")
    await page.wait_for_selector("main[data-ready]")
    await hands.fill({"Navn": "Kiosken", "Breddegrad": "59,1314", "Lengdegrad": "10,2166"})
    await hands.write(page.get_by_label("UUID"), "f7826da6-4fa2-4e98-8024-bc5b71e0893e")
    await hands.write(page.get_by_label("Major"), "1")
    await hands.write(page.get_by_label("Minor"), "70000")
    await hands.button("Lagre senderen")
    await expect(page.get_by_role("alert").get_by_role("link")).to_have_count(1)
    await reads_norwegian(page)
    await hands.write(page.get_by_label("Minor"), "7")
    await hands.button("Lagre senderen")
    await hands.told("Kiosken er lagret.")


async def _a_survey(hands: Keyboard) -> None:
    page = hands.page
    await hands.menu("Oversikt")
    await hands.link("Lag en undersøkelse")
    await page.wait_for_selector("form[data-ready]")
    await hands.write(page.get_by_label("Tittel Bokmål"), "Torvet i framtida")
    await expect(page.locator("#standing")).to_contain_text("Lagret kl.")
    await hands.button("Kontroller")
    await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
    await reads_norwegian(page)
    tongues = page.get_by_role("group", name="Språk")
    for language in ("Nynorsk", "English"):
        await hands.tick(tongues.get_by_label(language), on=False)
    await hands.button("Kart")
    await hands.write(
        page.locator("[data-question=map] [data-part=label] [data-language=nb]"), "Hvor vil du ha benker?"
    )
    await hands.button("Ett valg")
    ways = page.locator("[data-question=single]")
    await hands.write(ways.locator("[data-part=label] [data-language=nb]"), "Hvor ofte er du her?")
    for number, text in ((1, "Ofte"), (2, "Sjelden")):
        await hands.write(ways.get_by_label(f"Svaralternativ {number}", exact=True), text)
    await hands.write(page.locator("#closes"), (now() + timedelta(days=20)).date().isoformat())
    await hands.pick(page.locator("#reach-place"))
    await hands.choose(page.locator("#zone"), "Torvet")
    await hands.choose(page.locator("#dwell"), "Etter fem minutter")
    await hands.tick(page.locator("#only-there"), on=False)
    await hands.button("Forhåndsvis")
    phone = page.frame_locator("#phone-screen iframe")
    await expect(phone.get_by_text("Hvor vil du ha benker?")).to_be_visible()
    await expect(phone.get_by_text("Hvor ofte er du her?")).to_be_visible()
    await hands.button("Lukk")
    await hands.button("Kontroller")
    await hands.told("Undersøkelsen er klar til å sendes ut.")


async def _launched(hands: Keyboard) -> None:
    page = hands.page
    await hands.press(page.locator("#launch"))
    await page.wait_for_url(re.compile("/launch$"))
    await page.wait_for_selector("form[data-ready]")
    await expect(page.locator("main")).to_contain_text("En annen må godkjenne den før den går.")
    await reads_norwegian(page)
    await hands.tick(page.get_by_label("Send også en melding om den"))
    await hands.write(page.locator("#message [data-language=nb]"), "Si hvor du vil sitte.")
    await hands.tick(page.get_by_label("Jeg har lest dette"))
    await hands.button("Åpne undersøkelsen")
    await hands.told("Undersøkelsen er åpen.")
    await expect(page.locator("main")).to_contain_text("Meldingen venter på godkjenning.")
    await expect(page.locator("dl.facts").first).to_contain_text("Torvet")


async def _a_rule(hands: Keyboard) -> None:
    page = hands.page
    await hands.menu("Når og hvor")
    await hands.link("Ny regel")
    await page.wait_for_selector("form[data-ready]")
    await hands.choose(page.get_by_label("Når noen"), "er nær en sender")
    await hands.choose(page.get_by_label("Hvilken sender"), "Kiosken")
    await hands.choose(page.get_by_label("Inviter til"), "Torvet i framtida")
    await hands.write(page.get_by_label("Fra klokka"), "10:00")
    await hands.write(page.get_by_label("Til klokka"), "20:00")
    await hands.write(page.locator("#ends"), (now() + timedelta(days=20)).date().isoformat())
    await expect(page.locator("#sentence")).to_contain_text("nær senderen Kiosken i 5 minutter mellom kl. 10 og 20")
    await hands.button("Lagre regelen")
    await hands.told(re.compile("Lagret: Når noen"))


async def test_she_hears_residents_to_the_archive_and_the_privacy_officer_begins_to_tell_of_a_breach(
    browser: Browser, site: str, town: Town, tmp_path: Path
) -> None:
    plan = tmp_path / "Plankart.pdf"
    plan.write_bytes(b"%PDF-1.7 kart")
    async with at_work(browser, site, await _link(town, "Kari", "communications")) as hands:
        page = hands.page
        await hands.menu("Høringer")
        await hands.link("Skriv en høring")
        await page.wait_for_selector("form[data-ready]")
        for label in ("Tittel Bokmål", "Sammendrag Bokmål"):
            await hands.write(page.get_by_label(label), "Gangvei langs fjorden")
        await hands.write(page.get_by_label("Saksnummer"), "26/1234")
        await hands.write(page.get_by_label("Frist"), "2031-06-15")
        await hands.button("Lagre utkastet")
        await hands.told("Høringen er lagret.")
        await page.wait_for_selector("main[data-ready]")
        await hands.reach(page.get_by_label("Nytt dokument"))
        await page.get_by_label("Nytt dokument").set_input_files(plan)
        await hands.button("Legg ved")
        await hands.told("Dokumentet er lagt til.")
        await page.wait_for_selector("main[data-ready]")
        await hands.button("Kunngjør")
        await hands.button("Kunngjør", page.get_by_role("dialog"))
        await hands.told("Høringen er kunngjort.")
        async with httpx.AsyncClient(base_url=site) as anybody:
            said = {"kind": "person", "name": "Ola", "body": "Ja, men med lys."}
            answer = await anybody.post(f"/v1/hearings/{page.url.rsplit('/', 1)[1]}/statements", json=said)
            assert answer.status_code == 201, answer.text
        await hands.menu("Oversikt")
        await hands.press(page.get_by_role("link", name=re.compile("uttalelse")).first)
        await page.wait_for_selector("main[data-ready]")
        await reads_norwegian(page)
        statement = page.locator("[data-statement]")
        await hands.choose(statement.get_by_label("Avgjørelse", exact=True), "Offentliggjør")
        await hands.press(statement.get_by_role("button"))
        await expect(statement).to_have_count(0)
        await hands.button("Steng nå")
        await hands.button("Steng nå", page.get_by_role("dialog"))
        await hands.told("Høringen er stengt.")
        await page.wait_for_selector("main[data-ready]")
        for label in ("Hva er vedtatt?", "Dette sa dere, dette gjorde vi"):
            await hands.write(page.get_by_label(f"{label} Bokmål"), "Det blir lys.")
        await hands.button("Kunngjør vedtaket")
        await hands.button("Kunngjør vedtaket", page.get_by_role("dialog"))
        await hands.told("Vedtaket er kunngjort.")
        await page.wait_for_selector("main[data-ready]")
        async with page.expect_download():
            await hands.button("Last ned arkivpakken")
        await expect(page.get_by_label("Kontrollsum")).not_to_have_value("")
        await hands.write(page.get_by_label("Arkivets kvittering"), "NOARK 7")
        await hands.button("Noter kvitteringen")
        await hands.told("Kvitteringen fra arkivet er notert.")
        await expect(page.get_by_text("kvittering NOARK 7")).to_be_visible()
        await reads_norwegian(page)
    async with at_work(browser, site, await _link(town, "Siri", "privacy_officer")) as hands:
        page = hands.page
        await hands.menu("Personvern")
        await reads_norwegian(page)
        await hands.button("Skriv et varsel")
        await hands.told(re.compile("Utkastet ligger her"))
        await hands.write(page.locator("#title-nb"), "Et register lå åpent")
        await expect(page.locator("#saved")).to_contain_text("Lagret")
        await hands.button("Varsle dem det gjelder")
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
        await reads_norwegian(page)
        await page.reload()
        await expect(page.locator("#title-nb")).to_have_value("Et register lå åpent")
