"""A message about a survey ends with the survey: by its deadline, and when staff close it early."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from base.clock import now
from base.database import work
from push.campaigns import freezing
from tests.push.crowd import NotingCourier, send_out, settle, states
from tests.push.test_over_http import message
from tests.town import Town


async def asked(client: httpx.AsyncClient, staff: dict[str, str], closes_at: datetime) -> str:
    document = {
        "title": {"nb": "Sykkel"},
        "languages": ["nb"],
        "closes_at": closes_at.isoformat(),
        "questions": [
            {
                "key": "bike",
                "type": "single",
                "label": {"nb": "Sykler du?"},
                "required": True,
                "options": [{"key": "yes", "label": {"nb": "Ja"}}, {"key": "no", "label": {"nb": "Nei"}}],
            }
        ],
    }
    written = await client.post("/v1/staff/surveys", headers=staff, json=document)
    assert written.status_code == 201, written.text
    survey: str = written.json()["id"]
    launched = await client.post(f"/v1/staff/surveys/{survey}/launch", headers=staff, json={})
    assert launched.status_code == 200, launched.text
    return survey


async def about(client: httpx.AsyncClient, staff: dict[str, str], survey: str, **changes: Any) -> dict[str, Any]:
    body = message(subject={"kind": "survey", "id": survey}, **changes)
    answer: dict[str, Any] = (await client.post("/v1/staff/campaigns", headers=staff, json=body)).json()
    return answer


async def test_a_message_expires_at_the_deadline_of_what_it_announces(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("admin")
    closes_at = now() + timedelta(days=1)
    survey = await asked(client, staff, closes_at)
    written = await about(client, staff, survey)
    assert datetime.fromisoformat(written["expires_at"]) == closes_at
    outcome = await about(client, staff, survey, kind="outcome")
    assert datetime.fromisoformat(outcome["expires_at"]) > closes_at


async def test_when_a_survey_is_closed_early_nobody_is_asked_any_more(client: httpx.AsyncClient, town: Town) -> None:
    await settle(town.system, 6)
    staff = await town.key("admin")
    survey = await asked(client, staff, now() + timedelta(days=2))
    written = await about(client, staff, survey)
    await client.post(f"/v1/staff/campaigns/{written['id']}/launch", headers=staff)
    campaign = UUID(written["id"])
    async with work(town.system) as unit:
        await freezing.freeze(unit, campaign)
    assert (await client.post(f"/v1/staff/surveys/{survey}/close", headers=staff)).is_success
    courier = NotingCourier()
    await send_out(town.system, campaign, courier.couriers)
    assert courier.parcels == []
    assert await states(town.system, campaign) == {("expired", None): 6}


async def test_a_message_lasts_as_long_as_a_survey_that_is_given_more_time(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("admin")
    was, until = now() + timedelta(days=1), now() + timedelta(days=3)
    survey = await asked(client, staff, was)
    to_its_end = await about(client, staff, survey)
    earlier = await about(client, staff, survey, expires_at=(now() + timedelta(hours=2)).isoformat())
    extended = await client.post(
        f"/v1/staff/surveys/{survey}/extend", headers=staff, json={"closes_at": until.isoformat()}
    )
    assert extended.status_code == 200, extended.text

    async def ends(campaign: str) -> datetime:
        answer = await client.get(f"/v1/staff/campaigns/{campaign}", headers=staff)
        return datetime.fromisoformat(answer.json()["expires_at"])

    assert await ends(to_its_end["id"]) == until
    assert await ends(earlier["id"]) == datetime.fromisoformat(earlier["expires_at"]), "staff had it end before"
