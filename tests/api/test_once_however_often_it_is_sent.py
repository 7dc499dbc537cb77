"""What is sent again with its Idempotency-Key is done once, and the first answer comes again."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.routes import endpoints
from base import clock
from base.database import work
from base.keys import MemoryKeyStore
from commands.retention import CLEARINGS
from consent.retention import clear
from tests.surveys.polling import SURVEY
from tests.town import Town

Headers = Mapping[str, str]

_NOBODY = UUID(int=0)

RING = [[10.2229, 59.1301], [10.2249, 59.1301], [10.2249, 59.1311], [10.2229, 59.1311], [10.2229, 59.1301]]
COLLECTION = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Torget"},
            "geometry": {"type": "Polygon", "coordinates": [RING]},
        }
    ],
}
HEARING: dict[str, Any] = {
    "title": {"nb": "Gangvei", "nn": "Gangveg", "en": "Footpath"},
    "summary": {"nb": "Forslag.", "nn": "Forslag.", "en": "A proposal."},
    "case_reference": "26/1",
    "deadline": "2027-06-15",
}
STATEMENT = {"kind": "person", "name": "Kari Nordmann", "body": "Gangveien bør få lys."}


def test_every_post_by_staff_takes_a_key_or_says_why_not() -> None:
    posts = [e for e in endpoints() if e.method == "POST" and e.who.kind == "staff"]
    assert len(posts) > 30
    without = {e.name: e.not_idempotent for e in posts if not e.idempotent}
    assert all(without.values())
    assert without.keys() == {
        "whom_a_breach_concerns",
        "preview_audience",
        "show_texts",
        "validate_survey",
        "simulate_triggers",
        "enter_sheet",
        "check_zone",
        "say_trigger",
        "verify_ledger",
    }
    creating = [e for e in posts if e.status in (201, 202) or "import" in e.path]
    assert all(e.idempotent for e in creating)


def test_nothing_is_kept_of_ballots_answers_or_presence() -> None:
    keeping = {e.name for e in endpoints() if e.idempotent and e.who.kind != "staff"}
    assert keeping == {"give_statement"}
    assert not any(e.idempotent for e in endpoints() if e.who.kind == "ballot" or "ballots" in e.path)


async def written(client: httpx.AsyncClient, staff: Headers, path: str, body: Any, key: str = "") -> httpx.Response:
    return await client.post(path, headers={**staff, "Idempotency-Key": key} if key else dict(staff), json=body)


async def test_an_import_sent_twice_makes_one_zone(client: httpx.AsyncClient, staff_key: Headers) -> None:
    first = await written(client, staff_key, "/v1/staff/zones/import", COLLECTION, "districts")
    again = await written(client, staff_key, "/v1/staff/zones/import", COLLECTION, "districts")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["content-type"] == first.headers["content-type"]
    listed = (await client.get("/v1/staff/zones", headers=staff_key)).json()
    assert len(listed["items"]) == 1


async def test_a_key_that_launched_one_survey_does_not_answer_for_another(
    client: httpx.AsyncClient, staff_key: Headers
) -> None:
    one, two = [(await written(client, staff_key, "/v1/staff/surveys", SURVEY)).json()["id"] for _ in range(2)]
    first = await written(client, staff_key, f"/v1/staff/surveys/{one}/launch", None, "go")
    assert first.status_code == 200
    other = await written(client, staff_key, f"/v1/staff/surveys/{two}/launch", None, "go")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/conflict")
    again = await written(client, staff_key, f"/v1/staff/surveys/{one}/launch", None, "go")
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await client.get(f"/v1/staff/surveys/{two}", headers=staff_key)).json()["state"] == "draft"


@pytest.mark.parametrize("changed", ["path", "query", "body", "method"])
async def test_a_key_belongs_to_one_request(client: httpx.AsyncClient, staff_key: Headers, changed: str) -> None:
    path = "/v1/staff/zones/import?kind=district"
    assert (await written(client, staff_key, path, COLLECTION, "k")).status_code == 200
    other = {
        "path": ("/v1/staff/beacons/import?kind=district", COLLECTION),
        "query": ("/v1/staff/zones/import?kind=trigger", COLLECTION),
        "body": (path, {**COLLECTION, "features": []}),
        "method": ("/v1/staff/interests", {"key": "k", "label": {"nb": "k"}}),
    }[changed]
    refused = await written(client, staff_key, other[0], other[1], "k")
    # An import of beacons reads another body, and says so before anything else.
    assert refused.status_code in (
        (409, 422, 415) if changed == "path" else (409, 422) if changed == "method" else (409,)
    )
    assert len((await client.get("/v1/staff/zones", headers=staff_key)).json()["items"]) == 1


async def test_two_at_once_with_one_key_are_one(client: httpx.AsyncClient, staff_key: Headers) -> None:
    answers = await asyncio.gather(
        *(written(client, staff_key, "/v1/staff/zones/import", COLLECTION, "at once") for _ in range(5))
    )
    assert {a.status_code for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert len((await client.get("/v1/staff/zones", headers=staff_key)).json()["items"]) == 1


async def test_a_refused_request_may_be_mended_under_its_key(client: httpx.AsyncClient, staff_key: Headers) -> None:
    bad = await written(client, staff_key, "/v1/staff/surveys", {**SURVEY, "questions": []}, "mended")
    assert bad.status_code == 422
    assert (await written(client, staff_key, "/v1/staff/surveys", SURVEY, "mended")).status_code == 201


async def test_another_colleagues_key_of_the_same_spelling_is_another(
    client: httpx.AsyncClient, staff_key: Headers, town: Town
) -> None:
    other = await town.key("admin")
    for staff in (staff_key, other):
        assert (await written(client, staff, "/v1/staff/surveys", SURVEY, "mine")).status_code == 201
    assert len((await client.get("/v1/staff/surveys", headers=staff_key)).json()["items"]) == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "æ"])
async def test_a_key_that_is_none_is_said_to_be_none(client: httpx.AsyncClient, staff_key: Headers, key: str) -> None:
    headers = [*((n.lower().encode(), v.encode()) for n, v in staff_key.items()), (b"idempotency-key", key.encode())]
    refused = await client.post("/v1/staff/surveys", headers=headers, json=SURVEY)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/headers/Idempotency-Key"


@pytest.fixture
def days_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets this process's clock go on by so many hours."""
    now = clock.now

    def on(hours: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: now() + timedelta(hours=hours))

    return on


async def test_a_key_is_remembered_over_a_weekend_and_then_forgotten(
    client: httpx.AsyncClient, staff_key: Headers, town: Town, days_pass: Callable[[float], None]
) -> None:
    body = {"key": "weekend", "label": {"nb": "x", "nn": "x", "en": "x"}}
    for hours, status, again in ((0, 201, None), (24, 201, "true"), (71, 201, "true"), (73, 409, None)):
        days_pass(hours)
        answer = await written(client, staff_key, "/v1/staff/interests", body, "Friday")
        # Forgotten, it is tried anew: the topic is there already.
        assert (answer.status_code, answer.headers.get("idempotency-replayed")) == (status, again), hours
    assert len(await town.sql("select 1 from interest where key = 'weekend'")) == 1
    await town.sql("update idempotency_key set created_at = now() - interval '73 hours'")
    async with work(town.system) as unit:
        await clear(unit, CLEARINGS)
    assert await town.sql("select 1 from idempotency_key where created_at < now() - interval '3 days'") == []


async def test_codes_are_made_once_and_shown_once(client: httpx.AsyncClient, staff_key: Headers, town: Town) -> None:
    survey = (await written(client, staff_key, "/v1/staff/surveys", {**SURVEY, "assurance": "code"})).json()["id"]
    path = f"/v1/staff/surveys/{survey}/codes"
    made = await written(client, staff_key, path, {"count": 5}, "codes")
    assert made.status_code == 200
    assert (await written(client, staff_key, path, {"count": 5}, "codes")).status_code == 409
    assert [r[0] for r in await town.sql("select count(*) from survey_code")] == [5]
    assert [bytes(r[0]) for r in await town.sql("select body from idempotency_key")] == [b""]


async def announced(client: httpx.AsyncClient, staff: Headers) -> str:
    hearing = (await written(client, staff, "/v1/staff/hearings", HEARING)).json()["id"]
    assert (await written(client, staff, f"/v1/staff/hearings/{hearing}/launch", None)).status_code == 200
    return f"/v1/hearings/{hearing}/statements"


async def test_a_statement_sent_again_after_a_lost_answer_is_one_statement(
    client: httpx.AsyncClient, staff_key: Headers, town: Town
) -> None:
    path = await announced(client, staff_key)
    key = {"Idempotency-Key": "4b0ff5bd-5c1c-4b0b-a3a1-3e5f4c3d2f10"}
    first = await client.post(path, json=STATEMENT, headers=key)
    again = await client.post(path, json=STATEMENT, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert [r[0] for r in await town.sql("select count(*) from statement")] == [1]
    assert (await client.post(path, json={**STATEMENT, "body": "Noe annet."}, headers=key)).status_code == 409
    elsewhere = await announced(client, staff_key)
    assert (await client.post(elsewhere, json=STATEMENT, headers=key)).status_code == 409


async def test_what_is_kept_for_a_statement_tells_nobody_whose_it_is(
    client: httpx.AsyncClient, staff_key: Headers, town: Town, keys: MemoryKeyStore
) -> None:
    path = await announced(client, staff_key)
    key = "4b0ff5bd-5c1c-4b0b-a3a1-3e5f4c3d2f11"
    resident = await client.post(
        "/v1/residents",
        json={"municipality": "3907", "language": "nb", "platform": "android", "app_version": "1.0"},
    )
    bearer = {"Authorization": f"Bearer {resident.json()['token']}"}
    given = await client.post(path, json=STATEMENT, headers={"Idempotency-Key": key, **bearer})
    assert given.status_code == 201
    rows = [dict(row) for row in await town.sql("select * from idempotency_key where caller_id = $1", _NOBODY)]
    assert len(rows) == 1
    told = json.dumps(rows, default=lambda value: bytes(value).hex() if isinstance(value, bytes) else str(value))
    raw = b"".join(bytes(v) for row in rows for v in row.values() if isinstance(v, bytes))
    for secret in (key, given.json()["id"], STATEMENT["name"], STATEMENT["body"], resident.json()["id"]):
        assert secret not in told
        assert secret.encode() not in raw
    # Who has the database and guesses the words finds them by no plain hash of what was sent.
    hashes = {hashlib.sha256(text.encode()).digest() for text in (key, json.dumps(STATEMENT))}
    assert not hashes & {bytes(v) for row in rows for v in row.values() if isinstance(v, bytes)}
    assert "idempotency" in keys._secrets
