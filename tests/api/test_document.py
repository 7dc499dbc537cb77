"""The OpenAPI document: valid, complete, and what the running server does."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.http.openapi import document
from api.http.services import Services
from api.http.wrapper import Handle
from api.routes import endpoints
from base.embedded import Server
from tests.serving import web

EXAMPLES = 200 if os.environ.get("MEDVIRK_PROVE") else 8
schemathesis.serializer.alias(
    [
        "application/private-token-request",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ],
    "application/octet-stream",
)

DOCUMENT = document(endpoints(), "0.0.0", "http://localhost")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_every_endpoint_has_a_name_of_its_own_and_says_what_it_does() -> None:
    table = endpoints()
    names = [endpoint.name for endpoint in table]
    assert sorted(names) == sorted(set(names))
    assert [e.name for e in table if not (e.act.__doc__ or "").strip()] == []
    assert [e.name for e in table if e.method != "GET" and e.body is not None and e.example is None] == []


async def test_nothing_for_staff_goes_past_the_audit(services: Services) -> None:
    for endpoint in endpoints():
        if endpoint.who.kind == "staff":
            with pytest.raises(ValueError, match="audited"):
                Handle(replace(endpoint, transaction="when needed"), services)


async def test_the_reference_shows_every_endpoint(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert [e.path for e in endpoints() if f'id="{e.name}"' not in page.text] == []


@pytest.fixture(scope="module")
def address(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with web(server, tmp_path_factory.mktemp("keys")) as serving:
        yield serving


@pytest.fixture
def callers(address: str, staff_key: dict[str, str]) -> dict[str, dict[str, str]]:
    """Fresh credentials for each kind of caller."""
    registered = httpx.post(
        f"{address}/v1/residents",
        json={"municipality": "3907", "language": "nb", "platform": "web", "app_version": "1"},
    ).json()
    return {"resident": {"Authorization": f"Bearer {registered['token']}"}, "staff": staff_key}


def test_the_running_server_gives_this_document(address: str) -> None:
    served = httpx.get(f"{address}/openapi.json").json()
    assert served["paths"] == json.loads(json.dumps(DOCUMENT["paths"]))


@schemathesis.openapi.from_dict(DOCUMENT).parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_the_server_does_what_its_document_says(
    case: schemathesis.Case[Any], address: str, callers: dict[str, dict[str, str]]
) -> None:
    audience = case.operation.definition.raw["tags"][0]
    case.call_and_validate(base_url=address, checks=CHECKS, headers=callers.get(audience, {}))
