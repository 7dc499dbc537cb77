"""The overview leads the day: what waits for whom, how what is open goes, and one survey found among a thousand."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.async_api import Browser, expect

from base.database import work
from base.keys import MemoryKeyStore
from benchmarks.full_town.copying import copied
from benchmarks.full_town.questionnaire import survey
from surveys import drafts
from surveys.box.rough_count import STEPS, rough
from tests.console.chromium import accessible, somebody
from tests.console.overview_town import all_that_waits, answered, open_survey
from tests.console.visiting import signed_in
from tests.town import Town

KINDS = {
    "melding du kan godkjenne": 1,
    "følsomt sted å ta stilling til": 1,
    "uttalelser som ikke er behandlet": 3,
    "kommentar å lese gjennom": 1,
    "høring som slutter denne uka": 1,
    "åpen undersøkelse som mangler et språk": 1,
    "radiosender som trenger nytt batteri eller ikke høres lenger": 1,
    "telefontype meldingene ikke når fram til nå": 1,
}


class Links(HTMLParser):
    """What the page links to, with what each link says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._href: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._href = dict(attrs).get("href") or ""
            self.found.append((self._href, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = None

    def handle_data(self, data: str) -> None:
        if self._href is not None:
            self.found[-1] = (self._href, f"{self.found[-1][1]} {data}".strip())


async def shown(client: httpx.AsyncClient, town: Town, path: str = "/console", *roles: str) -> str:
    answer = await client.get(path, headers={**await town.member(*(roles or ("admin",))), "Accept-Language": "nb"})
    assert answer.status_code == 200, answer.text
    return answer.text


def tasks(page: str) -> dict[str, tuple[int, str]]:
    """Each task with how much of it waits and where it leads."""
    said = [(href, re.fullmatch(r"(\d+)\s+(.*)", text)) for href, text in Links(page).found]
    return {found[2]: (int(found[1]), href) for href, found in said if found and found[2] in KINDS}


def titles(page: str) -> list[str]:
    return [text for href, text in Links(page).found if re.fullmatch(r"/console/surveys/[0-9a-f-]{36}", href)]


async def test_everything_that_waits_is_counted_and_led_to(
    client: httpx.AsyncClient, town: Town, keys: MemoryKeyStore
) -> None:
    assert "Ingenting venter på deg." in await shown(client, town)
    await all_that_waits(town, keys)
    found = tasks(await shown(client, town))
    assert {kind: count for kind, (count, _) in found.items()} == KINDS
    cookie = await town.member("admin")
    for kind, (_, href) in found.items():
        assert (await client.get(href, headers=cookie)).status_code == 200, kind


async def test_nobody_is_shown_a_task_that_is_not_theirs_to_do(
    client: httpx.AsyncClient, town: Town, keys: MemoryKeyStore
) -> None:
    await all_that_waits(town, keys)
    planner = tasks(await shown(client, town, "/console", "planner"))
    assert set(planner) == {
        "høring som slutter denne uka",
        "radiosender som trenger nytt batteri eller ikke høres lenger",
    }
    [author] = await town.sql("select id from staff_member where name = 'Siri'")
    await town.sql("update campaign set written_by = null, launched_by = $1", author["id"])
    assert "melding du kan godkjenne" in tasks(await shown(client, town, "/console", "communications"))
    [asker] = await town.sql("select member_id from staff_session order by expires_at desc limit 1")
    await town.sql("update campaign set launched_by = $1", asker["member_id"])
    cookie = await client.get("/console", headers={**await town.member("communications"), "Accept-Language": "nb"})
    assert "melding du kan godkjenne" in cookie.text, "another member may approve it"


async def test_how_an_open_survey_goes_is_said_roughly_and_never_of_few(
    client: httpx.AsyncClient, town: Town, keys: MemoryKeyStore
) -> None:
    async with work(town.system) as unit:
        for title, number in (("Ingen", 0), ("Fire", 4), ("Fem", 5), ("Mange", 33)):
            await answered(unit, await open_survey(unit, keys, title), number)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", await shown(client, town, "/console?order=newest")))
    said = dict(re.findall(r"(Ingen|Fire|Fem|Mange) \(nb\) Spørsmål: 12 · (få svar ennå|over \d+ svar)", page))
    assert said == {"Ingen": "få svar ennå", "Fire": "få svar ennå", "Fem": "få svar ennå", "Mange": "over 20 svar"}


@pytest.mark.parametrize("k", [3, 5, 7, 40])
def test_a_rough_count_is_a_step_that_is_passed_and_not_under_k(k: int) -> None:
    for answers in range(2_000):
        found = rough(answers, k)
        assert found == 0 or (found in STEPS and k <= found < answers)
        assert found or answers <= min(step for step in STEPS if step >= k)


async def test_a_survey_is_found_among_many_without_any_script(client: httpx.AsyncClient, town: Town) -> None:
    async with work(town.system) as unit:
        first = await drafts.write(unit, survey("Torget", None))
        await copied(
            unit,
            "survey",
            first,
            119,
            created_at="source.created_at - n * interval '1 hour'",
            state="case when n % 3 = 0 then 'open' when n % 3 = 1 then 'draft' else 'closed' end",
            closes_at="now() + (200 - n) * interval '1 day'",
            definition="jsonb_set(source.definition, '{title,nb}', to_jsonb((array['Ås','Ære','Øy','Zoo'])[1 + n % 4] "
            "|| ' sak ' || n || case n when 7 then ' 100%' else '' end))",
        )
    page = await shown(client, town)
    assert len(titles(page)) == 50
    later = next(href for href, text in Links(page).found if text == "Neste side")
    assert "Side 2 av 3" in (second := await shown(client, town, later))
    assert not {*titles(second)} & {*titles(page)}
    found = titles(await shown(client, town, "/console?q=SAK+117+ære"))
    assert found == ["Ære sak 117"]
    assert titles(await shown(client, town, "/console?q=100%25")) == ["Zoo sak 7 100%"]
    assert "Ingen undersøkelser passer" in await shown(client, town, "/console?q=%5C%27%3B--")
    by_title = titles(await shown(client, town, "/console?order=title&q=sak"))
    assert [one.split()[0] for one in by_title] == [*["Zoo"] * 30, *["Ære"] * 20]
    ending = titles(await shown(client, town, "/console?order=ending&state=open"))
    assert [int(one.split()[2]) for one in ending] == sorted((int(one.split()[2]) for one in ending), reverse=True)
    tab = next(href for href, text in Links(page).found if text.startswith("Åpne"))
    assert parse_qs(urlsplit(tab).query) == {"state": ["open"]}
    assert len(titles(await shown(client, town, tab))) == 39


@pytest.mark.parametrize("asked", ["page=0", "page=-1", "page=99999", "page=²", "state=x", "order=x", "q=%00", "q=%ff"])
async def test_what_cannot_be_meant_shows_the_overview_all_the_same(
    client: httpx.AsyncClient, town: Town, asked: str
) -> None:
    assert "Å gjøre" in await shown(client, town, f"/console?{asked}")


async def test_what_was_searched_for_is_shown_as_text_and_nothing_else(client: httpx.AsyncClient, town: Town) -> None:
    page = await shown(client, town, '/console?q="><script>alert(1)</script>&state=open"><b>')
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.browser
async def test_the_day_begins_on_the_overview(
    browser: Browser, site: str, sign_in: str, town: Town, keys: MemoryKeyStore
) -> None:
    await all_that_waits(town, keys)
    async with somebody(browser, site, dark=True) as page:
        await signed_in(page, sign_in)
        await accessible(page)
        await page.locator("#tasks").get_by_role("link", name="3 uttalelser som ikke er behandlet").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Gangvei (nb)")
        await page.goto("/console")
        await page.get_by_label("Søk etter tittel").fill("parken")
        await page.keyboard.press("Enter")
        await expect(page.locator(".survey-card")).to_have_count(1)
        await page.set_viewport_size({"width": 320, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320
        await accessible(page)
