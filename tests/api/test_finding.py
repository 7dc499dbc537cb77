"""What is found in one look is what Starlette's routes, tried in their order, would have found."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx
from starlette.routing import BaseRoute, Match, Route

from api.app import create
from api.http.fast_path import Finder
from api.http.services import Services
from api.http.wrapper import Handle


def by_starlette(routes: Sequence[BaseRoute], method: str, path: str) -> tuple[Any, Any]:
    scope = {"type": "http", "method": method, "path": path, "root_path": ""}
    for route in routes:
        match, found = route.matches(dict(scope))
        if match is Match.FULL:
            return found["endpoint"], found["path_params"]
    return None, None


def by_look(finder: Finder, method: str, path: str) -> tuple[Any, Any]:
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path}
    found = finder.find(scope)
    return found, scope.get("path_params", {})


def written(path: str, part: str) -> str:
    """A path with something for each of its parts."""
    return re.sub(r"\{[^}]*\}", lambda _: part, path)


async def test_braces_in_a_path_are_no_id(client: httpx.AsyncClient) -> None:
    for path in ("/v1/surveys/%7B%7D", "/v1/surveys/%7B%7D/issuer", f"/v1/hearings/{uuid4()}/documents/%7B%7D"):
        assert (await client.get(path)).status_code == 404, path
    assert (await client.post("/v1/surveys/%7B%7D/responses", json={})).status_code == 404


async def test_every_endpoint_is_found_as_starlette_would_find_it(services: Services) -> None:
    routes = create(services).routes
    finder, in_one_look = Finder(routes, Handle), 0
    for route in routes:
        if not isinstance(route, Route):
            continue
        some = str(uuid4())
        odd = (some.upper(), some.replace("-", ""), "3907", "bike", "", "{}", "{id}", some + "0", f"{some}/{some}")
        paths = {written(route.path, part) for part in (some, *odd)}
        paths |= {written(route.path, some).replace(some, part, 1) for part in odd}
        for path in paths:
            for method in ("GET", "POST", "PUT", "DELETE", "HEAD"):
                found, parts = by_look(finder, method, path)
                if found is not None:
                    assert (found, parts) == by_starlette(routes, method, path), f"{method} {path}"
                    in_one_look += 1
    assert in_one_look > 150
    survey = UUID(int=7)
    found, parts = by_look(finder, "POST", f"/v1/surveys/{survey}/responses")
    assert found is not None
    assert parts == {"id": survey}
