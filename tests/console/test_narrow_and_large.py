"""Every page of a town that has something of everything: on a narrow phone, and with letters twice as large."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from base.database import work
from base.embedded import Server
from base.jobs import system
from base.keys import FileKeyStore
from benchmarks.full_town.asking import NOT_LISTS, filled
from benchmarks.full_town.building import Town, build
from benchmarks.full_town.size import small
from consent import breach_drafts
from console.pages import PAGES
from tests.console.chromium import accessible, somebody
from tests.serving import web

pytestmark = pytest.mark.browser

WIDTHS = ((320, 100), (390, 200), (1280, 200))
"""Of the window in CSS pixels, and of the letters in per cent of what they are."""
OVER = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const held = (one) => one && (getComputedStyle(one).overflowX !== "visible" || held(one.parentElement));
  const said = (one) => `${one.tagName}#${one.id}.${one.className}: ${one.textContent.trim().slice(0, 40)}`;
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > wide + 1 && !held(one.parentElement)).slice(-3).map(said);
}"""


@pytest_asyncio.fixture
async def full_site(superuser: Any, server: Server, tmp_path: Path) -> AsyncIterator[tuple[str, Town, UUID]]:
    """The site of a town with a few of everything, the town, and a draft of a notice about a breach."""
    town = await build(small(4), FileKeyStore(tmp_path / "keys"))
    async with work(system(town.municipality)):
        breach = await breach_drafts.begin({"title": {"nb": "Et register lå åpent"}})
    await superuser.execute(
        "set session_replication_role = replica; "
        "update survey set definition = jsonb_set(definition, '{assurance}', '\"code\"') "
        f"where id = '{town.survey}'; "
        "set session_replication_role = origin"
    )
    with web(server, tmp_path / "keys") as address:
        yield address, town, breach.id


async def test_no_page_scrolls_sideways(browser: Browser, full_site: tuple[str, Town, UUID]) -> None:
    site, town, breach = full_site
    paths = [filled(page.path, town) for page in PAGES if not page.path.startswith(NOT_LISTS)]
    paths = [f"{path.rpartition('/')[0]}/{breach}" if "/breaches/" in path else path for path in paths]
    assert len(paths) > 40
    over: dict[str, list[str]] = {}
    async with somebody(browser, site, phone=True) as page:
        await page.context.add_cookies([{"name": "medvirk_session", "value": town.session, "url": site}])
        for path in paths:
            await page.set_viewport_size({"width": 320, "height": 800})
            answer = await page.goto(path)
            assert answer is not None
            if answer.status != 200:
                over[path] = [f"answered {answer.status}"]
                continue
            await page.wait_for_load_state("networkidle")
            if "MEDVIRK_PROVE" in os.environ:
                await accessible(page)
            for width, letters in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 800})
                await page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", f"{letters}%")
                if found := await page.evaluate(OVER):
                    over[f"{path} {width} px, letters {letters} %"] = found
    assert not over, json.dumps(over, indent=1, ensure_ascii=False)
