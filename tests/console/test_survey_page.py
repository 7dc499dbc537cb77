"""A survey's page says what is asked, of whom, and how it goes, and hands out the ways there."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from playwright.async_api import Browser, expect

from base.clock import now
from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.town import Town

pytestmark = pytest.mark.browser

SURVEY = {
    "title": {"nb": "Torget", "nn": "Torget", "en": "The square"},
    "intro": {"nb": "Hva skal vi gjøre?", "nn": "Kva skal vi gjere?", "en": "What to do?"},
    "languages": ["nb", "nn", "en"],
    "questions": [
        {
            "key": "q1",
            "type": "single",
            "required": True,
            "label": {"nb": "Hvor ofte?", "nn": "Kor ofte?", "en": "How often?"},
            "options": [
                {"key": "a", "label": {"nb": "Ofte", "nn": "Ofte", "en": "Often"}},
                {"key": "b", "label": {"nb": "Sjelden", "nn": "Sjeldan", "en": "Seldom"}},
            ],
        },
        {"key": "q2", "type": "text", "label": {"nb": "Hvorfor?", "nn": "Kvifor?", "en": "Why?"}},
    ],
}

ANSWERS = """
insert into answer_incoming (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken, body_hash)
select gen_random_uuid(), $1, $2, '{}', sha256(n::text::bytea), sha256(n::text::bytea), false, sha256(n::text::bytea)
from generate_series(1, $3) n
"""


async def launched(site: str, town: Town) -> str:
    headers = await town.key("communications")
    closes = (now() + timedelta(days=20)).isoformat()
    async with httpx.AsyncClient(base_url=site, headers=headers) as client:
        written = await client.post("/v1/staff/surveys", json={**SURVEY, "closes_at": closes})
        survey: str = written.json()["id"]
        answer = await client.post(f"/v1/staff/surveys/{survey}/launch", json={})
        assert answer.status_code == 200, answer.text
    return survey


async def test_its_page_has_its_questions_a_rough_count_and_every_way_to_share_it(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    survey = await launched(site, town)
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto(f"/console/surveys/{survey}")
        await expect(page.get_by_text("Få svar")).to_be_visible()
        await town.sql(ANSWERS, town.municipality, UUID(survey), 27)
        await page.reload()
        await expect(page.get_by_text("Over 20 svar")).to_be_visible()
        assert "27" not in await page.get_by_role("region", name="Svarene").inner_text()
        await expect(page.locator("dl.facts").first).to_contain_text(
            "Hvem kan svare Én gang per telefon", use_inner_text=True
        )
        await expect(page.get_by_text("1. Hvor ofte?")).to_be_visible()
        await expect(page.locator("#asked")).to_contain_text("Sjelden")
        address = await page.get_by_label("Lenke", exact=True).input_value()
        assert address.endswith(f"/app?m=3907#/survey/{survey}")
        words = await page.get_by_label("Tekst å dele").input_value()
        assert words.startswith("Torget: Si hva du mener.")
        assert words.endswith(address)
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.get_by_role("button", name="Kopier lenken").click()
        await expect(page.locator("#announcer")).to_have_text("Kopiert.")
        async with page.expect_download() as square:
            await page.get_by_role("button", name="Last ned (SVG)").click()
        assert (await square.value).suggested_filename == "Torget.svg"
        assert "<svg" in (await (await square.value).path()).read_text()
        await accessible(page)
        await page.get_by_role("link", name="Plakat til utskrift").click()
        await expect(page.get_by_role("img", name="QR-kode som leder til undersøkelsen")).to_be_visible()
        await accessible(page)
        await page.emulate_media(media="print")
        await expect(page.get_by_role("button", name="Skriv ut")).to_be_hidden()


async def test_a_place_survey_says_where_it_invites_and_a_phone_needs_no_sideways_scrolling(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    survey = await launched(site, town)
    zone = UUID(int=7)
    await town.sql(
        "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
        "values ($1, $2, '{\"nb\": \"Badeparken\"}', 'trigger', '{}', false, now())",
        zone,
        town.municipality,
    )
    await town.sql(
        "insert into trigger (id, municipality_id, zone_id, rule, active_to, subject_kind, subject_id, changed_at) "
        "values (gen_random_uuid(), $1, $2, $3, now() + interval '9 days', 'survey', $4, now())",
        town.municipality,
        zone,
        '{"on": "enter", "dwell_s": 0, "between": null, "active_from": null, "once": "ever", "proof": "position", '
        '"priority": 0}',
        UUID(survey),
    )
    async with somebody(browser, site, phone=True) as page:
        await signed_in(page, sign_in)
        await page.goto(f"/console/surveys/{survey}")
        await expect(page.locator("dl.facts").first).to_contain_text("Badeparken")
        for width in (390, 320):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
