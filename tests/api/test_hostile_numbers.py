"""No number and no time in any field, query or path is an accident of ours, however hostile."""

import json
import os
import random
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.http.endpoint import JSON, AnyEndpoint
from api.routes import endpoints
from tests.surveys.polling import SURVEY
from tests.town import Moves, Town

Headers = Mapping[str, str]
PROVE = os.environ.get("MEDVIRK_PROVE") == "1"

HOSTILE = [
    "0",
    "-1",
    "2147483648",
    "-2147483649",
    "9223372036854775808",
    "-9223372036854775809",
    "1" + "0" * 400,
    "1e308",
    "-1e308",
    "1e400",
    "0.1",
    "NaN",
    "Infinity",
    '"20301201"',
    '"1"',
    '"9999-12-31T23:59:59-10:00"',
    '"9999-12-31"',
    '"0001-01-01T00:00:00+14:00"',
    '"2199-12-31T23:59:59Z"',
    '"2199-12-31"',
    '"2030-12-01T10:00:00"',
    "true",
    "null",
    '"\\u0000"',
    '"\\ud800"',
    "[]",
    "{}",
    '"' + "9" * 5000 + '"',
]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(value, list):
        for place, part in enumerate(value[:2]):
            yield from _leaves(part, (*path, place))


_HERE = "\x01"


def _with(value: Any, path: tuple[Any, ...], hostile: str) -> bytes:
    """The body with a hostile text in that place, which need not be JSON that Python writes."""
    changed = json.loads(json.dumps(value))
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = _HERE
    return json.dumps(changed).replace(json.dumps(_HERE), hostile).encode()


_MORE: Mapping[str, Mapping[str, Any]] = {
    "create_survey": {
        **SURVEY,
        "opens_at": "2030-12-01T10:00:00Z",
        "closes_at": "2030-12-08T10:00:00Z",
        "smallest_group": 5,
        "questions": [
            *SURVEY["questions"],
            {"key": "day", "type": "date", "label": SURVEY["title"], "min": "2030-01-01", "max": "2030-02-01"},
            {"key": "many", "type": "number", "label": SURVEY["title"], "min": 0, "max": 10},
            {"key": "late", "type": "text", "label": SURVEY["title"], "show_if": {"question": "many", "at_least": 3}},
        ],
    },
}


def _body(endpoint: AnyEndpoint) -> Any:
    """An example of a body, its optional times and numbers filled in from the shape."""
    body = dict(_MORE.get(endpoint.name) or endpoint.example or {})
    assert endpoint.body is not None
    for name, field in endpoint.body.model_fields.items():
        body.setdefault(field.alias or name, 1)
    return body


async def test_no_hostile_number_or_time_in_any_field_is_an_accident(
    client: httpx.AsyncClient, staff_key: Headers, moves: Moves, town: Town
) -> None:
    resident = await moves(consents=["personal_feed", "location_zones", "push_messages", "profile_statistics"])
    zone = {"id": str(uuid4())}
    survey = (await client.post("/v1/staff/surveys", json=SURVEY, headers=staff_key)).json()["id"]
    tried: list[tuple[AnyEndpoint, bytes]] = []
    for endpoint in endpoints():
        if endpoint.body is None or endpoint.takes != JSON or endpoint.name in ("erase_me", "rotate_token"):
            continue
        body = _body(endpoint)
        tried += [
            (endpoint, _with(body, path, hostile))
            for path in _leaves(body)
            for hostile in HOSTILE
            if len(hostile) < 400 or "coordinates" not in path  # Drawings have tests of their own for those.
        ]
    assert len(tried) > 4000
    if not PROVE:
        tried = random.Random(11).sample(tried, 1200)
    accidents: list[str] = []
    for endpoint, body in tried:
        path = endpoint.path.replace("{number}", town.number).replace("{purpose}", "personal_feed")
        for part in ("{id:uuid}", "{statement:uuid}", "{comment:uuid}"):
            path = path.replace(part, survey if "survey" in path else zone["id"])
        headers = {"staff": dict(staff_key), "resident": resident.headers}.get(endpoint.who.kind, {})
        answer = await client.request(
            endpoint.method, path, content=body, headers={**headers, "Content-Type": "application/json"}
        )
        if answer.status_code >= 500:
            accidents.append(f"{endpoint.name} {body[:300]!r}")
    print(f"{len(tried)} bodies with a hostile number or time, {len(accidents)} accidents")
    assert accidents == []


async def test_no_hostile_number_or_time_in_any_query_or_path_is_an_accident(
    client: httpx.AsyncClient, staff_key: Headers, moves: Moves, town: Town
) -> None:
    resident = await moves(consents=["personal_feed"])
    survey = (await client.post("/v1/staff/surveys", json=SURVEY, headers=staff_key)).json()["id"]
    accidents: list[str] = []
    tried = 0
    for endpoint in endpoints():
        headers = {"staff": dict(staff_key), "resident": resident.headers}.get(endpoint.who.kind, {})
        path = endpoint.path.replace("{number}", town.number).replace("{id:uuid}", survey)
        asked = [] if endpoint.query is None else [f.alias or n for n, f in endpoint.query.model_fields.items()]
        for hostile in (text.strip('"') for text in HOSTILE[:21]):
            targets = [(path, {name: hostile}) for name in asked] if endpoint.method == "GET" else []
            if ":int}" in path:
                targets += [(path.replace("{number:int}", hostile), {})]
            for target, query in targets:
                tried += 1
                answer = await client.request(endpoint.method, target, params=query, headers=headers)
                if answer.status_code >= 500:
                    accidents.append(f"{target} {query}")
    print(f"{tried} queries and paths with a hostile number or time, {len(accidents)} accidents")
    assert accidents == []


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/staff/surveys", {**SURVEY, "closes_at": "9999-12-31T23:59:59-10:00"}, "/closes_at"),
        ("/v1/staff/surveys", {**SURVEY, "opens_at": "20301201"}, "/opens_at"),
        ("/v1/staff/surveys", {**SURVEY, "opens_at": 1893456000}, "/opens_at"),
        (
            "/v1/staff/hearings",
            {"title": {"nb": "x"}, "summary": {"nb": "x"}, "case_reference": "1", "deadline": "9999-12-31"},
            "/deadline",
        ),
    ],
)
async def test_a_time_beyond_the_calendar_is_refused_by_its_place(
    client: httpx.AsyncClient, staff_key: Headers, path: str, body: Any, pointer: str
) -> None:
    refused = await client.post(path, json=body, headers=dict(staff_key))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == pointer
