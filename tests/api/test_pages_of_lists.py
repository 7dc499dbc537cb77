"""A list that is read page by page goes on where it was, also when the row that was shown last is gone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.routes import endpoints
from api.schemas.common import PageQuery
from base.clock import now
from base.paging import cursor
from tests.surveys.polling import SURVEY
from tests.town import Town

Headers = Mapping[str, str]
HERE = [10.22, 59.13]


def _ring(step: int) -> list[list[float]]:
    east, north = HERE[0] + step * 0.003, HERE[1]
    return [[east, north], [east + 0.002, north], [east + 0.002, north + 0.001], [east, north + 0.001], [east, north]]


def _zone(step: int) -> dict[str, Any]:
    return {
        "name": {"nb": f"Krets {step}"},
        "kind": "district",
        "geometry": {"type": "Polygon", "coordinates": [_ring(step)]},
    }


def _message(step: int) -> dict[str, Any]:
    return {
        "audience": {"areas": [], "interests": [], "languages": []},
        "title": {"nb": f"Melding {step}"},
        "body": {"nb": "Les mer."},
        "expires_at": (now() + timedelta(days=3)).isoformat(),
    }


WORDS = {"nb": "x", "nn": "x", "en": "x"}
LISTS: Mapping[str, tuple[str, Any]] = {
    "/v1/staff/surveys": ("survey", lambda step: {**SURVEY, "title": {"nb": f"{step}", "en": "x"}}),
    "/v1/staff/information": (
        "information",
        lambda step: {"title": WORDS, "body": WORDS, "areas": [], "interests": []},
    ),
    "/v1/staff/campaigns": ("campaign", _message),
    "/v1/staff/zones": ("zone", _zone),
    "/v1/staff/interests": ("interest", lambda step: {"key": f"topic-{step}", "label": WORDS}),
    "/v1/staff/members": ("staff_member", lambda step: {"name": f"Kari {step % 2}", "roles": ["planner"]}),
    "/v1/staff/keys": ("staff_key", lambda step: {"name": f"key {step}", "roles": ["planner"]}),
    "/v1/staff/survey-templates": ("survey_template", None),
    "/v1/staff/audit": ("audit_entry", None),
}


async def _ids(client: httpx.AsyncClient, staff: Headers, path: str, **query: Any) -> tuple[list[str], str | None]:
    answer = await client.get(path, params={k: v for k, v in query.items() if v is not None}, headers=staff)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]], answer.json()["next"]


async def _filled(client: httpx.AsyncClient, staff: Headers, path: str) -> None:
    _, made = LISTS[path]
    if path == "/v1/staff/survey-templates":
        survey = (await client.post("/v1/staff/surveys", json=SURVEY, headers=staff)).json()["id"]
        made = lambda step: {"survey_id": survey, "name": f"{step}"}  # noqa: E731 - as the others
    for step in range(7):
        if made is not None:
            written = await client.post(path, json=made(step), headers=staff)
            assert written.status_code == 201, written.text
        else:
            await client.get("/v1/staff/surveys", headers=staff)


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_goes_on_when_the_row_of_its_cursor_is_gone(
    client: httpx.AsyncClient, staff_key: Headers, town: Town, path: str
) -> None:
    await _filled(client, staff_key, path)
    table, _ = LISTS[path]
    spare = await town.key("admin")  # A key that is deleted is not the one that asks.
    seen, after = await _ids(client, spare, path, limit=3)
    whole, _ = await _ids(client, spare, path, limit=100)  # The audit grows at its young end: by this reading, too.
    whole = whole[whole.index(seen[0]) :]
    assert seen == whole[:3]
    await town.superuser.execute("set session_replication_role = replica")
    await town.sql(f'delete from "{table}" where id = $1', UUID(seen[-1]))
    await town.superuser.execute("set session_replication_role = origin")
    rest: list[str] = []
    while after is not None:
        part, after = await _ids(client, spare, path, limit=2, cursor=after)
        rest += part
    assert rest
    assert rest == whole[3:]


@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        "%00",
        "e30",
        "W10",
        cursor("a"),
        cursor(1, 2),
        cursor(UUID(int=7)) + "A",
        "9" * 4097,
        cursor(datetime(2026, 1, 1, tzinfo=UTC), "x"),
        "\u00e6",
    ],
)
async def test_what_no_list_gave_is_no_cursor(client: httpx.AsyncClient, staff_key: Headers, wrong: str) -> None:
    await _filled(client, staff_key, "/v1/staff/interests")
    for path in LISTS:
        if path == "/v1/staff/zones" and len(wrong) == len(cursor(uuid4())):
            continue
        answer = await client.get(path, params={"cursor": wrong}, headers=staff_key)
        if answer.status_code != 200:  # A topic's key is a text, and "a" may be one.
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/cursor"), path


def test_every_list_of_pages_has_this_cursor() -> None:
    asked = [e for e in endpoints() if e.query is not None and "cursor" in e.query.model_fields]
    assert len(asked) > 10
    assert all(e.query is not None and issubclass(e.query, PageQuery) for e in asked)
