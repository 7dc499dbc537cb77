"""A draft is kept from the first letter, as it is, and nobody overwrites another's unseen."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from base.clock import at, now
from tests.surveys.polling import SURVEY, Polling

DRAFTS = "/v1/staff/survey-drafts"


async def _begun(polling: Polling, document: dict[str, Any]) -> tuple[str, str]:
    answer = await polling.client.post(DRAFTS, headers=polling.staff, json={"document": document})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], answer.headers["etag"]


async def _saved(polling: Polling, draft: str, tag: str, document: dict[str, Any], **who: Any) -> httpx.Response:
    headers = {**(who.get("who") or polling.staff), "If-Match": tag}
    return await polling.client.put(f"{DRAFTS}/{draft}", headers=headers, json={"document": document})


async def test_what_is_no_survey_yet_is_kept_as_it_is(polling: Polling) -> None:
    unfinished = {"title": {"nb": "B"}, "languages": ["nb", "nn"], "questions": [{"type": "single", "options": []}]}
    draft, tag = await _begun(polling, unfinished)
    found = await polling.client.get(f"{DRAFTS}/{draft}", headers=polling.staff)
    assert (found.json()["document"], found.json()["whole"], found.headers["etag"]) == (unfinished, False, tag)
    assert (await polling.client.get(f"/v1/staff/surveys/{draft}", headers=polling.staff)).status_code == 404
    listed = (await polling.client.get(DRAFTS, headers=polling.staff)).json()["items"]
    assert [(one["id"], one["title"]) for one in listed] == [(draft, {"nb": "B"})]


async def test_it_is_a_survey_as_soon_as_it_is_whole_and_cannot_be_launched_before(polling: Polling) -> None:
    draft, tag = await _begun(polling, {"title": {}})
    path = f"/v1/staff/surveys/{draft}"
    whole = await _saved(polling, draft, tag, SURVEY)
    assert whole.json()["whole"] is True
    assert (await polling.client.get(path, headers=polling.staff)).json()["title"] == SURVEY["title"]
    half = await _saved(polling, draft, whole.headers["etag"], {**SURVEY, "questions": []})
    refused = await polling.client.post(f"{path}/launch", headers=polling.staff)
    assert refused.status_code == 409, "what was written last is unfinished"
    await _saved(polling, draft, half.headers["etag"], SURVEY)
    assert (await polling.client.post(f"{path}/launch", headers=polling.staff)).status_code == 200
    assert (await polling.client.get(f"{DRAFTS}/{draft}", headers=polling.staff)).status_code == 409
    assert await polling.town.sql("select from survey_draft") == []


async def test_whoever_saves_over_another_is_told_who_and_when(polling: Polling) -> None:
    draft, tag = await _begun(polling, {"title": {"nb": "Mitt"}})
    kari = await polling.town.member("communications")
    theirs = await _saved(polling, draft, tag, {"title": {"nb": "Hennes"}}, who=kari)
    assert theirs.status_code == 200
    mine = await _saved(polling, draft, tag, {"title": {"nb": "Mitt igjen"}})
    assert (mine.status_code, mine.json()["saved_by"]) == (412, "Kari")
    assert mine.json()["saved_at"].startswith(theirs.json()["saved_at"][:19])
    found = await polling.client.get(f"{DRAFTS}/{draft}", headers=polling.staff)
    assert found.json()["document"] == {"title": {"nb": "Hennes"}}
    unsaid = await polling.client.put(f"{DRAFTS}/{draft}", headers=polling.staff, json={"document": {}})
    assert unsaid.status_code == 428


async def test_a_survey_replaced_through_the_api_is_another_version_of_the_draft(polling: Polling) -> None:
    survey = await polling.write()
    begun = await polling.client.get(f"{DRAFTS}/{survey}", headers=polling.staff)
    assert (begun.headers["etag"], begun.json()["whole"]) == ('"0"', True)
    saved = await _saved(polling, survey, '"0"', {"title": {"nb": "I redigering"}})
    changed = {**SURVEY, "title": {"nb": "Ny", "en": "New"}}
    await polling.client.put(f"/v1/staff/surveys/{survey}", headers=polling.staff, json=changed)
    assert (await _saved(polling, survey, saved.headers["etag"], SURVEY)).status_code == 412


async def test_two_who_have_it_open_hear_of_each_other_for_as_long_as_they_have(polling: Polling) -> None:
    draft, _ = await _begun(polling, {})
    kari, ola = await polling.town.member("communications"), await polling.town.member("communications")
    window = {"tab": str(uuid4())}

    async def seen(who: dict[str, str], tab: dict[str, Any]) -> list[dict[str, Any]]:
        answer = await polling.client.put(f"{DRAFTS}/{draft}/open", headers=who, json=tab)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["others"])

    assert await seen(kari, window) == []
    other = {"tab": str(uuid4())}
    assert await seen(ola, other) == [{"name": "Kari", "same": False}]
    assert await seen(kari, window) == [{"name": "Kari", "same": False}], "he is called so, too"
    assert await seen(kari, {"tab": str(uuid4())}) != []
    await seen(ola, {**other, "leaves": True})
    assert all(one["same"] for one in await seen(kari, window))
    with at(now() + timedelta(minutes=2)):
        assert await seen(ola, other) == []
    assert len(await polling.town.sql("select from draft_editor")) == 1


async def test_what_is_wrong_is_said_of_each_text_in_the_language_of_the_reader(polling: Polling) -> None:
    question = {"key": "a", "type": "single", "label": {"nb": "Hva?"}, "options": [{"key": "x", "label": {}}]}
    draft, _ = await _begun(polling, {"title": {}, "languages": ["nb", "nn"], "questions": [question]})
    answer = await polling.client.post(
        f"/v1/staff/surveys/{draft}/validate", headers={**polling.staff, "Accept-Language": "nn"}
    )
    errors = {one["pointer"]: one["detail"] for one in answer.json()["errors"]}
    assert set(errors) == {
        "/title/nb",
        "/title/nn",
        "/questions/0/label/nn",
        "/questions/0/options/0/label/nb",
        "/questions/0/options/0/label/nn",
    }
    assert errors["/title/nn"] == "Denne teksten manglar på nynorsk."


async def test_a_deadline_that_is_over_is_found_before_the_launch(polling: Polling) -> None:
    draft, _ = await _begun(polling, {**SURVEY, "closes_at": "2020-01-01T22:59:00Z"})
    answer = (await polling.client.post(f"/v1/staff/surveys/{draft}/validate", headers=polling.staff)).json()
    assert [one["pointer"] for one in answer["errors"]] == ["/closes_at"]


async def test_a_sitting_is_one_line_of_the_audit(polling: Polling) -> None:
    draft, tag = await _begun(polling, {})
    for _ in range(3):
        tag = (await _saved(polling, draft, tag, {})).headers["etag"]
    kari = await polling.town.member("communications")
    await _saved(polling, draft, tag, {}, who=kari)
    acts = await polling.town.sql("select act, kind from audit_entry order by at")
    assert [tuple(one) for one in acts] == [("begin_draft", "created"), ("save_draft", "changed")]


async def test_a_planner_reads_drafts_and_writes_none(polling: Polling) -> None:
    draft, tag = await _begun(polling, {})
    planner = await polling.town.key("planner")
    assert (await polling.client.get(f"{DRAFTS}/{draft}", headers=planner)).status_code == 200
    assert (await _saved(polling, draft, tag, {}, who=planner)).status_code == 403


async def test_an_unfinished_draft_is_thrown_away_like_another(polling: Polling) -> None:
    draft, _ = await _begun(polling, {})
    path = f"/v1/staff/surveys/{draft}"
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 204
    assert (await polling.client.get(f"{DRAFTS}/{draft}", headers=polling.staff)).status_code == 404
