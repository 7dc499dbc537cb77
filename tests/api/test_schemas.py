"""The document's schemas are such as generators of clients can use."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, create_model

from api.http.openapi import document
from api.http.openapi_schemas import schemas
from api.routes import endpoints

DOCUMENT = document(endpoints(), "0.0.0", "http://localhost")
SCHEMAS = DOCUMENT["components"]["schemas"]


def parts(of: Any) -> Iterator[dict[str, Any]]:
    if isinstance(of, dict):
        yield of
    for inside in of.values() if isinstance(of, dict) else of if isinstance(of, list) else ():
        yield from parts(inside)


def operations() -> Iterator[dict[str, Any]]:
    yield from (operation for path in DOCUMENT["paths"].values() for operation in path.values())


def test_each_schema_has_one_plain_name_that_is_also_its_title() -> None:
    assert [name for name in SCHEMAS if not re.fullmatch(r"[A-Z][A-Za-z0-9]+", name)] == []
    assert {name: schema["title"] for name, schema in SCHEMAS.items()} == {name: name for name in SCHEMAS}


def test_no_schema_is_unused_and_none_is_missing() -> None:
    used = {part["$ref"].rsplit("/", 1)[1] for part in parts(DOCUMENT) if isinstance(part.get("$ref"), str)}
    assert used == set(SCHEMAS)


def test_each_kind_in_a_choice_of_kinds_is_required_and_leads_to_one_of_the_choices() -> None:
    chosen = [part for part in parts(DOCUMENT) if isinstance(part.get("discriminator"), dict)]
    assert len(chosen) > 3
    for part in chosen:
        name, mapping = part["discriminator"]["propertyName"], part["discriminator"]["mapping"]
        assert set(mapping.values()) == {choice["$ref"] for choice in part["oneOf"]}
        for target in mapping.values():
            assert name in SCHEMAS[target.rsplit("/", 1)[1]]["required"], target


def test_every_list_goes_on_by_a_cursor_or_not_at_all() -> None:
    lists = [s for s in SCHEMAS.values() if "next" in s.get("properties", {})]
    assert len(lists) > 20
    for schema in lists:
        kinds = {kind["type"] for kind in schema["properties"]["next"]["anyOf"]}
        assert kinds == {"string", "null"}, schema["title"]


def test_no_default_is_an_object_and_no_field_has_a_title() -> None:
    assert [part for part in parts(SCHEMAS) if isinstance(part.get("default"), dict)] == []
    fields = [field for part in parts(SCHEMAS) for field in part.get("properties", {}).values()]
    assert [field for field in fields if isinstance(field, dict) and isinstance(field.get("title"), str)] == []


def test_every_operation_has_a_name_a_summary_and_a_tag_that_is_explained() -> None:
    names = Counter(operation["operationId"] for operation in operations())
    assert set(names.values()) == {1}
    explained = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    for operation in operations():
        assert operation["summary"], operation["operationId"]
        assert set(operation["tags"]) <= explained


def test_two_models_of_one_name_are_a_mistake_that_is_found() -> None:
    one: type[BaseModel] = create_model("Twin", __module__="one", a=(int, ...))
    other: type[BaseModel] = create_model("Twin", __module__="other", b=(str, ...))
    with pytest.raises(ValueError, match="two models are called Twin"):
        schemas([], [one, other])
