"""A request as endpoints see it."""

from starlette.datastructures import Headers
from starlette.requests import Request

from api.http.fast_path import QuickHeaders
from api.http.rate_limits import network_of


class ApiRequest(Request):
    """Starlette's request, with what it came for and from where."""

    _headers: QuickHeaders

    @property
    def headers(self) -> Headers:
        """What came with it."""
        try:
            return self._headers
        except AttributeError:
            self._headers = QuickHeaders(self.scope)
            return self._headers

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
