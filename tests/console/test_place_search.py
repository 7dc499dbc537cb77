"""Whoever knows an address finds it on every map: with the keyboard alone, and told truly who hears what they write."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from base.embedded import Server
from rehearsal.kartverket_peer import KartverketPeer, kartverket_peer
from rehearsal.plain_http import Reply
from tests.console.chromium import accessible, somebody
from tests.console.conftest import BORDERS
from tests.console.visiting import joined, signed_in
from tests.serving import web
from tests.town import Town

pytestmark = pytest.mark.browser
CORNERS = [(0.4, 0.4), (0.6, 0.42), (0.58, 0.6), (0.42, 0.58)]
TORVET = (10.2231, 59.1312)


@pytest_asyncio.fixture
async def peer() -> AsyncIterator[KartverketPeer]:
    async with kartverket_peer() as running:
        yield running


@pytest_asyncio.fixture
async def asking_site(town: Town, server: Server, tmp_path: Path, peer: KartverketPeer) -> AsyncIterator[str]:
    """The town's site where Kartverket is asked."""
    borders = json.loads(BORDERS.read_text())["features"]
    border = next(one["geometry"] for one in borders if one["properties"]["kommunenummer"] == town.number)
    await town.sql("update municipality set boundary = $1", json.dumps(border))
    asks = {"MEDVIRK_KARTVERKET": "true", "MEDVIRK_KARTVERKET_URL": peer.url}
    with web(server, tmp_path / "keys", **asks) as address:
        yield address


def looked_for(peer: KartverketPeer) -> list[str]:
    """What Kartverket was asked for, map tiles apart."""
    return [query["sok"] for path, query in peer.asked if path == "/adresser/v1/sok"]


async def stands_in_the_middle(page: Page, name: str) -> None:
    """The mark of what was found points at the middle of the map."""
    mark, around = await page.get_by_role("img", name=name).bounding_box(), await page.locator("#map").bounding_box()
    assert mark is not None
    assert around is not None
    assert mark["x"] + mark["width"] / 2 == pytest.approx(around["x"] + around["width"] / 2, abs=3)
    assert mark["y"] + mark["height"] == pytest.approx(around["y"] + around["height"] / 2, abs=3)


async def test_an_officer_finds_an_address_by_keyboard_and_draws_there(
    browser: Browser, asking_site: str, sign_in: str, town: Town, peer: KartverketPeer
) -> None:
    async with somebody(browser, asking_site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/zones")
        await page.wait_for_selector("#map[data-ready]")
        box, said = (
            page.get_by_role("combobox", name="Finn en adresse eller et sted"),
            page.locator(".place-search [role=status]"),
        )
        await expect(page.locator(".place-search")).to_contain_text("går gjennom kommunen til Kartverket")
        await box.press_sequentially("prøvetorvet 1", delay=20)
        await expect(said).to_have_text("Treff: 2. Velg med piltastene og Enter.")
        assert len(looked_for(peer)) <= 2  # Not once a letter.
        await expect(page.locator(".place-search").get_by_role("option")).to_have_text(
            ["Prøvetorvet 1 3210 SANDEFJORD", "Prøvetorvet 12B 3210 SANDEFJORD"]
        )
        await box.press("ArrowDown")
        await expect(page.locator(".place-search").get_by_role("option", selected=True)).to_have_text(
            re.compile("^Prøvetorvet 1 ")
        )
        await accessible(page)
        await box.press("Enter")
        await expect(said).to_have_text("Kartet viser Prøvetorvet 1, 3210 SANDEFJORD.")
        await expect(page.get_by_role("img", name="Prøvetorvet 1")).to_be_visible()
        await expect(page.locator(".place-search").get_by_role("listbox")).to_be_hidden()
        await stands_in_the_middle(page, "Prøvetorvet 1")
        await page.get_by_role("button", name="Tegn i kartet").click()
        around = await page.locator("#map").bounding_box()
        assert around is not None
        for x, y in [*CORNERS, CORNERS[0]]:
            at = around["x"] + around["width"] * x, around["y"] + around["height"] * y
            await page.mouse.move(*at, steps=3)
            await page.mouse.click(*at)
            await page.wait_for_timeout(60)
        await expect(page.locator("#size")).to_have_text(re.compile("m²"))
        await page.get_by_label("Navn Bokmål").fill("Torvet")
        await page.get_by_role("button", name="Lagre området").click()
        await expect(page.locator("#list")).to_contain_text("Torvet")
    [zone] = await town.sql("select west, south, east, north from zone")
    assert zone["west"] < TORVET[0] < zone["east"]
    assert zone["south"] < TORVET[1] < zone["north"]


async def test_an_officer_is_told_when_nothing_is_found_and_when_nobody_answers(
    browser: Browser, asking_site: str, sign_in: str, peer: KartverketPeer
) -> None:
    async with somebody(browser, asking_site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/beacons")
        await page.wait_for_selector("main[data-ready]")
        box, said = (
            page.get_by_role("combobox", name="Finn en adresse eller et sted"),
            page.locator(".place-search [role=status]"),
        )
        await box.fill("Ingensteds")
        await expect(said).to_have_text("Fant ikke noe med det navnet i kommunen.")
        peer.instead["adresser"] = Reply(500, b"")
        await box.fill("prøve")
        await expect(said).to_contain_text("Kartverket svarte ikke på alt")
        await box.press("ArrowUp")
        await expect(page.locator(".place-search").get_by_role("option", selected=True)).to_have_text(
            re.compile("Prøveåsen")
        )
        await box.press("Escape")
        await expect(page.locator(".place-search").get_by_role("listbox")).to_be_hidden()
        peer.instead["stedsnavn"] = Reply(500, b"")
        await box.fill("torv")
        await expect(said).to_have_text("Søket svarer ikke akkurat nå. Prøv igjen om litt.")


MAPS = [
    "/console/zones",
    "/console/triggers",
    "/console/triggers/new",
    "/console/triggers/try",
    "/console/surveys/new",
    "/console/hearings/new",
]


async def test_the_search_stands_at_every_map_and_changes_no_form(browser: Browser, site: str, sign_in: str) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        for path in MAPS:
            await page.goto(path)
            box = page.locator(".place-search input")
            await expect(box).to_have_count(1)
            await expect(page.locator(".place-search")).to_contain_text("slås opp bare hos kommunen")
            if path == "/console/hearings/new":
                await page.locator("#hearing[data-ready]").wait_for()
                await box.fill("Ingensteds")
                await box.press("Enter")
                await expect(page.locator(".place-search [role=status]")).to_have_text(
                    "Fant ikke noe med det navnet i kommunen."
                )
                await expect(page.locator("#problem")).to_be_hidden()


async def near(page: Page) -> None:
    await joined(page)
    await page.goto("/app?m=3907#/near")
    await page.wait_for_selector("#map[data-ready]")


async def test_a_residents_words_are_sent_when_they_press_search(
    browser: Browser, asking_site: str, peer: KartverketPeer
) -> None:
    async with somebody(browser, asking_site, phone=True) as page:
        sent: list[str] = []
        page.on("request", lambda one: sent.append(str(one.headers)) if "places/search" in one.url else None)
        await near(page)
        search = page.get_by_role("search")
        await expect(search).to_contain_text("går gjennom kommunen til Kartverket, som ikke får vite hvem som spør")
        await search.get_by_role("combobox").press_sequentially("prøvevika")
        await page.wait_for_timeout(1_000)
        assert sent == looked_for(peer) == []
        await search.get_by_role("button", name="Søk").click()
        await page.locator(".place-search").get_by_role("option", name="Prøvevika").click()
        await expect(search.get_by_role("status")).to_have_text("Kartet viser Prøvevika, Vik i sjø.")
        await expect(page.get_by_role("img", name="Prøvevika")).to_be_visible()
        await stands_in_the_middle(page, "Prøvevika")
        await accessible(page)
        assert len(sent) == 1
        assert "authorization" not in sent[0].lower()
        assert "cookie" not in sent[0].lower()


async def test_where_kartverket_is_not_asked_a_resident_is_told_so(browser: Browser, site: str, town: Town) -> None:
    async with somebody(browser, site, phone=True) as page:
        await near(page)
        search = page.get_by_role("search")
        await expect(search).to_contain_text("slås opp bare hos kommunen")
        await search.get_by_role("combobox").fill("x")
        await search.get_by_role("button", name="Søk").click()
        await expect(search.get_by_role("status")).to_have_text("Skriv minst to bokstaver.")
