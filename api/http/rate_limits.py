"""Rate limits, counted in memory under a salt that changes every ten minutes: nothing here says who called."""

import secrets
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from uuid import UUID

from base import clock
from base.errors import RateLimited, Unavailable

_SALT_LIFE_S = 600.0
_NAT64: Final = IPv6Network("64:ff9b::/96")
_WHOLE_BODIES: Final = 192 << 20
"""Bytes of requests that a process takes in at once: some imports of 20 MiB, and all that phones send beside them."""


def network_of(address: str) -> str:
    """The network that a caller is counted by: an IPv4 address, also one that came as IPv6, or the /64 of an IPv6 one,
    of which a household has at least one to itself.
    """
    if ":" not in address:
        return address
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if (four := _ipv4_in(found)) is not None:
            return str(four)
        return str(IPv6Address(int(found) >> 64 << 64))
    return str(found)


def _ipv4_in(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped (RFC 4291), by NAT64 (RFC 6052) or 6to4 (RFC 3056)."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class RateLimits:
    """Counts calls a minute by what they are of and who makes them; both are forgotten with the salt."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._born = clock.monotonic()
        self._counts: dict[int, int] = {}
        self._minute = 0
        self._held = 0

    def count(self, what: str, who: str | UUID, per_minute: int) -> None:
        """Count one call; RateLimited with the seconds to wait where there were too many in this minute."""
        second = self._turn()
        key = hash((self._salt, what, who))  # SipHash, under a key that this process draws at its start.
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > per_minute:
            raise RateLimited(60 - second)

    def note(self, what: str, who: str | UUID) -> None:
        """Count one call without refusing it."""
        self._turn()
        key = hash((self._salt, what, who))
        self._counts[key] = self._counts.get(key, 0) + 1

    def refuse_over(self, what: str, who: str | UUID, per_minute: int) -> None:
        """RateLimited where as many were noted in this minute; counts nothing."""
        second = self._turn()
        if self._counts.get(hash((self._salt, what, who)), 0) >= per_minute:
            raise RateLimited(60 - second)

    def hold(self, count_bytes: int) -> None:
        """Take in so many bytes of a request; Unavailable where the process holds too many already."""
        if self._held + count_bytes > _WHOLE_BODIES:
            raise Unavailable()
        self._held += count_bytes

    def release(self, count_bytes: int) -> None:
        """Hold them no longer."""
        self._held -= count_bytes

    def _turn(self) -> int:
        """Forget what is over; the second of this minute."""
        at = clock.monotonic()
        if at - self._born > _SALT_LIFE_S:
            self._salt, self._born = secrets.token_bytes(16), at
        minute, second = divmod(int(at), 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        return second
