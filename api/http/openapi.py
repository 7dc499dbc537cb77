"""The OpenAPI 3.1 document, made from the same values that the wrapper serves."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from api.http.authentication import Access
from api.http.endpoint import AnyEndpoint
from api.http.openapi_schemas import Model, schemas
from api.http.problems import MEDIA_TYPE

_IDEMPOTENCY_KEY: Mapping[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A random value for this request: sent again with it, within three days, it is answered again and "
    "not done again",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_IF_MATCH: Mapping[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the version that is to be replaced",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}
_PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")


class ProblemField(BaseModel):
    """What is wrong with one field."""

    pointer: str = Field(description="RFC 6901 pointer into what was sent")
    detail: str


class ProblemDocument(BaseModel):
    """A problem (RFC 9457)."""

    type: str = Field(examples=["/problems/consent-required"])
    title: str
    status: int
    detail: str
    purpose: str | None = Field(None, description="The purpose that consent is missing for")
    saved_at: str | None = Field(None, description="When somebody else changed it")
    saved_by: str | None = Field(None, description="Who that was")
    errors: list[ProblemField] | None = None


def document(endpoints: Sequence[AnyEndpoint], version: str, origin: str) -> dict[str, Any]:
    """The whole document. Paths in the order in which they stand in the tables."""
    sent = {e.body for e in endpoints if e.body is not None}
    given = {e.gives for e in endpoints if e.gives is not None} | {ProblemDocument}
    refs, definitions = schemas(sent, given)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        path = _PARAMETER.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Medvirk",
            "version": version,
            "description": "A municipality asks its residents where they are and about what they care for; "
            "they answer without giving themselves away.",
            "contact": {"name": "Medvirk", "url": origin},
        },
        "servers": [{"url": origin}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": _in_json_schema(definitions),
            "securitySchemes": {
                "resident": {"type": "http", "scheme": "bearer", "description": "The token of `POST /v1/residents`."},
                "staff": {"type": "http", "scheme": "bearer", "description": "A staff API key."},
                "session": {"type": "apiKey", "in": "cookie", "name": "medvirk_session"},
                "ballot": {
                    "type": "http",
                    "scheme": "PrivateToken",
                    "description": "A ballot: an RFC 9577 token of type 2.",
                },
            },
        },
    }


_TAGS: Mapping[str, str] = {
    "open": "Open to all, without a credential.",
    "resident": "What the app does for one registration, with the resident's token.",
    "ballot": "The anonymous door: answers handed in with a ballot, without bearer or cookie.",
    "staff": "The municipality's staff and planners, with an API key or the console's session.",
}
_SECURITY: Mapping[str, list[dict[str, list[str]]]] = {
    "open": [],
    "resident": [{"resident": []}],
    "staff": [{"staff": []}, {"session": []}],
    "ballot": [{"ballot": []}],
}


def refusals(endpoint: AnyEndpoint) -> list[int]:
    """Every status that an endpoint may refuse with."""
    who: Access = endpoint.who
    found = {*endpoint.refuses, 503}
    if who.kind in ("resident", "staff"):
        found.add(401)
    if who.kind == "staff":
        found.add(403)
    if who.kind == "ballot":
        found |= {400, 401}
    if "{" in endpoint.path:
        found.add(404)
    if endpoint.has_body:
        found |= {400, 413, 415}
    if endpoint.body is not None or endpoint.query is not None:
        found.add(422)
    if endpoint.idempotent:
        found |= {409, 422}
    if endpoint.if_match:
        found |= {412, 428}
    return sorted(found)


_NARROWER: Mapping[str, str] = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}


def _in_json_schema(schema: Any) -> Any:
    """The same with limits by their names: pydantic leaves those that stand behind a validator of ours by its own."""
    if isinstance(schema, list):
        return [_in_json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _in_json_schema(part) for key, part in schema.items()}
    if inner.get("type") in ("integer", "number"):
        for ours, name in _NARROWER.items():
            if isinstance(inner.get(ours), int | float):
                inner[name] = inner.pop(ours)
    return inner


def _operation(endpoint: AnyEndpoint, refs: Mapping[Model, Any]) -> dict[str, Any]:
    about = (endpoint.act.__doc__ or endpoint.name).strip()
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": about.splitlines()[0].rstrip("."),
        "description": about,
        "tags": [endpoint.who.kind],
        "security": _SECURITY[endpoint.who.kind],
        "responses": {str(endpoint.status): _success(endpoint, refs)},
    }
    for status, text in endpoint.also.items():
        operation["responses"][str(status)] = {"description": text}
    if endpoint.etag:
        operation["responses"]["304"] = {"description": "Not changed since the ETag in If-None-Match"}
    for status in refusals(endpoint):
        operation["responses"][str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": refs[ProblemDocument]}},
        }
    if parameters := _parameters(endpoint):
        operation["parameters"] = parameters
    if endpoint.body is not None:
        content: dict[str, Any] = {"schema": refs[endpoint.body]}
        if endpoint.example is not None:
            content["example"] = endpoint.example
        taken = dict.fromkeys((endpoint.takes, *endpoint.also_takes), content)
        operation["requestBody"] = {"required": not endpoint.optional_body, "content": taken}
    elif endpoint.has_body:
        operation["requestBody"] = {
            "required": True,
            "content": {endpoint.takes: {"schema": {"type": "string", "format": "binary"}}},
        }
    return operation


def _success(endpoint: AnyEndpoint, refs: Mapping[Model, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(endpoint.status).phrase}
    if endpoint.gives is not None:
        answer["content"] = {
            endpoint.gives_media: {"schema": refs[endpoint.gives]},
            **{media: {"schema": {"type": "string", "format": "binary"}} for media in endpoint.other_media},
        }
    elif endpoint.gives_media != "application/json":
        answer["content"] = {endpoint.gives_media: {"schema": {"type": "string", "format": "binary"}}}
    return answer


def _parameters(endpoint: AnyEndpoint) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, kind in _PARAMETER.findall(endpoint.path):
        schema: dict[str, Any] = {"type": "string", **({"format": "uuid"} if kind == "uuid" else {})}
        if kind == "int":
            schema = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
        found.append({"name": name, "in": "path", "required": True, "schema": schema})
    if endpoint.idempotent:
        found.append(dict(_IDEMPOTENCY_KEY))
    if endpoint.if_match:
        found.append(dict(_IF_MATCH))
    if endpoint.query is not None:
        shape = _in_json_schema(endpoint.query.model_json_schema())
        for name, schema in shape.get("properties", {}).items():
            found.append(
                {
                    "name": name,
                    "in": "query",
                    "required": name in shape.get("required", []),
                    "schema": {k: v for k, v in schema.items() if k != "title"},
                }
            )
    return found
