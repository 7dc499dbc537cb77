"""Staff begin surveys from others, show them round, correct their words, and read what people wrote."""

import json
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.console.chromium import accessible, somebody
from tests.console.visiting import joined, signed_in
from tests.town import Town

pytestmark = pytest.mark.browser

TITLE = {"nb": "Skoleveien", "nn": "Skulevegen", "en": "The way to school"}
SURVEY = {
    "title": TITLE,
    "languages": ["nb", "nn", "en"],
    "assurance": "code",
    "questions": [{"key": "q1", "type": "text", "label": {"nb": "Hva manglar?", "nn": "Kva manglar?", "en": "What?"}}],
}


async def written(site: str, town: Town, **changed: object) -> str:
    headers = await town.key("communications")
    async with httpx.AsyncClient(base_url=site, headers=headers) as client:
        answer = await client.post("/v1/staff/surveys", json={**SURVEY, **changed})
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["id"]
        return found


async def test_a_draft_is_shown_round_kept_as_a_template_taken_along_and_brought_back(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    survey = await written(site, town)
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto(f"/console/surveys/{survey}")
        await page.get_by_role("button", name="Lag lenke til utkastet").click()
        await expect(page.locator("#secret-value")).not_to_have_value("")
        link = await page.locator("#secret-value").input_value()
        await page.get_by_role("button", name="Lukk").click()
        async with httpx.AsyncClient(base_url=site) as client:
            shown = await client.get(link[link.index("/preview/") :])
            assert "Skoleveien" in shown.text
        await page.get_by_label("Navn på malen").fill("Skolevei")
        await page.get_by_role("button", name="Ta vare på som mal").click()
        await expect(page.locator("#announcer")).to_have_text("Malen er lagret.")
        async with page.expect_download() as form:
            await page.get_by_role("link", name="Last ned som XLSForm").click()
        content = (await (await form.value).path()).read_bytes()
        await page.get_by_label("Koder til brev").fill("3")
        async with page.expect_download() as codes:
            await page.get_by_role("button", name="Lag kodene").click()
        assert len((await (await codes.value).path()).read_text().split()) == 3
        await accessible(page)
        await page.goto("/console")
        await page.get_by_label("XLSForm (.xlsx)").set_input_files(
            {"name": "skjema.xlsx", "mimeType": "application/octet-stream", "buffer": content}
        )
        await page.get_by_role("button", name="Les skjemaet").click()
        await expect(page.locator("#report").get_by_role("link")).to_contain_text("Skoleveien")
        await accessible(page)
        await page.get_by_role("button", name="Begynn herfra: Skolevei").click()
        await page.wait_for_selector("form[data-ready]")
        await expect(page.get_by_label("Tittel Bokmål")).to_have_value("Skoleveien")
    assert len(await town.sql("select from survey")) == 3


async def test_words_are_corrected_and_comments_judged(browser: Browser, site: str, sign_in: str, town: Town) -> None:
    survey = await written(site, town, assurance="open")
    headers = await town.key("communications")
    async with httpx.AsyncClient(base_url=site, headers=headers) as client:
        launched = await client.post(f"/v1/staff/surveys/{survey}/launch", json={})
        assert launched.status_code == 200, launched.text
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto(f"/console/surveys/{survey}")
        await page.get_by_role("link", name="Rett ordlyden").click()
        await page.get_by_label("Spørsmål 1 Bokmål").fill("")
        await page.get_by_role("button", name="Lagre rettelsen").click()
        await expect(page.get_by_role("alert")).to_contain_text("Rett opp dette")
        await page.get_by_label("Spørsmål 1 Bokmål").fill("Hva mangler?")
        await accessible(page)
        await page.get_by_role("button", name="Lagre rettelsen").click()
        await page.get_by_text("Utgave 2").click()
        await expect(page.locator("ins")).to_have_text("Hva mangler?")
        await town.sql("update survey set state = 'counted', closed_at = now(), counted = 5 where id = $1", survey)
        for words in ("En benk", "En plass i skyggen", "Lys", "Et tak"):
            await town.sql(
                "insert into comment (id, municipality_id, survey_id, question, body, state) "
                "values ($1, $2, $3, 'q1', $4, 'waiting')",
                uuid4(),
                town.municipality,
                survey,
                words,
            )
        await page.reload()
        comments = page.get_by_role("region", name="Kommentarer")
        await expect(comments.get_by_role("heading", name="Hva mangler?")).to_have_count(1)
        await expect(comments.locator("option:checked")).to_have_text("Skal leses (4)")
        await accessible(page)
        await comments.get_by_role("button", name="Offentliggjør").click()
        await expect(comments.get_by_role("alert")).to_contain_text("Velg minst én kommentar.")
        await comments.get_by_label("Velg alle som vises").press("Space")
        await expect(page.locator("#chosen")).to_have_text("4 av 4 valgt")
        await comments.get_by_label("Lys").uncheck()
        await comments.get_by_role("button", name="Offentliggjør").click()
        await expect(page.locator("#announcer")).to_have_text("Kommentarer offentliggjort: 3.")
        await comments.get_by_role("button", name="Angre").click()
        await expect(comments.locator("option:checked")).to_have_text("Skal leses (4)")
        await comments.get_by_label("En benk").check()
        await comments.get_by_role("button", name="Offentliggjør").click()
        await expect(comments.locator("option:checked")).to_have_text("Skal leses (3)")
        await comments.get_by_label("Velg alle som vises").check()
        await comments.get_by_role("button", name="Avvis").click()
        await expect(comments.get_by_role("alert")).to_contain_text("Skriv hvorfor")
        await comments.get_by_label("Begrunnelse for å avvise").fill("Navngir en nabo")
        await comments.get_by_role("button", name="Avvis").click()
        await expect(comments).to_contain_text("Ingen kommentarer her.")
        await comments.get_by_label("Vis", exact=True).select_option("refused")
        await expect(comments).to_contain_text("Avvist: Navngir en nabo")
        await comments.get_by_label("Et tak").check()
        await comments.get_by_role("button", name="Les på nytt").click()
        await expect(comments.locator("option:checked")).to_have_text("Avviste (2)")
        await accessible(page)
    states = [one["state"] for one in await town.sql("select state from comment order by state")]
    assert states == ["published", "refused", "refused", "waiting"]


async def test_what_the_editor_does_not_show_is_kept_and_what_it_writes_is_answered(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    label = {"nb": "Hvor?", "nn": "Kvar?", "en": "Where?"}
    where = {"key": "where", "type": "map", "label": label, "geometry": "point", "snap_m": 200}
    named = [{"key": key, "label": {"nb": key, "nn": key, "en": key}} for key in ("gange", "sykkel", "buss")]
    how = {"key": "how", "type": "single", "label": label, "help": label, "random_order": True, "options": named}
    long = {"key": "long", "type": "text", "label": label, "long": True, "show_if": {"question": "how", "is": "buss"}}
    survey = await written(site, town, assurance="open", plan_id="26", questions=[how, where, long])
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto(f"/console/surveys/{survey}/edit")
        await page.wait_for_selector("form[data-ready]")
        shown = page.locator("[data-question=text]").get_by_role("group", name="Betingelser")
        await expect(shown.get_by_label("Spørsmålet det gjelder").locator("option:checked")).to_have_text("1. Hvor?")
        await expect(shown.get_by_label("Svaret", exact=True).locator("option:checked")).to_have_text("buss")
        await page.locator("[data-question=single]").get_by_label("Med tekstfelt (annet)").last.check()
        for name in ("Rangering", "Tabell"):
            await page.get_by_role("button", name=name, exact=True).click()
        for card, texts in (("ranking", 3), ("matrix", 4)):
            fields = page.locator(f"[data-question={card}] [data-language]:not([data-part=help] *)")
            assert await fields.count() == texts * 3
            for at in range(texts * 3):
                await fields.nth(at).fill(f"{card} {at // 3}")
        await accessible(page)
        await page.get_by_role("button", name="Kontroller").click()
        await expect(page.locator("#announcer")).to_have_text("Undersøkelsen er klar til å sendes ut.")
    [stored] = await town.sql("select definition from survey")
    document = json.loads(stored["definition"])
    assert document["plan_id"] == "26"
    assert document["questions"][1] == {**where, "required": False, "comment": False}
    assert document["questions"][0]["random_order"] is True
    assert document["questions"][0]["help"] == label
    assert document["questions"][0]["options"][2]["other"] is True
    assert document["questions"][2]["show_if"] == {"question": "how", "is": "buss"}
    headers = await town.key("communications")
    async with httpx.AsyncClient(base_url=site, headers=headers) as client:
        launched = await client.post(f"/v1/staff/surveys/{survey}/launch", json={})
        assert launched.status_code == 200, launched.text
    async with somebody(browser, site, phone=True) as page:
        await joined(page)
        await page.goto(f"/app?m=3907#/survey/{survey}")
        await page.reload()
        await page.get_by_label("1. plass").select_option(label="ranking 2")
        assert await page.get_by_label("2. plass").locator("option", has_text="ranking 2").is_disabled()
        await page.get_by_label("2. plass").select_option(label="ranking 1")
        await page.get_by_role("group", name="matrix 1").get_by_label("matrix 3").check()
        await accessible(page)
        await page.locator("#send").click()
        await expect(page.get_by_role("heading", name="Takk")).to_be_visible(timeout=15_000)
