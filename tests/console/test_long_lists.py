"""Pages of a municipality that has much: they fetch what they show, and everything can be found."""

import json
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from base.clock import now
from base.database import work
from benchmarks.full_town.copying import copied
from benchmarks.full_town.questionnaire import soon, survey
from surveys import drafts
from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.town import Town

pytestmark = pytest.mark.browser

MANY = 130


async def _zones(town: Town, kind: str, named: str) -> None:
    square = [[10.2, 59.1], [10.204, 59.1], [10.204, 59.104], [10.2, 59.104], [10.2, 59.1]]
    first = uuid4()
    async with work(town.system) as unit:
        await unit.execute(
            "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
            "values ($1, $2, $3, $4, $5, false, now())",
            first,
            unit.municipality,
            json.dumps({"nb": f"{named} 0"}),
            kind,
            json.dumps({"type": "Polygon", "coordinates": [square]}),
        )
        await copied(unit, "zone", first, MANY - 1, name=f"jsonb_build_object('nb', '{named} ' || n)")


async def test_among_many_zones_one_is_found_by_its_name(browser: Browser, site: str, sign_in: str, town: Town) -> None:
    await _zones(town, "trigger", "Sted")
    asked: list[str] = []
    async with somebody(browser, site) as page:
        page.on("request", lambda request: asked.append(request.url))
        await signed_in(page, sign_in)
        await page.goto("/console/zones")
        await expect(page.locator("#list tr")).to_have_count(50)
        await page.get_by_role("button", name="Vis flere").click()
        await expect(page.locator("#list tr")).to_have_count(100)
        await page.get_by_label("Søk etter navn").fill("sted 117")
        await expect(page.locator("#list tr")).to_have_count(1)
        await expect(page.locator("#list")).to_contain_text("Sted 117")
        await page.get_by_label("Søk etter navn").fill("finnes ikke")
        await expect(page.locator("#none")).to_have_text("Ingen områder heter dette.")
        await accessible(page)
    assert len([url for url in asked if "/v1/staff/zones" in url]) <= 5


async def test_a_new_survey_fetches_no_shapes_it_does_not_show(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    await _zones(town, "trigger", "Sted")
    sizes: list[int] = []

    def note(response: Any) -> None:
        # By its head: the body of an answer that a navigation cut short cannot be had.
        if "/v1/staff/" in response.url:
            sizes.append(int(response.headers["content-length"]))

    async with somebody(browser, site) as page:
        page.on("response", note)
        await signed_in(page, sign_in)
        await page.goto("/console/surveys/new")
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_label("De som kommer til et sted").check()
        await page.get_by_label("Søk etter sted").fill("Sted 117")
        await expect(page.locator("#zone option")).to_have_count(2)
        await page.locator("#zone").select_option(label="Sted 117")
        await expect(page.locator("#zone")).not_to_have_value("")
        await accessible(page)
    assert len(sizes) > 2
    assert sum(sizes) < 60_000


async def test_more_surveys_than_fifty_are_a_link_away(browser: Browser, site: str, sign_in: str, town: Town) -> None:
    async with work(town.system) as unit:
        first = await drafts.write(unit, survey("Torget", soon(now())))
        await copied(unit, "survey", first, 69, created_at="source.created_at - n * interval '1 hour'")
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console")
        await expect(page.locator(".survey-card")).to_have_count(50)
        await page.get_by_role("link", name="Neste side").click()
        await expect(page.locator(".survey-card")).to_have_count(20)
        await accessible(page)
        await page.get_by_role("link", name="Forrige side").click()
        await expect(page.locator(".survey-card")).to_have_count(50)


async def test_what_a_message_is_about_is_found_among_many(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    async with work(town.system) as unit:
        first = await drafts.write(unit, survey("Torget", None))
        await unit.execute("update survey set state = 'open', opened_at = now() where id = $1", first)
        await copied(
            unit,
            "survey",
            first,
            MANY,
            created_at="source.created_at - n * interval '1 hour'",
            definition="jsonb_set(source.definition, '{title,nb}', to_jsonb('Sak ' || n))",
        )
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/messages/new")
        await page.wait_for_selector("form[data-ready]")
        await expect(page.locator("#subject option")).to_have_count(51)
        await page.get_by_label("Søk etter sak").fill("sak 128")
        await expect(page.locator("#subject option")).to_have_count(2)
        await page.locator("#subject").select_option(label="Sak 128")
        await page.get_by_label("Søk etter sak").fill("sak 7")
        await expect(page.locator("#subject optgroup option")).not_to_have_count(1)
        await expect(page.locator("#subject option:checked")).to_have_text("Sak 128")
        await accessible(page)
