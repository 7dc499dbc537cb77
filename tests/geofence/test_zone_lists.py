"""Zones are found by name, in the order that is asked for, and a twin is told of before it is kept."""

from typing import Any

import httpx
import pytest

from base.translation import translations
from tests.geofence.test_over_http import SQUARE, created
from tests.town import Town

ZONES, CHECK = "/v1/staff/zones", "/v1/staff/zones/check"


def moved(east: float, north: float = 0.0, wider: float = 0.0) -> dict[str, Any]:
    ring: list[list[float]] = SQUARE["coordinates"][0]  # type: ignore[assignment]  # the literal's type is too wide
    return {"type": "Polygon", "coordinates": [[[x + east + wider * (x > 10.224), y + north] for x, y in ring]]}


def zone(name: str, **more: Any) -> dict[str, Any]:
    return {"name": {"nb": name}, "geometry": SQUARE, "kind": "trigger", **more}


async def names(client: httpx.AsyncClient, staff: dict[str, str], query: str) -> list[str]:
    """The names of a list, page after page of two."""
    found: list[str] = []
    after: str | None = None
    while True:
        answer = await client.get(
            f"{ZONES}?limit=2{query}" + (f"&cursor={after}" if after else ""),
            headers={**staff, "Accept-Language": "nb"},
        )
        assert answer.status_code == 200, answer.text
        found += [one["name"]["nb"] for one in answer.json()["items"]]
        after = answer.json()["next"]
        if after is None:
            return found


async def test_zones_come_by_name_as_norwegian_sorts_them_or_by_their_last_change(
    client: httpx.AsyncClient, town: Town
) -> None:
    staff = await town.key("planner")
    made = {
        name: await created(client, "zones", staff, zone(name)) for name in ("Ås", "Østby", "ævje", "berg", "Alnes")
    }
    assert await names(client, staff, "&sort=name") == ["Alnes", "berg", "ævje", "Østby", "Ås"]
    assert await names(client, staff, "&sort=name&q=s") == ["Alnes", "Østby", "Ås"]
    await client.put(f"{ZONES}/{made['Østby']['id']}", headers=staff, json=zone("Østby", geometry=moved(0.01)))
    assert await names(client, staff, "&sort=changed") == ["Østby", "Alnes", "berg", "ævje", "Ås"]
    assert await names(client, staff, "&sort=changed&kind=district") == []
    nothing = await client.get(f"{ZONES}?sort=name&geometry=false", headers=staff)
    assert [one["geometry"] for one in nothing.json()["items"]] == [None] * 5


async def test_a_twin_by_name_or_shape_is_told_of_and_nothing_is_kept(client: httpx.AsyncClient, town: Town) -> None:
    staff = await town.key("planner")
    there = await created(client, "zones", staff, zone("Torget"))
    await created(client, "zones", staff, zone("Torget", kind="district"))
    circle = {"type": "Circle", "center": [10.2339, 59.1306], "radius_m": 60}
    round_one = await created(client, "zones", staff, zone("Rundkjøringen", geometry=circle))

    async def told(body: dict[str, Any], but: str = "") -> tuple[list[str], list[str]]:
        answer = await client.post(CHECK + but, headers=staff, json=body)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        return [one["id"] for one in found["same_name"]], [one["id"] for one in found["same_shape"]]

    assert await told(zone("TORGET", geometry=moved(0.1))) == ([there["id"]], [])
    assert await told(zone("Plassen", geometry=moved(0.00005))) == ([], [there["id"]])
    assert await told(zone("Plassen", geometry=moved(0, 0, 0.001))) == ([], [])
    assert await told(zone("Plassen", geometry={**circle, "radius_m": 61})) == ([], [round_one["id"]])
    assert await told(zone("Torget"), f"?zone_id={there['id']}") == ([], [])
    assert len(await town.sql("select from zone")) == 3
    size = (await client.post(CHECK, headers=staff, json=zone("x"))).json()["area_m2"]
    assert 12_000 < size < 13_500


RING = [[10.22, 59.13], [10.23, 59.13], [10.23, 59.135], [10.22, 59.135], [10.22, 59.13]]
HOLE = [[10.3, 59.13], [10.31, 59.13], [10.31, 59.135], [10.3, 59.13]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.mark.parametrize(
    ("geometry", "pointer", "said"),
    [
        (
            {"type": "Circle", "center": [10.2, 59.1], "radius_m": 10},
            "",
            "et sted må være minst 2 000 m²; dette er 314 m²",
        ),
        (
            {"type": "Circle", "center": [10.2, 59.1], "radius_m": 1300},
            "",
            "et sted kan være høyst 5 km²; dette er 5,3 km²",
        ),
        (
            {"type": "Circle", "center": [59.1, 10.2], "radius_m": 50},
            "/center",
            "lengdegrad og breddegrad er byttet om",
        ),
        ({"type": "Circle", "center": [0, 0], "radius_m": 50}, "/center", "utenfor Norge"),
        ({"type": "Circle", "center": [10.2], "radius_m": 50}, "/center", None),
        ({"type": "Circle", "center": ["x", 59.1], "radius_m": 50}, "/center/0", None),
        ({"type": "Circle", "center": [10.2, 59.1], "radius_m": 0}, "/radius_m", None),
        ({"type": "Circle", "center": [10.2, 59.1], "radius_m": 50, "colour": 1}, "/colour", None),
        ({"type": "Point", "coordinates": [10, 59]}, "/type", None),
        ({}, "/type", None),
        (polygon(), "/coordinates", None),
        (polygon([]), "/coordinates/0", None),
        (polygon([[10.2, 59.1]]), "/coordinates/0", None),
        (polygon(RING[:-1]), "/coordinates/0", None),
        (polygon([*RING[:2], [10.23], *RING[2:]]), "/coordinates/0/2", None),
        (polygon([*RING[:2], [10.23, "x"], *RING[2:]]), "/coordinates/0/2/1", None),
        (polygon([[y, x] for x, y in RING]), "/coordinates", None),
        (polygon([[x, 0] for x, _ in RING]), "/coordinates/0", None),
        (polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]), "/coordinates", None),
        (polygon(RING, HOLE), "/coordinates", None),
        (polygon([[x * 1e10, y] for x, y in RING]), "/coordinates/0/0", None),
    ],
)
async def test_each_mistake_in_a_shape_is_said_in_norwegian_at_its_place(
    client: httpx.AsyncClient, town: Town, geometry: dict[str, Any], pointer: str, said: str | None
) -> None:
    key = await town.key("communications")
    told = []
    for language in ("nb", "nn", "en"):
        staff = {**key, "Accept-Language": language}
        refused = await client.post(CHECK, headers=staff, json=zone("Torget", geometry=geometry))
        assert refused.status_code == 422, refused.text
        [error] = refused.json()["errors"]
        assert error["pointer"] == f"/geometry{pointer}"
        told.append(error["detail"])
    assert told[2] not in told[:2]
    assert said is None or told[0].replace("\xa0", " ") == said
    assert not set(told[:2]) & set(translations("nb"))
