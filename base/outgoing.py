"""Calls to other servers: the only module that opens HTTP connections outwards.

An address that somebody outside the operator's environment wrote is read by one parser, the client's own, and only in
the one spelling that this parser gives back. Its host is resolved once; the addresses that came are judged, and one of
those that were judged is connected to: the client is not told to resolve anything itself. Redirects are not followed,
and no proxy is used, since a proxy would resolve the name again.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Final

from cachetools import LRUCache
from pyreqwest.client import Client, ClientBuilder, SyncClientBuilder
from pyreqwest.exceptions import PyreqwestError, RequestTimeoutError
from pyreqwest.http import Url
from pyreqwest.response import Response

from base.clock import monotonic
from base.hosts import Address, AllowedHosts, is_name, is_public, literal
from base.settings import is_loopback

__all__ = ["Client", "ClientBuilder", "NoConnection", "Outgoing", "Response", "TooSlow", "builder", "fetch", "read"]

NoConnection = PyreqwestError
"""The talk with a server failed on the way."""
TooSlow = RequestTimeoutError
"""A server did not answer in time."""

_SPELLING: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"""/(?:(?!%5[Cc]|%0|%1)[!$-:=?-\[\]_a-z~])*"""
)
"""A URL as it may be written: no credentials, fragment, backslash, semicolon, blank or control character."""
_LONGEST: Final = 4096
_HOSTS: Final = 128
_GOOD_FOR_S: Final = 60.0
_ASK_AGAIN_S: Final = 10.0
_RESOLVE_S: Final = 5.0

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the addresses of a host's name. Raises OSError where it has none."""


class NotAllowed(ValueError):
    """This is no address that may be called."""


class PrivateAddress(NotAllowed):
    """This host lies in a private network, and the operator has not allowed it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL as the client reads it; `host` as it stands in it."""

    url: Url = field(repr=False)
    scheme: str
    host: str = field(repr=False)
    port: int

    @property
    def origin(self) -> str:
        """Scheme, host and port, as RFC 6454 writes them."""
        return self.url.origin_ascii


def read(text: str) -> Target:
    """Read an absolute http(s) URL that somebody wrote. Raises NotAllowed unless it is in its one normal spelling.

    A usual port may be written or left out. Nothing is resolved; addresses written out are judged by whoever calls.
    """
    spelt = _SPELLING.fullmatch(text) if len(text) <= _LONGEST else None
    if spelt is None or not (is_name(spelt["host"]) or literal(spelt["host"])):
        raise NotAllowed
    usual = 443 if spelt["scheme"] == "https" else 80
    port = usual if spelt["port"] is None else int(spelt["port"])
    if not 0 < port < 65536 or (spelt["port"] is not None and spelt["port"] != str(port)):
        raise NotAllowed
    try:
        url = Url(text)
    except ValueError:
        raise NotAllowed from None
    normal = text.replace(f":{port}/", "/", 1) if spelt["port"] is not None and port == usual else text
    if str(url) != normal or url.host_str != spelt["host"] or url.port_or_known_default != port:
        raise NotAllowed
    return Target(url, spelt["scheme"], spelt["host"], port)


_resolvers = ThreadPoolExecutor(4, "resolve")


async def addresses(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system resolves it, in the order in which it would try them."""
    loop = asyncio.get_running_loop()
    asked = loop.run_in_executor(_resolvers, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return [str(found[4][0]) for found in await asyncio.wait_for(asked, _RESOLVE_S)]


@dataclass(slots=True)
class _Pinned:
    """A client that can connect to one address alone; without one, why there is none."""

    until: float
    address: str = ""
    client: Client | None = None
    why: NotAllowed | OSError | None = None


class Outgoing:
    """Calls servers whose addresses somebody wrote. What was judged is what is connected to.

    `allowed` are the operator's hosts in private networks. `rehearsal` is the origin of a server on this machine, which
    alone may be plain http. `judge` says which addresses may be connected to. Times are in seconds; `in_flight` counts
    requests to one host.
    """

    def __init__(
        self,
        allowed: AllowedHosts | None = None,
        *,
        rehearsal: str | None = None,
        resolve: Resolve = addresses,
        judge: Callable[[Address], bool] = is_public,
        in_flight: int = 100,
        timeout_s: float = 20.0,
        connect_s: float = 5.0,
    ) -> None:
        self._allowed = AllowedHosts() if allowed is None else allowed
        self._rehearsal = rehearsal.rstrip("/") if rehearsal is not None and is_loopback(rehearsal) else None
        self._resolve, self._judge, self._in_flight = resolve, judge, in_flight
        self._timeout, self._connect = timedelta(seconds=timeout_s), timedelta(seconds=connect_s)
        self._pinned: LRUCache[tuple[str, int], _Pinned] = LRUCache(_HOSTS)
        self._asking: dict[tuple[str, int], asyncio.Task[_Pinned]] = {}

    async def send(self, method: str, target: Target, headers: Mapping[str, str], body: bytes = b"") -> Response:
        """One request. Raises NotAllowed, OSError where the name has no address, NoConnection, TooSlow."""
        own = target.origin == self._rehearsal
        if target.scheme != "https" and not own and not self._allowed.allow(target.host, target.port):
            raise NotAllowed
        pinned = await self._client_for(target, own)
        if pinned.client is None:
            raise pinned.why or NotAllowed()
        request = pinned.client.request(method, target.url).headers(dict(headers)).body_bytes(body).build()
        try:
            return await request.send()
        except RequestTimeoutError:
            raise
        except PyreqwestError:
            pinned.until = 0.0  # The next one asks anew, and may find another address.
            raise

    async def close(self) -> None:
        """Close the connections."""
        for each in self._pinned.values():
            if each.client is not None:
                await each.client.close()
        self._pinned.clear()

    async def _client_for(self, target: Target, own: bool) -> _Pinned:
        name = (target.host, target.port)
        known = self._pinned.get(name)
        if known is not None and known.until > monotonic():
            return known
        asking = self._asking.get(name)
        if asking is None:
            asking = self._asking[name] = asyncio.create_task(self._pin(target, own, known))
            asking.add_done_callback(lambda _: self._asking.pop(name, None))
        return await asyncio.shield(asking)

    async def _pin(self, target: Target, own: bool, before: _Pinned | None) -> _Pinned:
        """Resolve a host, judge what came, and keep a client for one of the addresses."""
        made = _Pinned(monotonic() + _GOOD_FOR_S)
        try:
            found = await self._judged(target, own)
            failed = before.address if before is not None and before.until == 0.0 else None
            made.address = next((each for each in found if each != failed), found[0])
            if before is not None and before.client is not None and before.address == made.address:
                made.client = before.client
            else:
                made.client = self._build(target, made.address)
        except (NotAllowed, OSError) as why:
            made.why, made.until = why, monotonic() + _ASK_AGAIN_S
        self._pinned[target.host, target.port] = made  # Requests under way keep the client of a host that falls out.
        return made

    async def _judged(self, target: Target, own: bool) -> list[str]:
        """The addresses of a host, every one of them judged. Raises PrivateAddress, OSError."""
        spelt = literal(target.host)
        try:
            found = [str(spelt)] if spelt is not None else list(await self._resolve(target.host, target.port))
        except TimeoutError:
            raise OSError("the name was not resolved in time") from None
        except UnicodeError:
            raise NotAllowed from None
        if not found:
            raise OSError("the name has no address")
        if not own and not self._allowed.allow(target.host, target.port):
            for each in found:
                try:
                    public = self._judge(ip_address(each))
                except ValueError:
                    public = False
                if not public:
                    raise PrivateAddress
        return list(dict.fromkeys(found))

    def _build(self, target: Target, address: str) -> Client:
        made = ClientBuilder().follow_redirects(False).referer(False).no_proxy().max_connections(self._in_flight)
        made = made.timeout(self._timeout).connect_timeout(self._connect).https_only(target.scheme == "https")
        if literal(target.host) is None:
            made = made.resolve(target.host, address, target.port)
        return made.build()


def builder(url: str, *, timeout_s: float = 20.0, connect_s: float = 5.0) -> ClientBuilder:
    """For a server that the code or the operator's environment names and nobody else; on this machine without TLS."""
    made = ClientBuilder().follow_redirects(False).referer(False)
    made = made.timeout(timedelta(seconds=timeout_s)).connect_timeout(timedelta(seconds=connect_s))
    return made.no_proxy() if is_loopback(url) else made.https_only(True)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def fetch(
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    *,
    timeout_s: float = 20.0,
) -> Fetched:
    """One request to a server that the code or the operator's environment names; blocks. Raises NoConnection."""
    made = SyncClientBuilder().follow_redirects(False).referer(False).timeout(timedelta(seconds=timeout_s))
    made = made.no_proxy() if is_loopback(url) else made.https_only(True)
    with made.build() as client:
        request = client.request(method, url).headers(dict(headers or {}))
        response = (request.body_bytes(body) if body else request).build().send()
        return Fetched(response.status, dict(response.headers.items()), bytes(response.bytes()))
