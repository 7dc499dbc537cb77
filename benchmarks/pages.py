"""How soon the main pages of a full town are seen: first contentful paint in Chromium, and what went over the wire.

The bare limit is the page of signing in, which asks the database nothing and runs no script of its own.
"""

import asyncio
import os
from pathlib import Path
from statistics import median
from typing import Final

from playwright.async_api import Browser, BrowserContext

from base.embedded import Server
from base.keys import FileKeyStore
from benchmarks.full_town.asking import filled, serving
from benchmarks.full_town.building import Town, build
from benchmarks.full_town.size import FULL, small
from benchmarks.table import Row
from benchmarks.town import pool, stage
from tests.console.chromium import running_browser

ROUNDS: Final = 5
SIZE: Final = small(int(os.environ["MEDVIRK_BENCH_TOWN"])) if "MEDVIRK_BENCH_TOWN" in os.environ else FULL
BARE: Final = "/sign-in/nothing"
SEEN: Final = (
    "/console",
    "/console/surveys/{id}",
    "/console/hearings",
    "/console/hearings/{id}",
    "/console/messages",
    "/console/zones",
    "/console/beacons",
    "/console/people",
    "/console/oversight",
    "/console/oversight/audit",
    "/app",
)
_PAINTED: Final = """async () => {
  for (let tries = 0; tries < 100; tries += 1) {
    const [entry] = performance.getEntriesByName("first-contentful-paint");
    if (entry) break;
    await new Promise((go) => setTimeout(go, 20));
  }
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const [painted] = performance.getEntriesByName("first-contentful-paint");
  return [painted.startTime, all.reduce((sum, one) => sum + one.transferSize, 0)];
}"""


async def _seen(context: BrowserContext, path: str) -> tuple[float, int]:
    """First contentful paint in seconds, and bytes over the wire, of a browser that has seen nothing before."""
    page = await context.new_page()
    try:
        await page.goto(path)
        await page.wait_for_load_state("networkidle")
        painted, transferred = await page.evaluate(_PAINTED)
    finally:
        await page.close()
    return painted / 1000, int(transferred)


async def _fresh(browser: Browser, address: str, town: Town, path: str) -> tuple[float, int]:
    context = await browser.new_context(base_url=address, locale="nb-NO", viewport={"width": 1360, "height": 900})
    try:
        cookie = {"name": "medvirk_session", "value": town.session, "url": address}
        await context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict of playwright's
        return await _seen(context, path)
    finally:
        await context.close()


async def _measured(address: str, town: Town) -> list[Row]:
    rows = []
    async with running_browser() as browser:

        async def took(path: str) -> tuple[float, int]:
            found = [await _fresh(browser, address, town, path) for _ in range(ROUNDS)]
            return median(painted for painted, _ in found), found[-1][1]

        bare, _ = await took(BARE)
        for path in SEEN:
            painted, transferred = await took(filled(path, town))
            also = f"{painted * 1000:.0f} ms to the first contentful paint, {transferred / 1000:,.0f} kB over the wire"
            rows.append(Row(f"page {path}", 1 / painted, "/s", 1 / bare, "the page of signing in", also=also))
    return rows


async def _built(server: Server, keys: Path) -> Town:
    async with pool(server):
        return await build(SIZE, FileKeyStore(keys))


def measure() -> list[Row]:
    """The rows of the table."""
    with stage() as (server, keys):
        town = asyncio.run(_built(server, keys))
        with serving(server, keys) as (address, _):
            return asyncio.run(_measured(address, town))
