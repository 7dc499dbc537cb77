"""What came in: a request as endpoints need it, its headers found in one look."""

from collections.abc import Iterable, Mapping
from typing import Any, overload

from starlette.requests import Request
from starlette.types import Receive, Scope

from api.limits import network_of


class Headers:
    """Headers by their names in small letters; of one that came more than once, the first."""

    __slots__ = ("_named",)

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        self._named = dict(list(raw)[::-1])

    def __getitem__(self, name: str) -> str:
        return self._named[name.encode()].decode("latin-1")

    def __contains__(self, name: str) -> bool:
        return name.encode() in self._named

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """A header's value, or the default."""
        found = self._named.get(name.encode())
        return default if found is None else found.decode("latin-1")


class Incoming:
    """One request. Starlette's own stands ready for what is asked for seldom: cookies, the query, the URL."""

    __slots__ = ("headers", "receive", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope, self.receive = scope, receive
        self.headers = Headers(scope["headers"])

    @property
    def path(self) -> Mapping[str, Any]:
        """What stands in the path, by the names of its parts."""
        found: Mapping[str, Any] = self.scope.get("path_params", {})
        return found

    @property
    def target(self) -> bytes:
        """Path and query as they came, undecoded."""
        path: bytes = self.scope.get("raw_path") or self.scope["path"].encode()
        query: bytes = self.scope.get("query_string", b"")
        return path + b"?" + query if query else path

    @property
    def network(self) -> str:
        """The network that it came from, for rate limits."""
        client = self.scope.get("client")
        return network_of(client[0]) if client else ""

    @property
    def whole(self) -> Request:
        """As Starlette's request."""
        return Request(self.scope, self.receive)
