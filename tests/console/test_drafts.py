"""Nothing that is written of a survey is lost: whatever happens to the page, the browser, the session or the server."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from base.database import work
from base.embedded import Server
from municipality import access
from municipality.members import add_member
from rehearsal.ports import free_port
from tests.console.chromium import accessible, somebody
from tests.console.visiting import signed_in
from tests.serving import web
from tests.town import Town

pytestmark = pytest.mark.browser
EDIT = re.compile(r"/console/surveys/[0-9a-f-]{36}/edit$")


async def link(town: Town, name: str = "Kari", role: str = "communications") -> str:
    async with work(town.system) as unit:
        member = await add_member(name, [role])
        return f"/sign-in/{await access.sign_in_link(unit, member.id)}"


async def begins(page: Page, title: str) -> None:
    await page.goto("/console/surveys/new")
    await page.wait_for_selector("form[data-ready]")
    await page.get_by_label("Tittel Bokmål").fill(title)
    await expect(page.locator("#standing")).to_contain_text("Lagret kl.")
    await expect(page).to_have_url(EDIT)


async def kept(town: Town) -> list[Any]:
    return [json.loads(one["written"]) for one in await town.sql("select written from survey_draft order by begun_at")]


async def test_it_is_saved_from_the_first_letter_under_an_address_that_stays(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, await link(town))
        await begins(page, "B")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Rediger «B»")
        await page.get_by_role("button", name="Ett valg").click()
        await page.locator("[data-question=single]").get_by_label("Spørsmål Nynorsk").fill("Kva manglar?")
        await expect(page.locator("#standing")).to_contain_text("Lagret kl.")
        await page.wait_for_timeout(1200)
        await expect(page.locator("#standing")).to_contain_text("Lagret kl.")
        await accessible(page)
        await page.reload()
        await page.wait_for_selector("form[data-ready]")
        await expect(page.get_by_label("Tittel Bokmål")).to_have_value("B")
        question = page.locator("[data-question=single]")
        await expect(question.get_by_label("Spørsmål Nynorsk")).to_have_value("Kva manglar?")
        await page.goto("/console")
        await page.get_by_role("link", name="B", exact=True).click()
        await expect(page).to_have_url(EDIT)
        await page.wait_for_selector("form[data-ready]")
        await page.wait_for_timeout(1500)
    [document] = await kept(town)
    assert document["questions"][0]["label"] == {"nn": "Kva manglar?"}
    [row] = await town.sql("select version from survey_draft")
    assert row["version"] <= 4, "reading saves nothing"


async def test_a_crash_of_the_browser_before_anything_was_sent_loses_nothing(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, await link(town))
        await page.context.route("**/survey-drafts**", lambda route: route.abort())
        await page.goto("/console/surveys/new")
        await page.wait_for_selector("form[data-ready]")
        await page.get_by_label("Tittel Bokmål").fill("Badeparken")
        await expect(page.locator("#standing")).to_contain_text("Serveren svarer ikke")
        await accessible(page)
        again = await page.context.new_page()
        await page.close(run_before_unload=False)
        await again.context.unroute("**/survey-drafts**")
        await again.goto("/console/surveys/new")
        await again.wait_for_selector("form[data-ready]")
        await expect(again.get_by_label("Tittel Bokmål")).to_have_value("Badeparken")
        await expect(again.locator("#announcer")).to_contain_text("var ikke lagret")
        await expect(again.locator("#standing")).to_contain_text("Lagret kl.")
        await expect(again).to_have_url(EDIT)
        await again.get_by_label("Tittel Nynorsk").fill("Badeparken nn")
        await expect(again.locator("#standing")).to_contain_text("Ikke lagret")
        await expect(again.locator("#standing")).to_contain_text("Lagret kl.")
    [document] = await kept(town)
    assert document["title"] == {"nb": "Badeparken", "nn": "Badeparken nn"}


async def test_whoever_is_signed_out_signs_in_elsewhere_and_it_is_saved(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, await link(town))
        await begins(page, "Torvet")
        await page.context.clear_cookies()
        await page.get_by_label("Tittel Bokmål").fill("Torvet i Sandefjord")
        await expect(page.locator("#standing")).to_contain_text("Du er logget ut")
        other = await page.context.new_page()
        await signed_in(other, await link(town))
        await other.close()
        await page.bring_to_front()
        await expect(page.locator("#standing")).to_contain_text("Lagret kl.")
    [document] = await kept(town)
    assert document["title"] == {"nb": "Torvet i Sandefjord"}


async def test_two_who_write_at_once_are_both_told_and_neither_overwrites_the_other(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as kari, somebody(browser, site) as ola:
        await signed_in(kari, await link(town, "Kari"))
        await signed_in(ola, await link(town, "Ola"))
        await begins(kari, "Parken")
        await ola.goto(kari.url)
        await ola.wait_for_selector("form[data-ready]")
        await expect(ola.locator("#beside")).to_have_text("Kari har også dette utkastet åpent.")
        await expect(kari.locator("#beside")).to_have_text("Ola har også dette utkastet åpent.", timeout=20_000)
        await accessible(kari)
        await ola.get_by_label("Tittel Bokmål").fill("Olas park")
        await expect(ola.locator("#standing")).to_contain_text("Ikke lagret")
        await expect(ola.locator("#standing")).to_contain_text("Lagret kl.")
        await kari.get_by_label("Tittel Bokmål").fill("Karis park")
        told = kari.get_by_role("alert")
        await expect(told).to_contain_text("Ola lagret en annen versjon kl.")
        assert (await kept(town))[0]["title"] == {"nb": "Olas park"}
        await told.get_by_role("button", name="Se forskjellene").click()
        await expect(told.get_by_role("row", name="Tittel, bokmål")).to_contain_text("Olas park")
        await accessible(kari)
        await told.get_by_role("button", name="Ta den andre versjonen").click()
        await expect(kari.get_by_label("Tittel Bokmål")).to_have_value("Olas park")
        await kari.keyboard.press("Control+z")
        await expect(kari.get_by_label("Tittel Bokmål")).to_have_value("Karis park")
        await expect(kari.locator("#standing")).to_contain_text("Lagret kl.")
        await expect(ola.get_by_role("alert")).to_contain_text("Kari lagret en annen versjon", timeout=20_000)
        await ola.get_by_role("button", name="Behold min").click()
        await expect(ola.locator("#standing")).to_contain_text("Lagret kl.")
    assert (await kept(town))[0]["title"] == {"nb": "Olas park"}


async def test_a_restart_of_the_server_in_the_middle_of_a_saving_loses_nothing(
    browser: Browser, server: Server, town: Town, tmp_path: Path
) -> None:
    port = str(free_port())
    first = web(server, tmp_path / "keys", at=port)
    site = first.__enter__()
    async with somebody(browser, site) as page:
        await signed_in(page, await link(town))
        await begins(page, "Havna")
        saving = asyncio.Event()

        async def held(route: Route) -> None:
            """The saving is on its way when the server goes."""
            saving.set()
            await asyncio.to_thread(first.__exit__, None, None, None)
            await route.continue_()

        await page.route("**/survey-drafts/*", held, times=1)
        await page.get_by_label("Tittel Bokmål").fill("Havna, igjen")
        await saving.wait()
        await expect(page.locator("#standing")).to_contain_text("Serveren svarer ikke")
        with web(server, tmp_path / "keys", at=port):
            await expect(page.locator("#standing")).to_contain_text("Lagret kl.", timeout=30_000)
    assert (await kept(town))[0]["title"] == {"nb": "Havna, igjen"}


async def test_what_was_done_is_undone_and_done_again_by_keyboard_and_by_button(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, await link(town))
        await begins(page, "Parken")
        await page.get_by_role("button", name="Fritekst").click()
        text = page.locator("[data-question=text]")
        await text.get_by_label("Spørsmål Bokmål").fill("Hva mangler?")
        await text.get_by_role("button", name="Kopier").click()
        await expect(text).to_have_count(2)
        await text.first.get_by_role("button", name="Fjern").click()
        await expect(text).to_have_count(1)
        await page.keyboard.press("Control+z")
        await expect(text).to_have_count(2)
        await page.get_by_role("button", name="Angre").click()
        await expect(text).to_have_count(1)
        await expect(text.get_by_label("Spørsmål Bokmål")).to_have_value("Hva mangler?")
        await page.keyboard.press("Control+Shift+z")
        await expect(text).to_have_count(2)
        await expect(page.locator("#standing")).to_contain_text("Lagret kl.")


async def test_a_planner_is_not_let_into_an_editor_that_would_refuse_her(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site) as kari, somebody(browser, site) as siri:
        await signed_in(kari, await link(town))
        await begins(kari, "Parken")
        await signed_in(siri, await link(town, "Siri", "planner"))
        answer = await siri.goto(kari.url)
        assert answer is not None
        assert answer.status == 403
