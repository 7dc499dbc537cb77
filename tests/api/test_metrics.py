"""What Prometheus is told: how often, by route and status, and how long; never whose or about what."""

from itertools import pairwise

import httpx
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import Answered
from base.keys import MemoryKeyStore
from tests.surveys.polling import Polling
from tests.town import Moves, Town

SHOWN = "/v1/municipalities/{number}"


def counted(route: str) -> dict[str, float]:
    """Of one route, by status."""
    families = {family.name: family for family in text_string_to_metric_families(generate_latest().decode())}
    return {
        sample.labels["status"]: sample.value
        for sample in families["medvirk_requests"].samples
        if sample.labels["route"] == route
    }


async def test_requests_are_counted_by_route_and_status(client: httpx.AsyncClient, town: Town) -> None:
    await client.get(f"/v1/municipalities/{town.number}")
    before = counted(SHOWN)
    for number in (town.number, town.number, "nowhere"):
        await client.get(f"/v1/municipalities/{number}")
    after = counted(SHOWN)
    assert after["200"] == before["200"] + 2
    assert after["404"] == before.get("404", 0) + 1


async def test_nobody_and_no_survey_is_in_it_nor_when_an_answer_came(
    client: httpx.AsyncClient, town: Town, moves: Moves, keys: MemoryKeyStore
) -> None:
    polling = Polling(client, town, moves, keys, await town.key("admin"))
    kari = await moves(consents=["location_zones"])
    await client.get("/v1/me", headers=kari.headers)
    await polling.launch()
    ballot = await polling.ballot()
    doors = counted("/v1/surveys/{id:uuid}/responses")
    assert (await polling.hand_in(ballot, {"bike": "no"}, 1)).status_code == 201
    assert counted("/v1/surveys/{id:uuid}/responses") == doors == {}
    told = generate_latest().decode()
    for secret in (str(kari.id), kari.token, str(polling.survey), str(polling.town.municipality)):
        assert secret not in told


def test_times_stand_in_buckets_that_add_up() -> None:
    answered = Answered()
    for seconds in (0.001, 0.005, 0.2, 0.2, 99.0):
        answered.observe("GET", "/x", 200, seconds)
    _, histogram = answered.collect()
    buckets = {s.labels["le"]: s.value for s in histogram.samples if s.name.endswith("_bucket")}
    assert (buckets["0.005"], buckets["0.1"], buckets["0.25"], buckets["+Inf"]) == (2, 2, 4, 5)
    assert all(a <= b for a, b in pairwise(buckets.values()))
    rest = {s.name.rsplit("_", 1)[1]: s.value for s in histogram.samples if not s.name.endswith("_bucket")}
    assert rest == {"count": 5, "sum": 99.406}
