"""Staff write, read through, launch, extend and close."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.surveys.polling import SURVEY, L, Polling


async def test_a_draft_is_replaced_as_often_as_staff_like_and_never_once_it_is_open(polling: Polling) -> None:
    survey = await polling.write()
    path = f"/v1/staff/surveys/{survey}"
    changed = {**SURVEY, "title": {"nb": "Ny", "en": "New"}}
    replaced = await polling.client.put(path, headers=polling.staff, json=changed)
    assert (replaced.status_code, replaced.json()["title"]) == (200, changed["title"])
    assert (await polling.client.post(f"{path}/launch", headers=polling.staff)).status_code == 200
    assert (await polling.client.put(path, headers=polling.staff, json=SURVEY)).status_code == 409
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 409
    found = (await polling.client.get(path, headers=polling.staff)).json()
    assert (found["state"], found["title"]) == ("open", changed["title"])


async def test_of_many_who_launch_at_once_one_is_first(polling: Polling) -> None:
    survey = await polling.write()
    path = f"/v1/staff/surveys/{survey}/launch"
    answers = await asyncio.gather(*(polling.client.post(path, headers=polling.staff) for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [200, 409, 409, 409, 409, 409]
    issuer = (await polling.client.get(f"/v1/surveys/{survey}/issuer")).json()
    polling.issuer = issuer
    assert (await polling.hand_in(await polling.ballot(), {"bike": "no"})).status_code == 201


async def test_validation_lists_what_is_wrong_with_pointers_and_a_launch_is_refused_with_the_same(
    polling: Polling,
) -> None:
    document = {**SURVEY, "title": {"nb": "Bare bokmål"}}
    survey = await polling.write(document)
    path = f"/v1/staff/surveys/{survey}"
    found = (await polling.client.post(f"{path}/validate", headers=polling.staff)).json()
    assert (found["valid"], [e["pointer"] for e in found["errors"]]) == (False, ["/title/en"])
    refused = await polling.client.post(f"{path}/launch", headers=polling.staff)
    assert (refused.status_code, [e["pointer"] for e in refused.json()["errors"]]) == (422, ["/title/en"])
    assert (await polling.client.get(path, headers=polling.staff)).json()["state"] == "draft"
    assert polling.keys.names("survey") == []


async def test_a_condition_about_a_later_question_is_refused_when_it_is_written(polling: Polling) -> None:
    questions = list(reversed(SURVEY["questions"]))
    refused = await polling.client.post(
        "/v1/staff/surveys", headers=polling.staff, json={**SURVEY, "questions": questions}
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/questions/1/show_if/question")


async def test_a_survey_for_too_few_or_for_nobody_is_not_launched(polling: Polling) -> None:
    for _ in range(4):
        await polling.moves(consents=["personal_feed"], interests=["traffic"])
    few = await polling.write({**SURVEY, "eligibility": {"kind": "interest", "interests": ["traffic"]}})
    refused = await polling.client.post(f"/v1/staff/surveys/{few}/launch", headers=polling.staff)
    assert refused.status_code == 409
    none = await polling.write({**SURVEY, "eligibility": {"kind": "interest", "interests": ["nosuch"]}})
    refused = await polling.client.post(f"/v1/staff/surveys/{none}/launch", headers=polling.staff)
    assert refused.json()["errors"][0]["pointer"] == "/eligibility/interests/0"


async def test_a_launch_with_a_message_that_cannot_go_out_opens_nothing(polling: Polling) -> None:
    survey = await polling.write()
    path = f"/v1/staff/surveys/{survey}"
    message: dict[str, Any] = {"campaign": {"title": L, "body": L}}
    refused = await polling.client.post(f"{path}/launch", headers=polling.staff, json=message)
    assert refused.status_code == 409, "nobody would be reached"
    assert polling.keys.names("survey") == []
    assert (await polling.client.get(path, headers=polling.staff)).json()["state"] == "draft"


async def test_an_open_survey_is_extended_but_never_shortened(polling: Polling) -> None:
    closes_at = datetime.now(UTC) + timedelta(days=1)
    await polling.launch({**SURVEY, "closes_at": closes_at.isoformat()})
    path = f"/v1/staff/surveys/{polling.survey}/extend"
    for days, status in ((2, 200), (1, 409), (3, 200)):
        later = {"closes_at": (closes_at + timedelta(days=days - 1)).isoformat()}
        assert (await polling.client.post(path, headers=polling.staff, json=later)).status_code == status
    shown = (await polling.client.get(f"/v1/staff/surveys/{polling.survey}", headers=polling.staff)).json()
    assert datetime.fromisoformat(shown["closes_at"]) == closes_at + timedelta(days=2)


async def test_a_planner_reads_surveys_and_changes_none(polling: Polling) -> None:
    survey = await polling.write()
    planner = await polling.town.key("planner")
    assert (await polling.client.get(f"/v1/staff/surveys/{survey}", headers=planner)).status_code == 200
    assert (await polling.client.post("/v1/staff/surveys", headers=planner, json=SURVEY)).status_code == 403
    assert (await polling.client.post(f"/v1/staff/surveys/{survey}/launch", headers=planner)).status_code == 403


async def test_surveys_are_listed_a_page_at_a_time(polling: Polling) -> None:
    written = [await polling.write() for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = await polling.client.get(f"/v1/staff/surveys?limit=2{cursor}", headers=polling.staff)
        seen += [one["id"] for one in page.json()["items"]]
        cursor = f"&cursor={page.json()['next']}" if page.json()["next"] else None  # type: ignore[assignment]  # ends the loop
    assert seen == list(reversed(written))


async def test_a_draft_is_thrown_away_with_its_codes(polling: Polling) -> None:
    survey = await polling.write({**SURVEY, "assurance": "code"})
    path = f"/v1/staff/surveys/{survey}"
    made = await polling.client.post(f"{path}/codes", headers=polling.staff, json={"count": 2})
    assert made.status_code == 200
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 204
    assert (await polling.client.get(path, headers=polling.staff)).status_code == 404
    assert await polling.town.sql("select 1 from survey_code") == []
    assert polling.keys.names("survey") == []
