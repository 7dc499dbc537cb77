"""The privacy officer reads what staff did: in sentences, about what, by whom and when, changes apart from views."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import console
from api.routes import endpoints
from base.clock import now
from base.database import work
from base.translation import LANGUAGES, page_texts
from municipality.access import create_key
from tests.town import Town

ROOT = Path(console.__file__).parents[1]
TOPIC = {"key": "library", "label": {"nb": "Bibliotek"}}
AUDIT = "/console/oversight/audit"


def recorded_elsewhere() -> Iterator[str]:
    """What pages and rooms write down by themselves."""
    for room in ("console", "push", "surveys", "consent", "municipality", "geofence", "insights", "api"):
        for path in (ROOT / room).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "record":
                    yield from (str(one.value) for one in call.args[1:2] if isinstance(one, ast.Constant))


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_written_down_has_a_sentence(language: str) -> None:
    texts = page_texts(language)
    ours = [endpoint for endpoint in endpoints() if endpoint.who.kind == "staff" and not endpoint.quiet]
    acts = {endpoint.name for endpoint in ours} | {*recorded_elsewhere()}
    assert len(acts) > 110
    assert sorted(act for act in acts if f"audit.{act}" not in texts) == []
    assert [key for key, text in texts.items() if key.startswith("audit.") and "{who}" not in text] == []
    assert sorted(key[6:] for key in texts if key.startswith("audit.") and key[6:] not in acts) == []


def test_a_sentence_names_what_it_is_about_where_that_is_known() -> None:
    texts = page_texts("nb")
    for endpoint in endpoints():
        if endpoint.who.kind == "staff" and not endpoint.quiet and "{id:uuid}" in endpoint.path:
            assert "{subject}" in texts[f"audit.{endpoint.name}"], endpoint.name


async def read(client: httpx.AsyncClient, headers: dict[str, str], path: str = AUDIT, language: str = "nb") -> str:
    answer = await client.get(path, headers={**headers, "Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.text


def deeds(page: str) -> list[str]:
    """The sentences of a page, the latest first."""
    found = re.findall(r'<li><span class="quiet small">[^<]*</span><span>(.*?)</span>', page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", one)).strip() for one in found]


async def test_what_was_done_is_told_in_sentences(client: httpx.AsyncClient, town: Town) -> None:
    kari, officer = await town.member("communications"), await town.member("privacy_officer")
    made = (await client.post("/v1/staff/interests", headers=kari, json=TOPIC)).json()["id"]
    await client.put(f"/v1/staff/interests/{made}", headers=kari, json={"label": {"nb": "Biblioteket"}})
    assert deeds(await read(client, officer)) == [
        "Kari ga temaet «Biblioteket» nytt navn",
        "Kari laget temaet «Biblioteket»",
    ]
    assert (await client.delete(f"/v1/staff/interests/{made}", headers=kari)).status_code == 204
    assert deeds(await read(client, officer)) == [
        "Kari fjernet temaet «Biblioteket»",
        "Kari ga temaet (finnes ikke lenger) nytt navn",
        "Kari laget temaet (finnes ikke lenger)",
    ]
    assert deeds(await read(client, officer, language="en"))[0] == "Kari removed the topic “Biblioteket”"
    assert deeds(await read(client, officer, language="nn"))[0] == "Kari fjerna temaet «Biblioteket»"
    assert deeds(await read(client, officer, "/console/oversight"))[0] == "Kari fjernet temaet «Biblioteket»"


async def test_what_was_only_looked_at_is_apart(client: httpx.AsyncClient, town: Town) -> None:
    kari, officer = await town.member("communications"), await town.member("privacy_officer")
    await client.post("/v1/staff/interests", headers=kari, json=TOPIC)
    for _ in range(60):
        await client.get("/v1/staff/interests", headers=kari)
    assert deeds(await read(client, officer)) == ["Kari laget temaet «Bibliotek»"]
    looked = await read(client, officer, f"{AUDIT}?views=1")
    assert set(deeds(looked)) == {"Kari så på temaene", "Kari åpnet det ansatte har gjort"}
    assert len(deeds(looked)) == 50
    older = re.search(r'rel="next" href="([^"]+)"', looked)
    assert older is not None
    assert "Kari så på temaene" in deeds(await read(client, officer, older[1].replace("&amp;", "&")))


async def test_it_is_narrowed_by_who_what_and_when(client: httpx.AsyncClient, town: Town) -> None:
    officer, kari = await town.member("privacy_officer"), await town.member("communications")
    async with work(town.system) as unit:
        key, token = await create_key(unit, "Kartsystemet", ["communications"])
    bearer = {"Authorization": f"Bearer {token}"}
    one = (await client.post("/v1/staff/interests", headers=kari, json=TOPIC)).json()["id"]
    await client.post("/v1/staff/interests", headers=bearer, json={**TOPIC, "key": "sport"})
    await client.put(f"/v1/staff/interests/{one}", headers=bearer, json={"label": {"nb": "Bøker"}})
    [first] = await town.sql("select caller_id from audit_entry where caller = 'staff' and act = 'add_interest'")
    assert deeds(await read(client, officer, f"{AUDIT}?caller={first['caller_id']}")) == ["Kari laget temaet «Bøker»"]
    assert len(deeds(await read(client, officer, f"{AUDIT}?caller={key.id}"))) == 2
    about = await read(client, officer, f"{AUDIT}?subject={one}")
    assert deeds(about) == ["Kartsystemet ga temaet «Bøker» nytt navn", "Kari laget temaet «Bøker»"]
    assert "Bare det som gjelder «Bøker»." in about
    today, tomorrow = now().date(), now().date() + timedelta(days=2)
    assert len(deeds(await read(client, officer, f"{AUDIT}?from={today - timedelta(days=1)}&to={tomorrow}"))) == 3
    assert deeds(await read(client, officer, f"{AUDIT}?from={tomorrow}")) == []
    assert deeds(await read(client, officer, f"{AUDIT}?to={today - timedelta(days=2)}")) == []
    assert len(deeds(await read(client, officer, f"{AUDIT}?caller=&from=&to="))) == 3


@pytest.mark.parametrize("wrong", ["caller=x", "subject=1", "from=yesterday", "to=0001-01-01", "cursor=x"])
async def test_what_cannot_be_meant_is_not_found(client: httpx.AsyncClient, town: Town, wrong: str) -> None:
    answer = await client.get(f"{AUDIT}?{wrong}", headers=await town.member("privacy_officer"))
    assert answer.status_code == 404


async def test_what_an_earlier_version_wrote_down_is_told_truly(client: httpx.AsyncClient, town: Town) -> None:
    await town.sql(
        "insert into audit_entry (id, municipality_id, at, caller, caller_id, act, kind, subject_id) values "
        "(gen_random_uuid(), $1, now(), 'staff', $2, 'paint_zone', 'done', $2)",
        town.municipality,
        uuid4(),
    )
    told = deeds(await read(client, await town.member("privacy_officer")))
    assert told == ["Noen som har sluttet gjorde det en tidligere versjon kalte paint_zone"]


async def test_nobody_is_led_to_a_page_that_is_not_theirs(client: httpx.AsyncClient, town: Town) -> None:
    kari = await town.member("communications")
    message = {
        "audience": {},
        "title": {"nb": "Stengt vei"},
        "body": {"nb": "Storgata er stengt."},
        "expires_at": (now() + timedelta(days=2)).isoformat(),
    }
    assert (await client.post("/v1/staff/campaigns", headers=kari, json=message)).status_code == 201
    for role, led in (("privacy_officer", False), ("admin", True)):
        page = await read(client, await town.member(role))
        assert "Kari skrev meldingen «Stengt vei»" in deeds(page)
        assert ('href="/console/messages/' in page) == led
