"""Whatever somebody has written or sent, wherever it is kept and on whichever page it is shown, it stays text."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from base.database import work
from base.embedded import Server
from base.jobs import system
from base.keys import FileKeyStore
from benchmarks.full_town.asking import NOT_LISTS, filled
from benchmarks.full_town.building import Town, build
from benchmarks.full_town.size import small
from consent import breach_drafts
from console.pages import PAGES
from tests.console.chromium import somebody
from tests.serving import web

pytestmark = pytest.mark.browser

HOSTILE = "\"'><b data-hostile>{{7*7}}</b>"
"""An element, if anything takes it for markup; a sum, if a template reads it a second time."""
WORDS = ("nb", "nn", "en")
KEPT = {"municipality", "survey_key", "tortoise_migrations", "role"}
READ_THEIR_QUERY = {"/console", "/console/hearings", "/console/messages", "/console/oversight/audit", "/app"}
QUERY = ("q", "state", "see", "sort", "caller", "subject", "from", "to", "days", "shown", "launched", "x")


async def poisoned(superuser: "asyncpg.Connection[asyncpg.Record]") -> int:
    """Write hostile words after every text that people write, in every table; how many columns took them."""
    texts = await superuser.fetch(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public' and "
        "data_type in ('text', 'jsonb', 'character varying') order by table_name, column_name"
    )
    await superuser.execute("set session_replication_role = replica")
    taken = 0
    for table, column, kind in ((row[0], row[1], row[2]) for row in texts):
        if table in KEPT or (kind != "jsonb" and column not in ("name", "unit", "body", "title", "redacted", "text")):
            continue
        value = f'"{column}" || $1' if kind != "jsonb" else f'hostile_words("{column}", $1)'
        try:
            done = await superuser.execute(
                f'update "{table}" set "{column}" = {value} where "{column}" is not null', HOSTILE
            )
        except asyncpg.PostgresError:
            continue  # It keeps no words.
        taken += not done.endswith(" 0")
    await superuser.execute("set session_replication_role = origin")
    return taken


WALK = f"""
create or replace function hostile_words(given jsonb, words text) returns jsonb language sql immutable as $$
  select case jsonb_typeof(given)
    when 'object' then (select coalesce(jsonb_object_agg(key, case
      when key in {WORDS} and jsonb_typeof(value) = 'string' then to_jsonb((value #>> '{{}}') || words)
      else hostile_words(value, words) end), '{{}}') from jsonb_each(given))
    when 'array' then (select coalesce(jsonb_agg(hostile_words(one, words)), '[]') from jsonb_array_elements(given) one)
    else given end
$$
"""


@pytest_asyncio.fixture
async def hostile_site(superuser: Any, server: Server, tmp_path: Path) -> AsyncIterator[tuple[str, Town, UUID]]:
    """The site of a town in which everything that people write is hostile."""
    town = await build(small(3), FileKeyStore(tmp_path / "keys"))
    async with work(system(town.municipality)):
        breach = await breach_drafts.begin({"title": {"nb": "Et register lå åpent"}})
    await superuser.execute(WALK)
    try:
        assert await poisoned(superuser) > 15
    finally:
        await superuser.execute("drop function hostile_words")
    with web(server, tmp_path / "keys") as address:
        yield address, town, breach.id


async def test_what_people_wrote_and_what_addresses_say_is_text_on_every_page(
    browser: Browser, hostile_site: tuple[str, Town, UUID]
) -> None:
    site, town, breach = hostile_site
    paths = [filled(page.path, town) for page in PAGES if not page.path.startswith(NOT_LISTS)]
    paths = [f"{path.rpartition('/')[0]}/{breach}" if "/breaches/" in path else path for path in paths]
    said = "&".join(f"{name}={quote(HOSTILE)}" for name in QUERY)
    shown, wrong = 0, list[str]()
    async with somebody(browser, site) as page:
        await page.context.add_cookies([{"name": "medvirk_session", "value": town.session, "url": site}])
        for path in paths:
            shown += await _is_text(page, path, wrong)
            if "MEDVIRK_PROVE" in os.environ or path in READ_THEIR_QUERY:
                await _is_text(page, f"{path}?{said}", wrong)
    assert wrong == []
    assert shown > 15, "hostile words were hardly shown anywhere"


async def _is_text(page: Page, path: str, wrong: list[str]) -> bool:
    """Whether the words are shown there; notes the path where they are more than words."""
    answer = await page.goto(path)
    assert answer is not None
    await page.wait_for_load_state("networkidle")
    if answer.status >= 500 or await page.locator("[data-hostile]").count():
        wrong.append(f"{path.partition('?')[0]} {answer.status}")
    text = await page.evaluate("document.body.innerText + [...document.querySelectorAll('input')].map((i) => i.value)")
    if "49</b>" in text:
        wrong.append(f"{path}: reckoned")
    return "data-hostile" in text
