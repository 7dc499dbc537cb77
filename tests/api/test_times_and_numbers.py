"""Times, days and numbers that nobody can mean are refused by their place, and are no accident of ours."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from api.http.openapi import document
from api.routes import endpoints
from base.times import Day, Instant


class Times(BaseModel):
    at: Instant | None = None
    on: Day | None = None


NO_TIMES = [
    '"20301201"',
    '"1893456000"',
    "1893456000",
    "1.5",
    "true",
    '""',
    '"2030-12-01"',
    '"2030-12-01T10:00:00"',
    '"2030-12-01T10:00Z"',
    '"2030-12-01 10:00:00Z"',
    '"2030-12-01T10:00:00+0100"',
    '"2030-12-01T10:00:00+01"',
    '"2030-12-01T24:00:00Z"',
    '"2030-12-01T10:60:00Z"',
    '"2030-02-30T10:00:00Z"',
    '"2030-12-01T10:00:00+25:00"',
    '"9999-12-31T23:59:59-10:00"',
    '"2200-01-01T00:00:00Z"',
    '"2199-12-31T23:59:59-00:01"',
    '"0001-01-01T00:00:00Z"',
    '"1899-12-31T23:59:59Z"',
    '"1900-01-01T00:00:00+00:01"',
    '"-2030-12-01T10:00:00Z"',
    '"+12030-12-01T10:00:00Z"',
    '"2030-12-01T10:00:00Z\\n"',
    '" 2030-12-01T10:00:00Z"',
    '"2030-335T10:00:00Z"',
    '"2030-W48-7T10:00:00Z"',
    '"\\u0662030-12-01T10:00:00Z"',
    '"20301201T100000Z"',
    "[]",
    "{}",
    "1e400",
]
NO_DAYS = [
    '"20301201"',
    "19692",
    '"19692"',
    '"2030-12-01T00:00:00Z"',
    '"2030-12-01T00:00:00"',
    '"9999-12-31"',
    '"2200-01-01"',
    '"1899-12-31"',
    '"0001-01-01"',
    '"2030-02-29"',
    '"2030-13-01"',
    '"01.12.2030"',
    '"2030-12-1"',
    '"2030-12-01 "',
    "0",
]


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_of_rfc_3339_in_these_centuries_is_none(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Times.model_validate_json(f'{{"at": {text}}}')
    assert refused.value.errors()[0]["loc"] == ("at",)


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_no_day_is_none(text: str) -> None:
    with pytest.raises(ValidationError):
        Times.model_validate_json(f'{{"on": {text}}}')


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2030-12-01T10:00:00Z", datetime(2030, 12, 1, 10, tzinfo=UTC)),
        ("2030-12-01t10:00:00z", datetime(2030, 12, 1, 10, tzinfo=UTC)),
        ("2030-12-01T10:00:00.5+01:00", datetime(2030, 12, 1, 9, 0, 0, 500_000, tzinfo=UTC)),
        ("2028-02-29T23:59:59.999999999-23:59", datetime(2028, 3, 1, 23, 58, 59, 999_999, tzinfo=UTC)),
        ("1900-01-01T00:00:00Z", datetime(1900, 1, 1, tzinfo=UTC)),
        ("2199-12-31T23:59:59Z", datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_means_what_rfc_3339_says(text: str, meant: datetime) -> None:
    for found in (Times.model_validate_json(f'{{"at": "{text}"}}').at, Times.model_validate({"at": text}).at):
        assert found == meant


def _core(schema: Any, path: str, known: dict[str, Any], seen: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every node of a pydantic core schema, by its fields."""
    if isinstance(schema, list | tuple):
        for part in schema:
            yield from _core(part, path, known, seen)
    elif isinstance(schema, dict):
        kind = schema.get("type")
        if kind == "definitions":
            known |= {one["ref"]: one for one in schema["definitions"]}
        if kind == "definition-ref":
            name = schema["schema_ref"]
            if name not in seen:
                seen.add(name)
                yield from _core(known[name], path, known, seen)
            return
        yield path, schema
        for key, part in schema.items():
            if kind == "model-fields" and key == "fields":
                for name, field in part.items():
                    yield from _core(field, f"{path}/{name}", known, seen)
            elif key not in ("metadata", "serialization"):
                yield from _core(part, path, known, seen)


def test_every_time_that_is_sent_is_of_the_one_type() -> None:
    found = 0
    for endpoint in endpoints():
        for model in (endpoint.body, endpoint.query):
            if model is None:
                continue
            for path, node in _core(model.__pydantic_core_schema__, endpoint.name, {}, set()):
                assert node.get("type") not in ("time", "timedelta"), path
                if node.get("type") in ("datetime", "date"):
                    found += 1
                    # Only the one type limits it, or takes what the house has read already (`is-instance` before it).
                    assert "ge" in node or path.rsplit("/", 1)[1] in _seen_instances(model), path
    assert found > 20


def _seen_instances(model: type[BaseModel]) -> set[str]:
    """Fields whose core schema has our text pattern in front of the clock's parser."""
    return {
        path.rsplit("/", 1)[1]
        for path, node in _core(model.__pydantic_core_schema__, "", {}, set())
        if node.get("custom_error_type") == "rfc3339"
    }


def test_no_time_that_is_told_is_without_its_offset() -> None:
    for endpoint in endpoints():
        if endpoint.gives is not None:
            for path, node in _core(endpoint.gives.__pydantic_core_schema__, endpoint.name, {}, set()):
                if node.get("type") == "datetime":
                    assert node.get("tz_constraint") == "aware", path


def _unlimited(schema: Any, path: str) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _unlimited(part, path)
    elif isinstance(schema, dict):
        if schema.get("type") in ("integer", "number") and not {"enum", "const"} & schema.keys():
            low = {"minimum", "exclusiveMinimum"} & schema.keys()
            high = {"maximum", "exclusiveMaximum"} & schema.keys()
            if not (low and high):
                yield path
        assert not {"ge", "le", "gt", "lt"} & (schema.keys() if "type" in schema else set()), path
        for key, part in schema.items():
            if key not in ("example", "examples", "default"):
                yield from _unlimited(part, f"{path}/{key}")


def test_every_number_that_is_sent_has_its_limits_in_the_document() -> None:
    models = {m for e in endpoints() for m in (e.body, e.query) if m is not None}
    told = document(endpoints(), "1", "http://localhost")
    refs, _ = models_json_schema([(m, "validation") for m in models], ref_template="#/components/schemas/{model}")
    assert len(refs) == len(models)
    names = _reached(told, [op.get("requestBody", {}) for ops in told["paths"].values() for op in ops.values()])
    for name in names:
        assert list(_unlimited(told["components"]["schemas"][name], name)) == []
    for path, operations in told["paths"].items():
        for operation in operations.values():
            assert list(_unlimited(operation.get("parameters", []), path)) == []


def _reached(told: Mapping[str, Any], roots: Any) -> set[str]:
    found: set[str] = set()
    waiting = [roots]
    while waiting:
        for name in _refs(waiting.pop()):
            if name not in found:
                found.add(name)
                waiting.append(told["components"]["schemas"][name])
    return found


def _refs(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _refs(part)
    elif isinstance(schema, dict):
        for key, part in schema.items():
            if key == "$ref" and isinstance(part, str):
                yield part.rsplit("/", 1)[1]
            else:
                yield from _refs(part)
