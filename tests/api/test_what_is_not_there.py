"""What staff refer to is there, and is their own town's: else nothing is kept, and the field is named."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from base.clock import now
from tests.town import Town, found_town

_ENDS = (now() + timedelta(days=20)).isoformat()
_NEWS = {"title": {"nb": "Nytt"}, "body": {"nb": "Noe nytt."}}
_MESSAGE = {**_NEWS, "audience": {}, "expires_at": _ENDS}


async def _another_towns_news(client: httpx.AsyncClient, town: Town) -> str:
    there = await found_town(town.superuser, "3909")
    answer = await client.post("/v1/staff/information", headers=await there.key("communications"), json=_NEWS)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize("kind", ["survey", "hearing", "info"])
async def test_a_message_about_what_is_not_there_is_not_kept(client: httpx.AsyncClient, town: Town, kind: str) -> None:
    staff = await town.key("communications")
    written = (await client.post("/v1/staff/campaigns", headers=staff, json=_MESSAGE)).json()
    theirs = await _another_towns_news(client, town)
    for subject in (str(uuid4()), theirs):
        body = {**_MESSAGE, "subject": {"kind": kind, "id": subject}}
        for answer in (
            await client.post("/v1/staff/campaigns", headers=staff, json=body),
            await client.put(f"/v1/staff/campaigns/{written['id']}", headers=staff, json=body),
        ):
            assert answer.status_code == 422
            assert [error["pointer"] for error in answer.json()["errors"]] == ["/subject/id"]
    assert [row["subject_id"] for row in await town.sql("select subject_id from campaign")] == [None]
    own = (await client.post("/v1/staff/information", headers=staff, json=_NEWS)).json()["id"]
    body = {**_MESSAGE, "subject": {"kind": "info", "id": own}}
    assert (await client.post("/v1/staff/campaigns", headers=staff, json=body)).status_code == 201


async def test_news_and_hearings_are_for_districts_and_topics_that_are_there(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("communications")
    hearing = {
        "title": {"nb": "Reguleringsplan"},
        "summary": {"nb": "Om planen."},
        "case_reference": "26/1",
        "deadline": (now() + timedelta(days=30)).date().isoformat(),
    }
    for where, body in (("/v1/staff/information", _NEWS), ("/v1/staff/hearings", hearing)):
        kept = await client.post(where, headers=staff, json=body)
        assert kept.status_code == 201, kept.text
        for wrong in ({"areas": [str(uuid4())]}, {"interests": ["no-such-topic"]}):
            pointer = f"/{next(iter(wrong))}/0"
            for answer in (
                await client.post(where, headers=staff, json={**body, **wrong}),
                await client.put(f"{where}/{kept.json()['id']}", headers=staff, json={**body, **wrong}),
            ):
                assert answer.status_code == 422, answer.text
                assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
