"""Names and addresses of hosts: how they may be spelt, and which addresses lie in no private network.

Pure: nothing is resolved or called here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, Self

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_ENTRY = re.compile(r"(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")

_NOT_PUBLIC_4: Final = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""IANA's registry of special addresses: this network, private, shared (CGNAT), loopback, link-local, documentation,
6to4 relays, benchmarking, multicast, reserved."""
_PUBLIC_6: Final = ip_network("2000::/3")
_NOT_PUBLIC_6: Final = tuple(
    ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")
)
"""Within global unicast: protocol assignments with Teredo, documentation, 6to4, AS112."""
_NAT64: Final = ip_network("64:ff9b::/96")

Address = IPv4Address | IPv6Address


def is_name(text: str) -> bool:
    """Whether this is a host's name in its normal form: small ASCII letters, digits, hyphens and dots between labels.

    No trailing dot; and not what some parser takes for an IPv4 address (RFC 3986 §3.2.2, WHATWG URL §3.5: a last label
    that is a number, also in hexadecimal).
    """
    if len(text) > 253 or not _NAME.fullmatch(text):
        return False
    return not _NUMBER.fullmatch(text.rpartition(".")[2])


def literal(text: str) -> Address | None:
    """The address that a host in a URL spells out, in its one normal form (`192.0.2.1`, `[2001:db8::1]`); else None."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    spelt = f"[{found}]" if found.version == 6 else str(found)
    return found if spelt == text else None


def is_public(address: Address) -> bool:
    """Whether an address can be one of the public internet.

    An IPv4 address that a translator has put into IPv6 (NAT64, RFC 6052) is judged itself; all other forms that carry
    one (mapped, compatible, 6to4, Teredo) are not public.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """Hosts that may be reached in a private network: names or addresses, each at one port or (0) at any."""

    entries: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `host` or `host:port`, with commas. Raises ValueError for what is neither a name nor an address."""
        return cls(frozenset(_entry(each.strip().lower()) for each in text.split(",") if each.strip()))

    def allow(self, host: str, port: int) -> bool:
        """Whether this host, as its URL spells it, may be anywhere."""
        return (host, 0) in self.entries or (host, port) in self.entries


def _entry(text: str) -> tuple[str, int]:
    found = _ENTRY.fullmatch(text)
    if found is None or not (is_name(found["host"]) or literal(found["host"])):
        raise ValueError("a host is a name or an address, with its port or without: broker.example.no, 10.0.0.5:8883")
    port = int(found["port"] or 0)
    if port > 65535:
        raise ValueError("a port is at most 65535")
    return found["host"], port


def names(text: str) -> tuple[str, ...]:
    """Read host names with commas; `*.example.no` stands for every name below. Raises ValueError for anything else."""
    found = tuple(each.strip().lower() for each in text.split(",") if each.strip())
    for each in found:
        if not is_name(each.removeprefix("*.")) or (each.startswith("*.") and "." not in each[2:]):
            raise ValueError("host names, with commas: push.example.no, *.example.org")
    return found


def is_among(host: str, wanted: Iterable[str]) -> bool:
    """Whether a host is one of these names, or below one that begins with `*.`."""
    return any(host == each or (each.startswith("*.") and host.endswith(each[1:])) for each in wanted)
