"""What Prometheus is told: how often, by route and status, and how long; never whose or about what."""

import httpx
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

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
