"""Other ways through the pages: pen, keyboard alone, no network, no consent, no session, other languages, dark."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.chromium import accessible, somebody
from tests.town import Town

pytestmark = pytest.mark.browser

TOWN = (10.2239, 59.1306)
PAGES = ["/console", "/console/zones", "/console/surveys/new", "/app", "/privacy", "/accessibility"]


async def signed_in(page: Page, link: str) -> None:
    await page.goto(link)
    await page.locator("#sign-in").click()
    await expect(page).to_have_url(re.compile("/console$"))


async def joined(page: Page) -> None:
    await page.goto("/app?m=3907")
    await page.get_by_role("button", name="Bli med").click()
    await expect(page.locator("#tabs")).to_be_visible()


async def test_a_zone_is_drawn_with_the_mouse(browser: Browser, site: str, sign_in: str, town: Town) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/zones")
        await page.wait_for_selector("#map[data-ready]")
        await page.get_by_label("Krets").check()
        await page.get_by_role("button", name="Tegn i kartet").click()
        box = await page.locator("#map").bounding_box()
        assert box is not None
        for x, y in [(0.4, 0.4), (0.6, 0.42), (0.58, 0.6), (0.42, 0.58), (0.4, 0.4)]:
            at = box["x"] + box["width"] * x, box["y"] + box["height"] * y
            await page.mouse.move(*at, steps=3)
            await page.mouse.click(*at)
            await page.wait_for_timeout(60)
        await expect(page.locator("#size")).to_have_text(re.compile(r"km²"))
        await page.get_by_label("Navn Bokmål").fill("Nordre krets")
        await page.get_by_role("button", name="Lagre området").click()
        await expect(page.locator("#list")).to_contain_text("Nordre krets")
    [zone] = await town.sql("select kind, geometry from zone")
    assert zone["kind"] == "district"
    assert '"Polygon"' in zone["geometry"]


async def test_a_zone_is_made_with_the_keyboard_alone(browser: Browser, site: str, sign_in: str, town: Town) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/zones")
        await page.wait_for_selector("#map[data-ready]")
        await page.keyboard.press("Tab")
        assert await focused(page) == "Hopp til hovedinnhold"
        await page.keyboard.press("Enter")
        await tab_to(page, "Navn Bokmål")
        await page.keyboard.type("Havna")
        await tab_to(page, "Tegn")
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("ArrowRight")
        for number, (lat, lon) in enumerate([(59.13, 10.22), (59.13, 10.23), (59.135, 10.23)], start=1):
            await tab_to(page, f"Breddegrad for hjørne {number}")
            await page.keyboard.type(str(lat).replace(".", ","))
            await tab_to(page, f"Lengdegrad for hjørne {number}")
            await page.keyboard.type(str(lon))
        await tab_to(page, "Lagre området")
        await page.keyboard.press("Enter")
        await expect(page.locator("#list")).to_contain_text("Havna")
        await expect(page.locator("#announcer")).to_have_text("Havna er lagret.")
    assert await town.sql("select from zone") != []


async def test_tab_goes_through_every_page_and_out_again(browser: Browser, site: str, sign_in: str) -> None:
    """No trap, and wherever the focus is, it can be seen."""
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        for path in PAGES:
            await page.goto(path)
            await page.wait_for_load_state("networkidle")
            for _ in range(90):
                await page.keyboard.press("Tab")
                if await focused(page) == "Lisenser":
                    break
                assert await page.evaluate(SEEN), f"{path}: the focus on {await focused(page)!r} cannot be seen"
            else:
                raise AssertionError(f"{path}: the keyboard never reached the end")


SEEN = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at.matches(".ds-skip-link")) return true;
  const place = at.closest("label, .ds-field") ?? at;
  return [at, place].some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
}"""

NAMED = """() => {
  const at = document.activeElement;
  const name = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent ?? "";
  return name.replace(/\\s+/g, " ").trim();
}"""


async def focused(page: Page) -> str:
    name: str = await page.evaluate(NAMED)
    return name


async def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await focused(page) == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")


async def test_what_is_wrong_with_a_survey_is_said_where_it_is(browser: Browser, site: str, sign_in: str) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        await page.goto("/console/surveys/new")
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_label("Tittel Bokmål").fill("Parken")
        await page.get_by_role("button", name="Fritekst").click()
        await page.locator("[data-question=text]").get_by_label("Spørsmål Bokmål").fill("Hva mangler?")
        await page.get_by_role("button", name="Kontroller").click()
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("Rett opp dette (4)")
        await expect(alert).to_be_focused()
        await accessible(page)
        await alert.get_by_role("link").last.click()
        await expect(page.locator("[data-question=text]").get_by_label("Spørsmål English")).to_be_focused()
        await page.get_by_label("Tittel Nynorsk").fill("Parken")
        await page.get_by_label("Tittel English").fill("The park")
        question = page.locator("[data-question=text]")
        await question.get_by_label("Spørsmål Nynorsk").fill("Kva manglar?")
        await question.get_by_label("Spørsmål English").fill("What is missing?")
        await page.get_by_role("button", name="Kontroller").click()
        await expect(page.locator("#announcer")).to_have_text("Undersøkelsen er klar til å sendes ut.")
        await page.goto("/console")
        await page.get_by_role("link", name="Parken").click()
        await page.get_by_role("link", name="Fortsett å skrive").click()
        await page.wait_for_selector("form[data-ready]")
        await expect(page.locator("[data-question=text]").get_by_label("Spørsmål English")).to_have_value(
            "What is missing?"
        )


async def test_a_consent_is_withdrawn_with_one_press_and_holds_at_once(browser: Browser, site: str) -> None:
    async with somebody(browser, site, at=TOWN, phone=True) as page:
        await joined(page)
        card = page.locator("#purpose-location_zones")
        await card.get_by_role("checkbox").check()
        await card.get_by_role("button", name="Ja, jeg samtykker").click()
        await card.get_by_role("button", name="Trekk samtykket").click()
        await expect(card).to_contain_text("Du har sagt nei")
        await page.get_by_role("link", name="Her", exact=True).click()
        await page.get_by_role("button", name="Del posisjonen min nå").click()
        await expect(page.get_by_role("alert")).to_contain_text("Dette trenger samtykket ditt")
        await accessible(page)


async def test_the_page_opens_without_a_network_and_says_so(browser: Browser, site: str) -> None:
    async with somebody(browser, site, phone=True) as page:
        await joined(page)
        await page.wait_for_function("navigator.serviceWorker.controller !== null")
        await page.reload()
        await page.wait_for_selector("html[data-ready]")
        await page.context.set_offline(True)
        await page.reload()
        await expect(page.locator("#offline")).to_contain_text("Du er ikke på nett")
        await page.get_by_role("link", name="Kvitteringer").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Kvitteringer")
        kept = await page.evaluate(
            "async () => (await Promise.all((await caches.keys()).map(async (name) => "
            "(await (await caches.open(name)).keys()).map((request) => request.url)))).flat()"
        )
        assert kept
        assert not [url for url in kept if "/v1/" in url]


async def test_whoever_leaves_is_gone_here_and_there(browser: Browser, site: str, town: Town) -> None:
    async with somebody(browser, site, phone=True) as page:
        await joined(page)
        await page.get_by_role("link", name="Mine data").click()
        await accessible(page)
        await page.get_by_role("button", name="Slett alt om meg").click()
        await accessible(page)
        await page.get_by_role("dialog").get_by_role("button", name="Slett alt om meg").click()
        await expect(page.get_by_role("button", name="Bli med")).to_be_visible()
        assert await page.evaluate("localStorage.length") == 0
    assert await town.sql("select from resident") == []


async def test_without_a_session_the_console_shows_nothing(browser: Browser, site: str, sign_in: str) -> None:
    async with somebody(browser, site) as page:
        answer = await page.goto("/console/zones")
        assert answer is not None
        assert answer.status == 401
        await expect(page.get_by_role("heading", level=1)).to_have_text("Du er ikke pålogget")
        await accessible(page)
        await signed_in(page, sign_in)
        [session] = [one for one in await page.context.cookies() if one["name"] == "medvirk_session"]
        assert session["httpOnly"]
        assert session["sameSite"] == "Strict"
        await page.goto(sign_in)
        await page.locator("#sign-in").click()
        await expect(page.get_by_role("alert")).to_contain_text("Lenken virker ikke")
        await accessible(page)
        await page.goto("/console")
        await page.get_by_role("button", name="Logg ut").click()
        await page.goto("/console")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Du er ikke pålogget")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
async def test_every_page_comes_in_each_language_and_in_the_dark(
    browser: Browser, site: str, sign_in: str, language: str
) -> None:
    async with somebody(browser, site, dark=True, language=language) as page:
        await signed_in(page, sign_in)
        for path in PAGES:
            await page.goto(path)
            await page.wait_for_load_state("networkidle")
            assert await page.locator("html").get_attribute("lang") == language
            await accessible(page)
        await page.get_by_role("link", name="Nynorsk").click()
        await expect(page.locator("html")).to_have_attribute("lang", "nn")
        await page.goto("/app")
        await expect(page.locator("html")).to_have_attribute("lang", "nn")
