"""What residents can choose to follow is open to all, in their language."""

import httpx

from tests.town import Town

SQUARE = {"type": "Polygon", "coordinates": [[[10.2, 59.1], [10.3, 59.1], [10.3, 59.2], [10.2, 59.2], [10.2, 59.1]]]}


async def test_districts_are_listed_and_places_that_invite_are_not(town: Town, client: httpx.AsyncClient) -> None:
    staff = await town.key("communications")
    names = {"nb": "Sentrum", "en": "Town centre"}
    drawn = await client.post(
        "/v1/staff/zones", headers=staff, json={"name": names, "geometry": SQUARE, "kind": "district"}
    )
    assert drawn.status_code == 201, drawn.text
    circle = {"type": "Circle", "center": [10.22, 59.13], "radius_m": 100}
    await client.post("/v1/staff/zones", headers=staff, json={"name": names, "geometry": circle, "kind": "trigger"})
    listed = await client.get("/v1/municipalities/3907/districts", headers={"Accept-Language": "en"})
    assert [(one["id"], one["name"]) for one in listed.json()["items"]] == [(drawn.json()["id"], "Town centre")]
    again = await client.get(
        "/v1/municipalities/3907/districts",
        headers={
            "Accept-Language": "en",
            "If-None-Match": listed.headers["etag"],
        },
    )
    assert again.status_code == 304


async def test_topics_are_listed_by_key(town: Town, client: httpx.AsyncClient) -> None:
    listed = await client.get("/v1/municipalities/3907/interests", headers={"Accept-Language": "nn"})
    assert {"key": "traffic", "label": "Veg og trafikk"} in listed.json()["items"]


async def test_another_number_has_no_choices(town: Town, client: httpx.AsyncClient) -> None:
    for what in ("districts", "interests"):
        assert (await client.get(f"/v1/municipalities/9999/{what}")).status_code == 404
