"""Which endpoint a request is for, found in one look where its path is made of words and ids alone."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from starlette.routing import Match, Route
from starlette.types import ASGIApp, Scope

from api.answering import Handle

_AN_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_A_PART: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_SAMPLE: Final = "00000000-0000-4000-8000-000000000000"


class _Known(NamedTuple):
    names: tuple[str, ...]
    answers: ASGIApp


class Finder:
    """Endpoints by method and shape: the path with `{}` for each UUID in it, as UUIDs are usually written.

    Only those are here that Starlette's routes, tried in their order, would have found too; everything else is left to
    these.
    """

    def __init__(self, routes: Iterable[Any]) -> None:
        self._plain: dict[tuple[str, str], ASGIApp] = {}
        self._shaped: dict[tuple[str, str], _Known] = {}
        named = [route for route in routes if isinstance(route, Route)]
        for route in named:
            handle, parts = route.endpoint, _A_PART.findall(route.path)
            if not isinstance(handle, Handle) or any(kind != "uuid" for _, kind in parts):
                continue
            method, path = handle.endpoint.method, _A_PART.sub(_SAMPLE, route.path)
            if _first(named, method, path) is route:
                if parts:
                    self._shaped[method, _shape(path)] = _Known(tuple(name for name, _ in parts), handle)
                else:
                    self._plain[method, path] = handle

    def find(self, scope: Scope) -> ASGIApp | None:
        """Who answers; what stands in the path is put where Starlette would put it. None: Starlette may know."""
        method, path = scope["method"], scope["path"]
        if (answers := self._plain.get((method, path))) is not None:
            return answers
        if "{" in path or (known := self._shaped.get((method, _shape(path)))) is None:
            return None
        scope["path_params"] = dict(zip(known.names, map(UUID, _AN_ID.findall(path)), strict=True))
        return known.answers


def _shape(path: str) -> str:
    return _AN_ID.sub("{}", path)


def _first(routes: Iterable[Route], method: str, path: str) -> Route | None:
    scope: Mapping[str, Any] = {"type": "http", "method": method, "path": path, "root_path": ""}
    return next((route for route in routes if route.matches(dict(scope))[0] is Match.FULL), None)
