"""Where the topics are used that residents can follow: nobody retires one without knowing."""

from datetime import timedelta

import httpx

from base.clock import now
from base.database import work
from surveys.topics import used
from tests.surveys.hearings.clerk import HEARING
from tests.surveys.polling import SURVEY, Polling
from tests.town import Town


async def test_it_is_said_where_a_topic_is_used(polling: Polling, town: Town) -> None:
    async def post(path: str, body: object) -> httpx.Response:
        answer = await polling.client.post(f"/v1/staff/{path}", headers=polling.staff, json=body)
        assert answer.status_code == 201, answer.text
        return answer

    for key in ("library", "roads"):
        await post("interests", {"key": key, "label": {"nb": key}})
    chosen = {"kind": "interest", "interests": ["library", "roads"]}
    await polling.write({**SURVEY, "eligibility": chosen})
    await post("hearings", {**HEARING, "interests": ["roads"]})
    text = {"nb": "Åpent", "en": "Open"}
    for interests in (["library"], ["library"], []):
        await post("information", {"title": text, "body": text, "interests": interests})
    message = {
        "subject": {"kind": "survey", "id": polling.survey},
        "audience": {"interests": ["roads"]},
        "title": text,
        "body": text,
        "expires_at": (now() + timedelta(days=30)).isoformat(),
    }
    await post("campaigns", message)
    async with work(town.system) as unit:
        found = await used(unit)
    assert found == {"library": {"news": 2, "surveys": 1}, "roads": {"hearings": 1, "messages": 1, "surveys": 1}}


async def test_news_end_when_staff_say_so_and_not_twice(polling: Polling) -> None:
    client, staff = polling.client, polling.staff
    text = {"nb": "Åpent", "en": "Open"}
    later = {"title": text, "body": text, "published_at": "2090-01-01T12:00:00Z"}
    written = [
        (await client.post("/v1/staff/information", headers=staff, json=body)).json()["id"]
        for body in ({"title": text, "body": text}, later)
    ]
    ended = [await client.post(f"/v1/staff/information/{one}/end", headers=staff) for one in (*written, written[0])]
    assert [answer.status_code for answer in ended] == [200, 409, 409]
    assert ended[0].json()["expires_at"] is not None
    feed = await client.get("/v1/municipalities/3907/feed.atom")
    assert "Åpent" not in feed.text
