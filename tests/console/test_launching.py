"""Before a survey opens, whoever opens it reads what that means; and what stops it is said with the way to mend it."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Browser, expect

from base.clock import now
from base.database import work
from municipality.members import add_member
from push.delivery import policy
from push.delivery.policy import SendingPolicy
from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.push.crowd import district, settle
from tests.town import Town

pytestmark = pytest.mark.browser

SURVEY = {
    "title": {"nb": "Torget", "nn": "Torget", "en": "The square"},
    "languages": ["nb", "nn", "en"],
    "questions": [{"key": "q1", "type": "text", "label": {"nb": "Hva?", "nn": "Kva?", "en": "What?"}}],
}


async def drafted(site: str, town: Town, **changes: object) -> str:
    async with httpx.AsyncClient(base_url=site, headers=await town.key("communications")) as client:
        answer = await client.post("/v1/staff/surveys", json={**SURVEY, **changes})
        assert answer.status_code == 201, answer.text
        survey: str = answer.json()["id"]
        return survey


async def test_the_summary_is_read_before_the_survey_opens_and_its_message_waits_for_a_colleague(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    area = await district(town.system)
    await settle(town.system, 23, areas=[area])
    async with work(town.system) as unit:
        await policy.change_policy(unit, SendingPolicy(second_person=True))
        await add_member("Per", ["communications"])
    closes = (now() + timedelta(days=9)).isoformat()
    survey = await drafted(site, town, closes_at=closes, eligibility={"kind": "area", "areas": [str(area)]})
    async with somebody(browser, site, phone=True) as page:
        await signed_in(page, sign_in)
        await page.goto(f"/console/surveys/{survey}/launch")
        await page.wait_for_selector("form[data-ready]")
        said = page.locator("main")
        for sentence in (
            "De som følger Krets, kan svare. Andre kan ikke",
            "Omtrent 25 kunne svare etter siste telling.",
            "Den går til omtrent 25 som har sagt ja til meldinger.",
            "Varsler til Android og iPhone er ikke satt opp her",
            "En annen må godkjenne den før den går.",
            "Grupper på færre enn 5 vises aldri",
            "Spørsmålene, hvem den er for og den minste gruppen.",
        ):
            await expect(said).to_contain_text(sentence)
        await accessible(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        await page.get_by_role("button", name="Åpne undersøkelsen").click()
        await expect(page.get_by_role("alert")).to_contain_text("kryss av for at du har gjort det")
        await expect(page.get_by_label("Jeg har lest dette")).to_have_attribute("aria-describedby", "read-wrong")
        await page.get_by_label("Send også en melding om den").check()
        await page.get_by_label("Melding Bokmål").fill("Si hva du mener.")
        await page.get_by_label("Jeg har lest dette").check()
        await page.get_by_role("button", name="Åpne undersøkelsen").click()
        await expect(page.locator("#announcer")).to_have_text("Undersøkelsen er åpen.")
        await expect(page.locator("#state")).to_have_text("Åpen")
        await expect(said).to_contain_text("Meldingen venter på godkjenning.")
        await accessible(page)
        await page.get_by_role("link", name="Se meldingen").click()
        await expect(page.locator("#waits")).to_contain_text("en annen må si ja: Per")


async def test_what_stops_it_is_said_with_the_way_to_mend_it(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    area = await district(town.system)
    await settle(town.system, 3, areas=[area])
    survey = await drafted(site, town, title={"nb": "Torget"}, eligibility={"kind": "area", "areas": [str(area)]})
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto(f"/console/surveys/{survey}/launch")
        stops = page.get_by_role("region", name="Dette må rettes først")
        await expect(stops.get_by_role("listitem")).to_have_count(3)
        await expect(stops).to_contain_text("Så få kan svare")
        await expect(page.locator("#many")).to_have_text("Etter siste telling er det færre enn fem.")
        await expect(page.get_by_role("button", name="Åpne undersøkelsen")).to_have_count(0)
        await accessible(page)
        await stops.get_by_role("link", name="Rett det").first.click()
        await page.wait_for_url(re.compile(rf"/console/surveys/{survey}/edit\?see="))
        await page.wait_for_selector("form[data-ready]")
        await expect(page.locator("main :focus")).to_have_count(1)
