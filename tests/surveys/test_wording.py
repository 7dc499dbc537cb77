"""A survey that is open stays what it is; its words alone can be corrected, and everybody can see that they were."""

import copy
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from base.database import work
from insights.releases import publish
from tests.surveys.polling import SURVEY, Polling


def corrected(**changes: Any) -> dict[str, Any]:
    document = copy.deepcopy(SURVEY)
    document["questions"][0]["label"] = {"nb": "Sykler du til skolen?", "en": "Do you cycle to school?"}
    return {**document, **changes}


async def correct(polling: Polling, document: dict[str, Any]) -> httpx.Response:
    path = f"/v1/staff/surveys/{polling.survey}/wording"
    return await polling.client.post(path, headers=polling.staff, json=document)


async def test_a_slip_is_corrected_while_people_answer_and_the_result_says_so(polling: Polling) -> None:
    await polling.launch()
    resident = await polling.moves()
    before = (await polling.client.get(f"/v1/surveys/{polling.survey}", headers=resident.headers)).json()
    done = await correct(polling, corrected())
    assert done.status_code == 200, done.text
    assert (done.json()["version"], [c["pointer"] for c in done.json()["changes"]]) == (2, ["/questions/0/label"])
    assert done.json()["changes"][0]["before"]["en"] == "Safe way to school"
    assert done.json()["corrected_by"] is not None
    read = (await polling.client.get(f"/v1/surveys/{polling.survey}", headers=resident.headers)).json()
    assert (before["text_version"], read["text_version"]) == (1, 2)
    assert read["questions"][0]["label"] == "Sykler du til skolen?"
    # Whoever fetched a ballot before answers as before; what was launched stays in the books.
    for number in range(6):
        assert (await polling.hand_in(await polling.ballot(), {"bike": "no"}, number)).status_code == 201
    stored = await polling.town.sql("select definition::text as was from survey")
    assert "Do you cycle" not in stored[0]["was"]
    again = await correct(polling, corrected(intro={"nb": "Kort.", "en": "Short."}))
    assert (again.json()["version"], again.json()["changes"]) == (
        3,
        [{"pointer": "/intro", "before": None, "after": {"nb": "Kort.", "en": "Short."}}],
    )
    await polling.close()
    await polling.count()
    async with work(polling.town.system) as unit:
        await publish(unit, UUID(polling.survey))
    result = (await polling.client.get(f"/v1/municipalities/3907/results/{polling.survey}")).json()
    assert [(c["version"], c["changes"][0]["pointer"]) for c in result["corrections"]] == [
        (2, "/questions/0/label"),
        (3, "/intro"),
    ]
    told = (await polling.client.get(f"/v1/surveys/{polling.survey}/wording")).json()["items"]
    assert told == result["corrections"]
    assert "corrected_by" not in told[0], "who corrected it is the municipality's own business"


async def test_a_correction_that_changes_more_than_words_is_refused_with_the_place(polling: Polling) -> None:
    await polling.launch()
    for change, pointer in (
        ({"smallest_group": 9}, "/smallest_group"),
        ({"assurance": "registered"}, "/assurance"),
        ({"closes_at": "2030-01-01T00:00:00Z"}, "/closes_at"),
        ({"languages": ["nb"]}, "/languages"),
        ({"questions": corrected()["questions"][:2]}, "/questions"),
        ({"title": {"nb": "Bare bokmål"}}, "/title/en"),
    ):
        refused = await correct(polling, corrected(**change))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    renamed = corrected()
    renamed["questions"][0]["options"][0]["key"] = "yep"
    renamed["questions"][1]["show_if"] = {"question": "bike", "is": "yep"}
    refused = await correct(polling, renamed)
    assert [e["pointer"] for e in refused.json()["errors"]] == ["/questions/0/options/0/key", "/questions/1/show_if/is"]
    assert (await correct(polling, SURVEY)).status_code == 409, "these are its words already"


async def test_only_an_open_survey_is_corrected(polling: Polling) -> None:
    await polling.write()
    assert (await correct(polling, corrected())).status_code == 409
    await polling.launch()
    await polling.close()
    assert (await correct(polling, corrected())).status_code == 409
    assert (await polling.client.get(f"/v1/surveys/{polling.survey}/wording")).json() == {"items": []}


async def test_the_database_keeps_what_was_launched_and_what_was_corrected_as_it_was(polling: Polling) -> None:
    await polling.launch()
    assert (await correct(polling, corrected())).status_code == 200
    with pytest.raises(asyncpg.RaiseError, match="cannot be changed"):
        async with work(polling.town.system) as unit:
            await unit.execute("update survey set definition = '{}'")
    with pytest.raises(asyncpg.RaiseError, match="stays as it is"):
        async with work(polling.town.system) as unit:
            await unit.execute("update survey_wording set changes = '[]'")
