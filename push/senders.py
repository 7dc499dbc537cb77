"""Couriers: whoever carries a wake-up to a phone."""

import json
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import urlsplit

import structlog

from consent.permits import Permit, PushMessages
from push.encryption import Lock
from push.outcomes import Answer, Said

AddressKind = Literal["fcm_token", "fcm_fid", "webpush", "log"]
Platform = Literal["android", "ios", "web"]
Interrupts = Literal["passive", "active", "time-sensitive"]
"""How much a phone lets a message interrupt (Apple's interruption levels)."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One wake-up on its way to one phone: no content, nothing that two recipients share.

    `tag` is opaque and belongs to one delivery, so that the phone shows a repeated message once. `language` is the
    phone's. `life_s` is how long the courier may keep it for a phone that is off, in seconds.
    `takes_back` removes what the tag names from the phone; it shows nothing. `letter` is the message itself: it leaves
    only encrypted to the phone, to the keys in its subscription or its `lock`.
    """

    tag: str
    kind: AddressKind
    address: str = field(repr=False)
    platform: Platform
    language: str
    life_s: int
    urgent: bool
    takes_back: bool = False
    letter: bytes | None = field(default=None, repr=False)
    lock: Lock | None = field(default=None, repr=False)
    interrupts: Interrupts = "active"

    @property
    def courier(self) -> str:
        """Who carries it."""
        return courier_of(self.kind, self.address)


def courier_of(kind: AddressKind, address: str) -> str:
    """Who carries to an address: FCM is one courier, every push service of browsers one of its own."""
    if kind != "webpush":
        return kind
    try:
        return f"{kind} {urlsplit(json.loads(address)['endpoint']).netloc}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return kind


class Sender(Protocol):
    """A courier: takes a parcel, tells what became of it. Never raises for what a courier may do."""

    async def send(self, permit: Permit[PushMessages], parcel: Parcel) -> Answer:
        """Hand over one parcel and tell what was answered. Raises PermitExpired where the permit ran out before."""

    async def close(self) -> None:
        """Let go of connections."""


class LogSender:
    """The demo's courier: notes that a message was sent, never where to."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("push")

    async def send(self, permit: Permit[PushMessages], parcel: Parcel) -> Answer:
        """Note that a wake-up went out."""
        permit.check()
        self._log.info("wake-up sent", kind=parcel.kind, platform=parcel.platform)
        return Answer(Said.ACCEPTED)

    async def close(self) -> None:
        """Nothing to close."""
