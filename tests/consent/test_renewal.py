"""A new notice: staff publish it, residents read it, and what is not renewed lapses."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from base import clock
from base.database import work
from base.errors import ConsentRequired
from consent import gate
from consent.purposes import PersonalFeed
from tests.town import Moves, Town, calling

WORDS = {
    "title": "Nytt",
    "text": "Nytt og bedre.",
    "data_categories": ["Temaer"],
    "systems": ["Medvirk"],
    "retention": "Kort.",
    "withdraw": "Når du vil.",
}


def notice(**more: Any) -> dict[str, Any]:
    return {"purpose": "personal_feed", "texts": dict.fromkeys(("nb", "nn", "en"), WORDS), **more}


async def test_a_notice_is_published_in_all_the_towns_languages_or_not_at_all(
    client: httpx.AsyncClient, town: Town
) -> None:
    officer = await town.key("privacy_officer")
    answer = await client.post(
        "/v1/staff/purposes", headers=officer, json={"purpose": "personal_feed", "texts": {"nb": WORDS}}
    )
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/texts/nn", "/texts/en"]
    assert (
        await client.post("/v1/staff/purposes", headers=officer, json={**notice(), "purpose": "mind_reading"})
    ).status_code == 404
    gone = clock.now().isoformat()
    answer = await client.post("/v1/staff/purposes", headers=officer, json=notice(lapses_at=gone))
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/lapses_at"]
    assert (
        await client.post("/v1/staff/purposes", headers=await town.key("planner"), json=notice())
    ).status_code == 403


async def test_a_new_notice_that_changes_little_leaves_consents_standing(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    kari = await moves(consents=["personal_feed"])
    made = await client.post("/v1/staff/purposes", headers=await town.key("privacy_officer"), json=notice())
    assert (made.status_code, made.json()["notice_version"]) == (201, 2)
    [stands] = (await client.get("/v1/me/consents", headers=kari.headers)).json()["items"]
    assert (stands["status"], stands["notice_version"], stands["lapses_at"]) == ("granted", 1, None)
    old = {"granted": True, "notice_version": 1, "language": "nb"}
    assert (await client.put("/v1/me/consents/personal_feed", headers=kari.headers, json=old)).status_code == 409


async def test_nothing_runs_on_a_consent_that_was_not_renewed_in_time(
    client: httpx.AsyncClient, moves: Moves, town: Town
) -> None:
    kari, ola = [await moves(consents=["personal_feed"], interests=["culture"]) for _ in range(2)]
    ends = clock.now() + timedelta(days=30)
    officer = await town.key("privacy_officer")
    made = await client.post("/v1/staff/purposes", headers=officer, json=notice(lapses_at=ends.isoformat()))
    assert made.json()["renewal_required"]
    [stands] = (await client.get("/v1/me/consents", headers=kari.headers)).json()["items"]
    assert stands["lapses_at"] is not None
    feed = (await client.get("/v1/feed", headers=kari.headers)).json()
    assert [(each["purpose"], each["title"], each["notice_version"]) for each in feed["renew"]] == [
        ("personal_feed", "Nytt", 2)
    ]
    renewed = {"granted": True, "notice_version": 2, "language": "nb"}
    answer = await client.put("/v1/me/consents/personal_feed", headers=ola.headers, json=renewed)
    assert (answer.status_code, answer.json()["lapses_at"]) == (200, None)
    assert (await client.get("/v1/feed", headers=ola.headers)).json()["renew"] == []
    with clock.at(ends):
        [stands] = (await client.get("/v1/me/consents", headers=kari.headers)).json()["items"]
        assert stands["status"] == "lapsed"
        answer = await client.patch("/v1/me", headers=kari.headers, json={"interests": ["nature"]})
        assert (answer.status_code, answer.json()["purpose"]) == (403, "personal_feed")
        me = calling(town.municipality, kari.id)
        async with work(me) as unit:
            with pytest.raises(ConsentRequired):
                await gate.require_permit(unit, me, PersonalFeed)
            assert set(await gate.permits_of(unit, [kari.id, ola.id], PersonalFeed)) == {ola.id}


async def test_every_version_that_was_ever_published_can_be_read(client: httpx.AsyncClient, town: Town) -> None:
    officer = await town.key("privacy_officer")
    await client.post("/v1/staff/purposes", headers=officer, json=notice())
    items = (await client.get("/v1/staff/purposes", headers=officer)).json()["items"]
    assert [i["notice_version"] for i in items if i["purpose"] == "personal_feed"] == [2, 1]
    assert len(items) == 9, "five purposes, three duties, and the new version"
