"""A notice of a breach is kept while it is written, by one person at a time, and told once, whole."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from base.clock import now
from tests.town import Moves, Town

DRAFTS = "/v1/staff/breaches/drafts"
PARTS = ("title", "happened", "consequences", "measures", "contact")


def whole() -> dict[str, Any]:
    texts = {part: {tag: f"{part} {tag}" for tag in ("nb", "nn", "en")} for part in PARTS}
    span = {"since": (now() - timedelta(days=2)).isoformat(), "until": now().isoformat(), "purposes": []}
    return {**span, **texts}


async def test_an_unfinished_draft_is_kept_as_it_is(client: httpx.AsyncClient, town: Town) -> None:
    officer = await town.key("privacy_officer")
    made = (await client.post(DRAFTS, headers=officer, json={})).json()
    sent = {"title": {"nb": "Brudd", "nn": "  "}, "purposes": ["personal_feed"], "version": made["version"]}
    kept = await client.put(f"{DRAFTS}/{made['id']}", headers=officer, json=sent)
    assert kept.status_code == 200, kept.text
    found = (await client.get(f"{DRAFTS}/{made['id']}", headers=officer)).json()
    assert (found["title"], found["purposes"], found["since"]) == ({"nb": "Brudd"}, ["personal_feed"], None)
    assert [one["id"] for one in (await client.get(DRAFTS, headers=officer)).json()["items"]] == [made["id"]]
    assert (await client.get(DRAFTS, headers=await town.key("communications"))).status_code == 403


async def test_two_who_write_in_one_draft_are_told_and_nothing_is_lost(client: httpx.AsyncClient, town: Town) -> None:
    officer = await town.key("privacy_officer")
    made = (await client.post(DRAFTS, headers=officer, json={})).json()
    path, seen = f"{DRAFTS}/{made['id']}", made["version"]
    first = await client.put(path, headers=officer, json={"title": {"nb": "Først"}, "version": seen})
    assert first.status_code == 200
    second = await client.put(
        path, headers={**officer, "Accept-Language": "nb"}, json={"title": {"nb": "Så"}, "version": seen}
    )
    assert second.status_code == 409
    assert "Noen andre har skrevet" in second.json()["detail"]
    assert (await client.post(f"{path}/tell", headers=officer, json={"version": seen})).status_code == 409
    assert (await client.get(path, headers=officer)).json()["title"] == {"nb": "Først"}


async def test_what_is_missing_is_found_when_it_is_told_and_the_draft_stays(
    client: httpx.AsyncClient, town: Town
) -> None:
    officer = await town.key("privacy_officer")
    made = (await client.post(DRAFTS, headers=officer, json={"title": {"nb": "Brudd"}})).json()
    told = await client.post(f"{DRAFTS}/{made['id']}/tell", headers=officer, json={"version": made["version"]})
    assert told.status_code == 422
    pointers = {error["pointer"] for error in told.json()["errors"]}
    assert {"/since", "/until", "/happened", "/contact"} <= pointers
    assert (await client.get(f"{DRAFTS}/{made['id']}", headers=officer)).status_code == 200
    assert await town.sql("select from breach") == []


async def test_a_draft_is_told_once_and_is_found_in_the_audit_under_its_id(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    await moves()
    await town.sql("update resident set registered_on = registered_on - 1")
    officer = await town.key("privacy_officer")
    made = (await client.post(DRAFTS, headers=officer, json=whole())).json()
    answers = [
        await client.post(f"{DRAFTS}/{made['id']}/tell", headers=officer, json={"version": made["version"]})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 404]
    [breach] = await town.sql("select id, concerned from breach")
    assert (breach["id"], breach["concerned"]) == (UUID(made["id"]), 1)
    assert len(await town.sql("select from breach_told")) == 1
    entries = (await client.get(f"/v1/staff/audit?subject_id={made['id']}&views=false", headers=officer)).json()[
        "items"
    ]
    assert [entry["act"] for entry in entries] == ["tell_of_drafted_breach", "begin_breach"]


async def test_a_draft_that_is_thrown_away_told_nobody(client: httpx.AsyncClient, town: Town) -> None:
    officer = await town.key("privacy_officer")
    made = (await client.post(DRAFTS, headers=officer, json=whole())).json()
    assert (await client.delete(f"{DRAFTS}/{made['id']}", headers=officer)).status_code == 204
    assert (await client.get(f"{DRAFTS}/{made['id']}", headers=officer)).status_code == 404
    assert await town.sql("select from breach") == []
