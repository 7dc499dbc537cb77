"""The resident's page without a network, without consent, later, woken, and left for good."""

import json
import re
from base64 import urlsafe_b64encode
from secrets import token_bytes
from uuid import uuid4

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import Browser, Page, expect

from tests.console.chromium import accessible, somebody
from tests.console.delivery import knocked, shows
from tests.console.visiting import joined, signed_in, under_its_worker
from tests.town import Town

pytestmark = pytest.mark.browser

TOWN = (10.2239, 59.1306)
PAGES = [
    "/console",
    "/console/oversight",
    "/console/zones",
    "/console/surveys/new",
    "/app",
    "/privacy",
    "/accessibility",
]
LAUNCHED = """async () => {
  const ask = async (path, body) => (await fetch(path, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  })).json();
  const words = (text) => ({ nb: text });
  const survey = await ask("/v1/staff/surveys", {
    title: words("Sykkel"), languages: ["nb"],
    questions: [{ key: "bike", type: "single", label: words("Sykler du?"), required: true, options: [
      { key: "yes", label: words("Ja") }, { key: "no", label: words("Nei") }] }],
  });
  const launched = await ask(`/v1/staff/surveys/${survey.id}/launch`, {});
  return [survey.id, launched.state];
}"""
SUBSCRIBED = "PushManager.prototype.subscribe = async () => ({ toJSON: () => (%s) });"


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
        await under_its_worker(page)
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


async def test_topics_are_chosen_once_that_is_agreed_to_and_forgotten_when_it_is_not(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site, phone=True) as page:
        await joined(page)
        card = page.locator("#purpose-personal_feed")
        await card.get_by_role("button", name="Ja, jeg samtykker").click()
        await expect(card).to_contain_text("Du har sagt ja")
        await page.get_by_role("link", name="Mine data").click()
        await page.get_by_label("Vei og trafikk").check()
        await accessible(page)
        await page.get_by_role("button", name="Lagre valgene").click()
        await expect(page.locator("#announcer")).to_have_text("Valgene er lagret.")
        assert [row["interest_key"] for row in await town.sql("select interest_key from resident_interest")] == [
            "traffic"
        ]
        await page.reload()
        await expect(page.get_by_label("Vei og trafikk")).to_be_checked()
        await page.get_by_role("link", name="Samtykker").click()
        await card.get_by_role("button", name="Trekk samtykket").click()
        await expect(card).to_contain_text("Du har sagt nei")
        assert await town.sql("select from resident_interest") == []


async def test_an_answer_that_is_sent_later_waits_here_and_leaves_by_itself(
    browser: Browser, site: str, sign_in: str, town: Town
) -> None:
    async with somebody(browser, site) as page:
        await signed_in(page, sign_in)
        survey, state = await page.evaluate(LAUNCHED)
        assert state == "open"
    async with somebody(browser, site, phone=True) as page:
        await page.clock.install()
        await joined(page)
        await page.evaluate(f"location.hash = '#/survey/{survey}'")
        await page.get_by_label("Ja", exact=True).check()
        await page.get_by_role("button", name="Send senere i dag").click()
        await expect(page.locator("#view")).to_contain_text("Svaret venter på denne telefonen.")
        await page.get_by_role("link", name="Se kvitteringene dine").click()
        await expect(page.locator("#view")).to_contain_text("Svar som venter")
        assert await town.sql("select from answer") == []
        await page.clock.fast_forward("25:00:00")
        await arrived(page, town)
        await page.reload()
        await expect(page.get_by_role("button", name="Sjekk urnen for Sykkel")).to_be_visible()


async def arrived(page: Page, town: Town) -> None:
    for _ in range(100):
        if await town.sql("select from answer"):
            return
        await page.wait_for_timeout(100)
    raise AssertionError("the answer never left")


async def test_whoever_agrees_to_messages_is_knocked_for_without_a_word(
    browser: Browser, site: str, town: Town
) -> None:
    async with somebody(browser, site, phone=True) as page:
        await page.context.grant_permissions(["notifications"], origin=site)
        await page.add_init_script(SUBSCRIBED % subscription())
        await joined(page)
        await under_its_worker(page)
        card = page.locator("#purpose-push_messages")
        async with page.expect_response("**/v1/me/device") as kept:
            await card.get_by_role("button", name="Ja, jeg samtykker").click()
        assert (await kept.value).status == 200
        assert len(await town.sql("select from push_address")) == 1
        await knocked(page, site, '{"tag":"abc"}')
        await shows(page, ["Ny melding", "Åpne siden for å lese den.", "abc"])
        await card.get_by_role("button", name="Trekk samtykket").click()
        await expect(card).to_contain_text("Du har sagt nei")
        assert await town.sql("select from push_address") == []


def subscription() -> str:
    """What a push service would have given a browser."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    encoded = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    secrets = {"p256dh": encoded, "auth": token_bytes(16)}
    keys = {name: urlsafe_b64encode(value).decode().rstrip("=") for name, value in secrets.items()}
    return json.dumps({"endpoint": "https://fcm.googleapis.com/fcm/send/nobody", "expirationTime": None, "keys": keys})


async def test_what_rests_on_the_law_is_read_beside_the_consents_and_has_no_button(browser: Browser, site: str) -> None:
    async with somebody(browser, site, phone=True) as page:
        await joined(page)
        await page.get_by_role("link", name="Samtykker").click()
        await expect(page.get_by_role("heading", name="Det vi gjør uten å spørre")).to_be_visible()
        for duty in ("registration", "participation", "accountability"):
            card = page.locator(f"#purpose-{duty}")
            await expect(card).to_contain_text("loven", ignore_case=True)
            assert await card.get_by_role("button").count() == 0
            assert await card.get_by_role("checkbox").count() == 0
        await accessible(page)


async def test_a_breach_is_the_first_thing_that_those_concerned_read(browser: Browser, site: str, town: Town) -> None:
    async with somebody(browser, site, phone=True) as page:
        await joined(page)
        told = {part: {"nb": f"Om {part}"} for part in ("title", "happened", "consequences", "measures", "contact")}
        breach, resident = uuid4(), (await town.sql("select id from resident"))[0]["id"]
        await town.sql(
            "insert into breach (id, municipality_id, told, purposes, since, until, concerned, published_at) "
            "values ($1, $2, $3, '[]', now(), now(), 1, now())",
            breach,
            town.municipality,
            json.dumps(told),
        )
        await town.sql(
            "insert into breach_told (id, municipality_id, breach_id, resident_id) values ($1, $2, $1, $3)",
            breach,
            town.municipality,
            resident,
        )
        await page.goto("/app?m=3907#/surveys")
        alert = page.get_by_role("region", name="Om title")
        for part in ("happened", "consequences", "measures", "contact"):
            await expect(alert).to_contain_text(f"Om {part}")
        await accessible(page)


async def test_a_letter_is_answered_by_its_square_once(browser: Browser, site: str, town: Town) -> None:
    staff = await town.key("admin")
    async with httpx.AsyncClient(base_url=site, headers=staff) as office:
        words = {"nb": "Sykler du?"}
        options = [{"key": "yes", "label": {"nb": "Ja"}}, {"key": "no", "label": {"nb": "Nei"}}]
        question = {"key": "bike", "type": "single", "label": words, "required": True, "options": options}
        survey = {"title": {"nb": "Sykkel"}, "languages": ["nb"], "assurance": "code", "questions": [question]}
        made = (await office.post("/v1/staff/surveys", json=survey)).json()
        letters = await office.post(f"/v1/staff/surveys/{made['id']}/letters", json={"count": 6})
        assert (letters.status_code, letters.headers["cache-control"]) == (200, "no-store")
        assert letters.text.count("<svg") == 6
        code = re.findall(r"<legend>([0-9A-Z-]{14})</legend>", letters.text)[0]
        launched = await office.post(f"/v1/staff/surveys/{made['id']}/launch", json={})
        assert launched.status_code == 200, launched.text
    async with somebody(browser, site, phone=True) as page:
        await page.goto(f"/app?m=3907#/survey/{made['id']}/{code}")
        await page.get_by_role("button", name="Bli med").click()
        await expect(page.locator("#tabs")).to_be_visible()
        await page.goto(f"/app?m=3907#/survey/{made['id']}")
        await expect(page.get_by_label("Koden fra brevet")).to_have_value(code)
        await accessible(page)
        await page.get_by_label("Ja").check()
        await page.locator("#send").click()
        await expect(page.locator(".ds-alert[data-color=success]")).to_be_visible()
        assert code not in await page.evaluate("JSON.stringify(localStorage)"), "the phone forgets it once it is used"
    async with somebody(browser, site, phone=True) as page:
        await joined(page)
        await page.goto(f"/app?m=3907#/survey/{made['id']}/{code}")
        await expect(page).not_to_have_url(re.compile(code), timeout=5000)
        await page.get_by_label("Ja").check()
        await page.locator("#send").click()
        await expect(page.get_by_role("alert")).to_be_visible()
