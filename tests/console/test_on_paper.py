"""Letters with codes are printed, and what comes back on paper is typed in by staff."""

import json

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.town import Town

pytestmark = pytest.mark.browser

OFTEN = {
    "key": "often",
    "type": "single",
    "required": True,
    "label": {"nb": "Går du?", "nn": "Går du?", "en": "Do you walk?"},
    "options": [{"key": key, "label": {"nb": key, "nn": key, "en": key}} for key in ("ja", "nei")],
}
WHY = {
    "key": "why",
    "type": "text",
    "label": {"nb": "Hvorfor ikke?", "nn": "Kvifor ikkje?", "en": "Why not?"},
    "show_if": {"question": "often", "is": "nei"},
}
SURVEY = {
    "title": {"nb": "Skoleveien", "nn": "Skulevegen", "en": "The way to school"},
    "languages": ["nb", "nn", "en"],
    "assurance": "code",
    "questions": [OFTEN, WHY],
}


async def test_letters_are_taken_along_and_sheets_typed_one_after_another(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    async with httpx.AsyncClient(base_url=site, headers=await town.key("communications")) as client:
        survey = (await client.post("/v1/staff/surveys", json=SURVEY)).json()["id"]
        path = f"/v1/staff/surveys/{survey}"
        codes = (await client.post(f"{path}/codes", json={"count": 6})).json()["codes"]
        assert (await client.post(f"{path}/launch")).status_code == 200
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto(f"/console/surveys/{survey}")
        await page.get_by_label("Koder til brev").fill("2")
        async with page.expect_download() as letters:
            await page.get_by_role("button", name="Last ned brev til utskrift").click()
        printed = (await (await letters.value).path()).read_text()
        assert (printed.count("<svg"), printed.count("<legend>")) == (2, 2)
        await page.get_by_role("link", name="Ark til utskrift").click()
        await expect(page.locator(".boxes li")).to_have_text(["ja", "nei"])
        await accessible(page)
        await page.go_back()
        await page.get_by_role("link", name="Før inn svar på papir").click()
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_role("button", name="Før inn arket").click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
        await page.get_by_label("Koden på arket").fill(codes[0])
        await page.get_by_label("nei").check()
        await page.get_by_label("Hvorfor ikke?").fill("Langt")
        await accessible(page)
        await page.get_by_role("button", name="Før inn arket").press("Enter")
        await expect(page.locator("#entered")).to_have_text("Ark ført inn nå: 1")
        await expect(page.get_by_label("Koden på arket")).to_be_focused()
        await expect(page.get_by_label("nei")).not_to_be_checked()
        await page.get_by_label("Koden på arket").fill(codes[0])
        await page.get_by_label("ja").check()
        await page.get_by_role("button", name="Før inn arket").click()
        await expect(page.get_by_role("alert")).to_contain_text("allerede")
        await page.get_by_label("Koden på arket").fill(codes[1])
        await page.get_by_role("button", name="Før inn arket").click()
        await expect(page.locator("#entered")).to_have_text("Ark ført inn nå: 2")
    lying = [json.loads(one["answers"]) for one in await town.sql("select answers from answer")]
    assert sorted(lying, key=len) == [{"often": "ja"}, {"often": "nei", "why": "Langt"}]
