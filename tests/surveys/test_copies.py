"""Surveys begun from others, kept as templates, and read before they are launched."""

from datetime import UTC, datetime, timedelta

from base import clock
from tests.surveys.polling import SURVEY, Polling


async def test_a_survey_is_duplicated_into_a_draft_without_its_times(polling: Polling) -> None:
    closes_at = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    await polling.launch({**SURVEY, "closes_at": closes_at, "plan_id": "20260007"})
    copied = await polling.client.post(f"/v1/staff/surveys/{polling.survey}/duplicate", headers=polling.staff)
    assert copied.status_code == 201, copied.text
    draft = copied.json()
    assert (draft["state"], draft["closes_at"], draft["plan_id"]) == ("draft", None, "20260007")
    assert (draft["title"], len(draft["questions"])) == (SURVEY["title"], 3)
    assert draft["id"] != polling.survey
    assert (await polling.client.delete(f"/v1/staff/surveys/{draft['id']}", headers=polling.staff)).status_code == 204


async def test_a_template_outlives_the_survey_it_was_made_from(polling: Polling) -> None:
    survey, path = await polling.write(), "/v1/staff/survey-templates"
    kept = await polling.client.post(path, headers=polling.staff, json={"survey_id": survey, "name": "Skolevei"})
    assert (kept.status_code, kept.json()["questions"]) == (201, 3)
    assert (await polling.client.delete(f"/v1/staff/surveys/{survey}", headers=polling.staff)).status_code == 204
    planner = await polling.town.key("planner")
    listed = (await polling.client.get(path, headers=planner)).json()["items"]
    assert [(t["name"], t["title"]) for t in listed] == [("Skolevei", SURVEY["title"])]
    begun = await polling.client.post(f"{path}/{listed[0]['id']}/surveys", headers=polling.staff)
    assert (begun.status_code, begun.json()["state"]) == (201, "draft")
    assert (await polling.client.post(f"{path}/{listed[0]['id']}/surveys", headers=planner)).status_code == 403
    assert (await polling.client.delete(f"{path}/{listed[0]['id']}", headers=polling.staff)).status_code == 204
    assert (await polling.client.post(f"{path}/{listed[0]['id']}/surveys", headers=polling.staff)).status_code == 404
    missing = {"survey_id": "00000000-0000-4000-8000-000000000000", "name": "x"}
    assert (await polling.client.post(path, headers=polling.staff, json=missing)).status_code == 404


async def test_a_draft_is_read_by_whoever_has_the_link_until_its_time_is_over(polling: Polling) -> None:
    survey = await polling.write()
    path = f"/v1/staff/surveys/{survey}/preview"
    link = (await polling.client.post(path, headers=polling.staff, json={"days": 2})).json()
    read = await polling.client.get(f"/v1/previews/{link['token']}", headers={"Accept-Language": "en"})
    assert (read.json()["title"], read.json()["state"], read.json()["preview"]) == ("Safe way to school", "draft", True)
    assert read.headers["x-robots-tag"] == "noindex, nofollow"
    page = await polling.client.get(f"/preview/{link['token']}", headers={"Accept-Language": "nb"})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Trygg skolevei" in page.text
    assert "Her kan ingenting besvares" in page.text
    assert "<form" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert link["url"].endswith(f"/preview/{link['token']}")
    # It opens nothing else: the draft has no issuer, and nobody who has no link finds it.
    assert (await polling.client.get(f"/v1/surveys/{survey}/issuer")).status_code == 404
    stored = await polling.town.sql("select to_jsonb(p)::text as row from survey_preview p")
    assert link["token"] not in stored[0]["row"]
    assert link["token"].split(".")[1] not in stored[0]["row"]
    with clock.at(datetime.now(UTC) + timedelta(days=2, minutes=1)):
        assert (await polling.client.get(f"/v1/previews/{link['token']}")).status_code == 404
        assert (await polling.client.get(f"/preview/{link['token']}")).status_code == 410


async def test_links_are_taken_back_and_guessed_ones_lead_nowhere(polling: Polling) -> None:
    survey = await polling.write()
    path = f"/v1/staff/surveys/{survey}/preview"
    link = (await polling.client.post(path, headers=polling.staff)).json()
    for wrong in ("x", link["token"][:-1], link["token"].replace("mvp_", "mvk_"), link["token"][:-3] + "AAA"):
        assert (await polling.client.get(f"/v1/previews/{wrong}")).status_code == 404
    assert (await polling.client.delete(path, headers=polling.staff)).status_code == 204
    assert (await polling.client.get(f"/v1/previews/{link['token']}")).status_code == 404
    await polling.client.post(f"/v1/staff/surveys/{survey}/launch", headers=polling.staff)
    assert (await polling.client.post(path, headers=polling.staff)).status_code == 409, "it is no draft any more"
