"""Everybody sees the town on the map: from its own archive, from Kartverket through our server, or as a sketch."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from base.embedded import Server
from commands.demo import border, lay_sketch
from rehearsal.map_tiles_peer import map_tiles_peer
from tests.archives import town_archive
from tests.console.chromium import somebody
from tests.console.visiting import signed_in
from tests.serving import web
from tests.town import Town

pytestmark = pytest.mark.browser

MAP = """async () => {
  const { townMap } = await import("/static/app/map.js");
  const town = await (await fetch("/v1/municipalities/3907")).json();
  const place = document.createElement("div");
  place.id = "own-map";
  place.style.cssText = "position:fixed;inset:0;z-index:99";
  document.body.replaceChildren(place);
  window.shown = townMap(place, { title: "map", boundary: town.boundary });
  await window.shown.ready;
}"""
STILL = """async () => {
  const { canvas } = window.shown;
  const loaded = () => canvas.isStyleLoaded() && canvas.areTilesLoaded();
  for (let i = 0; i < 100 && !loaded(); i++) await new Promise((r) => setTimeout(r, 50));
  canvas.triggerRepaint();
  await new Promise((r) => canvas.once("render", () => setTimeout(r, 150)));
}"""
COLOURS = """async (png) => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [picture.width, picture.height];
  const pen = sheet.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const { data } = pen.getImageData(0, 0, sheet.width, sheet.height);
  const seen = {};
  for (let i = 0; i < data.length; i += 4) {
    const colour = `#${[0, 1, 2].map((at) => data[i + at].toString(16).padStart(2, "0")).join("")}`;
    seen[colour] = (seen[colour] ?? 0) + 4 / data.length;
  }
  return seen;
}"""
NAMES = """() => [...new Set(window.shown.canvas.queryRenderedFeatures()
  .filter((f) => f.layer.type === "symbol").map((f) => f.properties.name).filter(Boolean))]"""
ZONE_NAMES = """() => window.shown.canvas.queryRenderedFeatures({ layers: ["names"] })
  .map((f) => [f.properties.name, ...f.geometry.coordinates])"""


@pytest_asyncio.fixture
async def bordered(town: Town) -> AsyncIterator[Town]:
    await town.sql("update municipality set boundary = $1", json.dumps(border()))
    yield town


async def own_map(page: Page) -> None:
    """A map as every page makes one, alone in the window, so that it can be asked what it shows."""
    await page.goto("/app?m=3907")
    await page.evaluate(MAP)
    await page.evaluate(STILL)


async def looked_at(page: Page, lon: float, lat: float, zoom: float) -> None:
    await page.evaluate(
        "([lon, lat, zoom]) => window.shown.canvas.jumpTo({ center: [lon, lat], zoom })", [lon, lat, zoom]
    )
    await page.evaluate(STILL)


def requests_of(page: Page) -> list[tuple[str, str]]:
    """What it asks for from now on: addresses, and which piece."""
    asked: list[tuple[str, str]] = []
    page.on("request", lambda sent: asked.append((sent.url, sent.headers.get("range", ""))))
    return asked


async def colours(page: Page) -> dict[str, float]:
    """The share of each colour in what is seen."""
    png = base64.b64encode(await page.screenshot(animations="disabled")).decode()
    seen: dict[str, float] = await page.evaluate(COLOURS, png)
    return seen


async def test_the_towns_own_archive_is_drawn_light_and_dark(
    browser: Browser, bordered: Town, server: Server, tmp_path: Path
) -> None:
    archive = town_archive(tmp_path / "town.pmtiles")
    with web(server, tmp_path / "keys", MEDVIRK_BASEMAP=str(archive), MEDVIRK_KARTVERKET="true") as site:
        for dark, (land, water, park) in (
            (False, ("#eeebe1", "#cfe2ec", "#cfe5c4")),
            (True, ("#222826", "#14212a", "#2b4632")),
        ):
            async with somebody(browser, site, dark=dark) as page:
                asked = requests_of(page)
                await own_map(page)
                seen = await colours(page)
                assert all(seen.get(colour, 0) > 0.05 for colour in (land, water, park)), seen
                assert "Prøveby" in await page.evaluate(NAMES)
                await expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("Tegnet for prøven")
                pieces = [told for url, told in asked if url.endswith("/tiles/town.pmtiles")]
                assert pieces
                assert all(told.startswith("bytes=") for told in pieces)
                assert not [url for url, _ in asked if "/tiles/kartverket" in url]


async def test_kartverkets_tiles_come_through_our_server_alone(
    browser: Browser, bordered: Town, server: Server, tmp_path: Path
) -> None:
    async with map_tiles_peer() as peer:
        settings = {"MEDVIRK_KARTVERKET": "true", "MEDVIRK_KARTVERKET_URL": peer.url}
        with web(server, tmp_path / "keys", **settings) as site:
            async with somebody(browser, site) as page:  # Nothing is fetched from elsewhere, or this would fail.
                await own_map(page)
                seen = await colours(page)
                assert seen.get("#404040", 0) > 0.2
                assert seen.get("#a0a0a0", 0) > 0.2
                credit = page.locator(".maplibregl-ctrl-attrib").get_by_role("link", name="Kartverket")
                await expect(credit).to_have_attribute("href", "https://www.kartverket.no/")
            told = [request.headers for request in peer.asked]
            assert told
            assert all(set(each) <= {"host", "accept", "accept-encoding", "user-agent"} for each in told)
            async with somebody(browser, site, dark=True) as page:
                await own_map(page)
                dark = await colours(page)
                assert sum(share for colour, share in dark.items() if int(colour[1:3], 16) > 0xE0) < 0.1


async def test_the_demo_is_sketched_and_one_finds_the_square_and_the_park(
    browser: Browser, bordered: Town, server: Server, tmp_path: Path
) -> None:
    lay_sketch(tmp_path / "data" / "sketches")
    with web(server, tmp_path / "keys") as site:
        for dark, phone, water in ((False, False, "#cfe2ec"), (True, True, "#14212a")):
            async with somebody(browser, site, dark=dark, phone=phone) as page:
                await own_map(page)
                assert {"Sandefjord", "Stokke", "Andebu", "Kodal"} <= set(await page.evaluate(NAMES))
                assert (await colours(page)).get(water, 0) > 0.05
                await expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("Skisse")
                await looked_at(page, 10.2240, 59.1300, 13)
                names: list[Any] = await page.evaluate(NAMES)
                assert {"Torvet", "Badeparken"} <= set(names)


async def test_a_zone_of_several_parts_bears_its_name_once(
    browser: Browser, bordered: Town, server: Server, tmp_path: Path
) -> None:
    with web(server, tmp_path / "keys") as site:
        async with somebody(browser, site) as page:
            await own_map(page)
            parts = [
                [[[x, y], [x + w, y], [x + w, y + w], [x, y + w], [x, y]]]
                for x, y, w in ((10.05, 59.15, 0.2), (10.30, 59.20, 0.05), (10.30, 59.10, 0.05))
            ]
            shape = {"type": "MultiPolygon", "coordinates": parts}
            zone = {"id": "1", "kind": "district", "name": {"nb": "Øvre krets"}, "geometry": shape}
            await page.evaluate("(zone) => window.shown.zones([zone])", zone)
            for zoom in (10, 11):
                await looked_at(page, 10.16, 59.23, zoom)
                [(name, lon, lat)] = await page.evaluate(ZONE_NAMES)
                assert name == "Øvre krets"
                assert 10.05 < lon < 10.25
                assert 59.15 < lat < 59.35


async def test_where_there_is_only_the_border_staff_read_which_setting_shows_more(
    browser: Browser, bordered: Town, server: Server, sign_in: str, tmp_path: Path
) -> None:
    with web(server, tmp_path / "keys") as site:
        async with somebody(browser, site) as page:
            await own_map(page)
            await expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("Grenser: Kartverket")
            await expect(page.locator(".maplibregl-ctrl-attrib")).not_to_contain_text("MEDVIRK")
        async with somebody(browser, site) as page:
            await signed_in(page, sign_in)
            await page.goto("/console/zones")
            await expect(page.locator("#map .maplibregl-ctrl-attrib")).to_contain_text(
                "Et kart med veier og navn vises når MEDVIRK_BASEMAP eller MEDVIRK_KARTVERKET er satt"
            )
