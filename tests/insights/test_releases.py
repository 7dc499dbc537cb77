"""Releases as planners and everybody else read them, over HTTP and out of a real box."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from base.database import work
from base.jobs import system
from insights import releases
from insights.jobs import jobs
from insights.models import Release
from surveys.box.shaking import shake
from tests.surveys.polling import Polling
from tests.town import Town


def said(nb: str, en: str) -> dict[str, str]:
    return {"nb": nb, "en": en}


DOCUMENT: dict[str, Any] = {
    "title": said("Torget", "The square"),
    "languages": ["nb", "en"],
    "questions": [
        {
            "key": "age",
            "type": "single",
            "label": said("Alder", "Age"),
            "required": True,
            "breakdown": True,
            "options": [{"key": key, "label": said(key, key)} for key in ("young", "old")],
        },
        {
            "key": "way",
            "type": "single",
            "label": said("Hvordan?", "How?"),
            "required": True,
            "options": [{"key": key, "label": said(f"={key}()", key)} for key in ("walk", "bus", "boat")],
        },
    ],
}


def people(**ways: int) -> list[dict[str, str]]:
    return [{"age": "young" if n % 2 else "old", "way": way} for way, number in ways.items() for n in range(number)]


class Box:
    """A survey whose box is filled by SQL, since handing in is tested elsewhere."""

    def __init__(self, polling: Polling) -> None:
        self.polling, self.town = polling, polling.town

    async def open(self, document: Mapping[str, Any] = DOCUMENT) -> UUID:
        self.survey = UUID(await self.polling.launch(dict(document)))
        return self.survey

    async def fill(self, answers: Sequence[Mapping[str, Any]]) -> None:
        for given in answers:
            await self.town.sql(
                "insert into answer (id, municipality_id, survey_id, answers, ballot, receipt_hash, shaken) "
                "values ($1, $2, $3, $4, $5, $6, false)",
                uuid4(),
                self.town.municipality,
                self.survey,
                json.dumps(given),
                uuid4().bytes,
                uuid4().bytes,
            )

    async def shaken(self) -> Release | None:
        async with work(self.town.system) as unit:
            await shake(unit, self.survey)
            return await releases.publish(unit, self.survey)

    async def closed_and_counted(self) -> None:
        await self.polling.close()
        await self.polling.count()
        (job,) = jobs()
        await job.run(self.town.municipality, {"survey": str(self.survey)})


@pytest.fixture
def box(polling: Polling) -> Box:
    return Box(polling)


async def test_a_planner_reads_a_release_with_a_small_cell_left_out(
    box: Box, town: Town, client: httpx.AsyncClient
) -> None:
    survey = await box.open()
    await box.fill(people(walk=20, bus=12, boat=2))
    await box.closed_and_counted()
    planner = {**await town.key("planner"), "Accept-Language": "en"}
    listed = (await client.get("/v1/insights/surveys", headers=planner)).json()["items"]
    assert [(s["id"], s["title"], s["state"], s["latest"]["answers"]) for s in listed] == [
        (str(survey), "The square", "published", 34)
    ]
    (only,) = (await client.get(f"/v1/insights/surveys/{survey}/releases", headers=planner)).json()["items"]
    read = await client.get(f"/v1/insights/surveys/{survey}/releases/{only['number']}", headers=planner)
    release = read.json()
    assert read.headers["content-language"] == "en"
    assert (release["number"], release["answers"], release["assurance"]) == (1, 34, "open")
    age, way = release["questions"]
    assert (age["label"], age["answered"]) == ("Age", 34)
    assert [(c["value"], c["count"], c["suppressed"]) for c in way["cells"]] == [
        ("walk", 20, False),
        ("bus", None, True),
        ("boat", None, True),
    ]


async def test_a_breakdown_is_tabulated_by_each_of_its_groups(box: Box, town: Town, client: httpx.AsyncClient) -> None:
    survey = await box.open()
    await box.fill(people(walk=40, bus=24))
    await box.closed_and_counted()
    planner = await town.key("planner")
    address = f"/v1/insights/surveys/{survey}/releases/1"
    table = (await client.get(f"{address}?by=age", headers=planner)).json()
    assert table["by"] == {"key": "age", "label": "Alder"}
    (way,) = table["questions"]
    assert [(group["value"], group["answered"]) for group in way["groups"]] == [("young", 32), ("old", 32)]
    refused = await client.get(f"{address}?by=way", headers=planner)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/by")


async def test_a_release_comes_as_a_spreadsheet_that_runs_nothing(
    box: Box, town: Town, client: httpx.AsyncClient
) -> None:
    survey = await box.open()
    await box.fill(people(walk=20, bus=12, boat=2))
    await box.closed_and_counted()
    answer = await client.get(f"/v1/insights/surveys/{survey}/releases/1?format=csv", headers=await town.key("planner"))
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(line["value"], line["label"], line["count"]) for line in lines if line["question"] == "way"] == [
        ("walk", "'=walk()", "20"),
        ("bus", "'=bus()", ""),
        ("boat", "'=boat()", ""),
    ]


async def test_a_release_comes_as_json_stat(box: Box, town: Town, client: httpx.AsyncClient) -> None:
    survey = await box.open()
    await box.fill(people(walk=20, bus=12, boat=2))
    await box.closed_and_counted()
    address = f"/v1/insights/surveys/{survey}/releases/1"
    planner = await town.key("planner")
    _, way = (await client.get(f"{address}?format=json-stat", headers=planner)).json()["link"]["item"]
    assert (way["value"], way["status"]) == ([20, None, None], {"1": "c", "2": "c"})
    (way,) = (await client.get(f"{address}?format=json-stat&by=age", headers=planner)).json()["link"]["item"]
    assert (way["id"], way["size"]) == (["group", "answer"], [2, 3])


async def test_everybody_reads_results_only_when_a_survey_has_been_counted(box: Box, client: httpx.AsyncClient) -> None:
    survey = await box.open()
    await box.fill(people(walk=40, bus=24))
    assert await box.shaken() is not None
    assert (await client.get("/v1/municipalities/3907/results")).json()["items"] == []
    assert (await client.get(f"/v1/municipalities/3907/results/{survey}")).status_code == 404
    await box.closed_and_counted()
    (result,) = (await client.get("/v1/municipalities/3907/results")).json()["items"]
    assert (result["survey"], result["title"], result["answers"]) == (str(survey), "Torget", 64)
    whole = (await client.get(f"/v1/municipalities/3907/results/{survey}")).json()
    assert [cell["count"] for cell in whole["questions"][0]["cells"]] == [32, 32]


async def test_a_survey_that_is_open_is_released_again_only_when_it_has_grown(box: Box) -> None:
    await box.open()
    await box.fill(people(walk=30, bus=20))
    first = await box.shaken()
    assert first is not None
    await box.fill(people(walk=10))
    assert await box.shaken() is None
    await box.fill(people(walk=10, bus=10))
    second = await box.shaken()
    assert second is not None
    assert (second.number, second.answers) == (2, 80)


async def test_what_releases_were_made_from_goes_with_the_last_one(box: Box, town: Town) -> None:
    await box.open()
    await box.fill(people(walk=30, bus=20))
    await box.shaken()
    assert len(await town.sql("select 1 from release_ground")) == 1
    await box.fill(people(walk=10, bus=10))
    await box.closed_and_counted()
    assert await town.sql("select 1 from release_ground") == []
    assert [row["number"] for row in await town.sql("select number from release order by number")] == [1, 2]


async def test_too_few_new_answers_at_the_close_leave_the_earlier_release_the_last(box: Box, town: Town) -> None:
    await box.open()
    await box.fill(people(walk=30, bus=20))
    await box.shaken()
    await box.fill(people(bus=3))
    await box.closed_and_counted()
    assert [row["answers"] for row in await town.sql("select answers from release")] == [50]


async def test_making_a_release_again_after_a_crash_makes_no_second_one(box: Box, town: Town) -> None:
    survey = await box.open()
    await box.fill(people(walk=30, bus=20))
    await box.closed_and_counted()
    async with work(town.system) as unit:
        assert await releases.publish(unit, survey) is None
    assert len(await town.sql("select 1 from release")) == 1


async def test_a_survey_under_k_releases_nothing(box: Box, town: Town, client: httpx.AsyncClient) -> None:
    survey = await box.open()
    await box.fill(people(walk=4))
    await box.closed_and_counted()
    planner = await town.key("planner")
    assert (await client.get(f"/v1/insights/surveys/{survey}/releases", headers=planner)).json()["items"] == []
    (listed,) = (await client.get("/v1/insights/surveys", headers=planner)).json()["items"]
    assert (listed["state"], listed["latest"]) == ("destroyed", None)


async def test_residents_and_other_roles_do_not_read_releases(box: Box, town: Town, client: httpx.AsyncClient) -> None:
    survey = await box.open()
    neighbour = await box.polling.moves()
    address = f"/v1/insights/surveys/{survey}/releases"
    assert (await client.get(address, headers=neighbour.headers)).status_code == 401
    assert (await client.get(address, headers=await town.key("privacy_officer"))).status_code == 403
    for number in ("1", "0", "99999999999999999999999"):
        assert (await client.get(f"{address}/{number}", headers=await town.key("planner"))).status_code == 404


async def test_another_municipality_does_not_read_a_release(box: Box, town: Town) -> None:
    survey = await box.open()
    await box.fill(people(walk=30, bus=20))
    await box.closed_and_counted()
    async with work(system(uuid4())):
        assert await releases.latest(survey) is None
