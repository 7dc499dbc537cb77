"""Couriers: whoever carries a wake-up to a phone."""

import json
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import urlsplit

import structlog

from consent.permits import Permit
from consent.purposes import PushMessages
from push.couriers.encryption import RecipientKeys
from push.couriers.outcomes import CourierReply, ReplyCode

AddressKind = Literal["fcm_token", "fcm_fid", "webpush", "log"]
Platform = Literal["android", "ios", "web"]
InterruptionLevel = Literal["passive", "active", "time-sensitive"]
"""How much a phone lets a message interrupt (Apple's interruption levels)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeUp:
    """One wake-up on its way to one phone: no content, nothing that two recipients share.

    `tag` is opaque and belongs to one delivery, so that the phone shows a repeated message once. `language` is the
    phone's. `ttl_s` is how long the courier may keep it for a phone that is off, in seconds.
    `takes_back` removes what the tag names from the phone; it shows nothing. `payload` is the message itself: it leaves
    only encrypted to the phone, to the keys in its subscription or its `keys`.
    """

    tag: str
    kind: AddressKind
    address: str = field(repr=False)
    platform: Platform
    language: str
    ttl_s: int
    urgent: bool
    takes_back: bool = False
    payload: bytes | None = field(default=None, repr=False)
    keys: RecipientKeys | None = field(default=None, repr=False)
    interruption: InterruptionLevel = "active"

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


class Courier(Protocol):
    """A courier: takes a wake-up, tells what became of it. Never raises for what a courier may do."""

    async def send(self, permit: Permit[PushMessages], wake_up: WakeUp) -> CourierReply:
        """Hand over one wake-up and tell what was answered. Raises PermitExpired where the permit ran out before."""

    async def close(self) -> None:
        """Let go of connections."""


class LogCourier:
    """Where no courier is set up: notes that a message would have gone, never where to."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("push")

    async def send(self, permit: Permit[PushMessages], wake_up: WakeUp) -> CourierReply:
        """Note that a wake-up would have gone out."""
        permit.check()
        self._log.info("wake-up logged", kind=wake_up.kind, platform=wake_up.platform)
        return CourierReply(ReplyCode.LOGGED)

    async def close(self) -> None:
        """Nothing to close."""
