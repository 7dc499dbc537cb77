"""From which age residents say yes for themselves: as the law of the day has it."""

from datetime import UTC, datetime

import httpx

from base import clock
from tests.town import Moves, Town

SET = {"items": [{"from": "2027-07-01", "years": 16}, {"from": "2026-01-01", "years": 13}]}


async def _asked(client: httpx.AsyncClient, headers: dict[str, str]) -> int:
    items = (await client.get("/v1/purposes", headers=headers)).json()["items"]
    return next(int(item["age"]) for item in items if item["purpose"] == "location_zones")


async def test_the_age_that_is_asked_for_changes_on_its_day(
    client: httpx.AsyncClient, town: Town, moves: Moves
) -> None:
    officer, neighbour = await town.key("privacy_officer"), await moves()
    assert await _asked(client, neighbour.headers) == 15
    written = await client.put("/v1/staff/ages", headers=officer, json=SET)
    assert written.status_code == 200
    assert [age["years"] for age in written.json()["items"]] == [13, 16]
    with clock.at(datetime(2027, 6, 30, 12, tzinfo=UTC)):
        assert await _asked(client, neighbour.headers) == 13
    with clock.at(datetime(2027, 7, 1, 12, tzinfo=UTC)):
        assert await _asked(client, neighbour.headers) == 16


async def test_only_the_privacy_officer_sets_it_and_to_what_makes_sense(client: httpx.AsyncClient, town: Town) -> None:
    planner, officer = await town.key("planner"), await town.key("privacy_officer")
    assert (await client.put("/v1/staff/ages", headers=planner, json=SET)).status_code == 403
    for wrong in ({"from": "2027-07-01", "years": 7}, {"from": "soon", "years": 15}):
        answer = await client.put("/v1/staff/ages", headers=officer, json={"items": [wrong]})
        assert answer.status_code == 422
    twice = {"items": [SET["items"][0], SET["items"][0]]}
    assert (await client.put("/v1/staff/ages", headers=officer, json=twice)).status_code == 422


async def test_whoever_is_too_young_reads_why_in_their_language(client: httpx.AsyncClient, moves: Moves) -> None:
    neighbour = await moves()
    for language, word in (("nb", "voksen"), ("nn", "vaksen"), ("en", "grown-up")):
        refused = await client.put(
            "/v1/me/consents/location_zones",
            headers=neighbour.headers,
            json={"granted": True, "notice_version": 1, "language": language},
        )
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/not-entitled")
        assert word in refused.json()["detail"]
