"""How the ledger is chained: each event to its subject's last one, and all of them to the municipality's head."""

import hashlib
import hmac
from typing import Final
from uuid import UUID

from consent.models import ConsentEvent

BEGINNING: Final = bytes(32)
"""What the first event of a subject, and the first of a municipality, is chained to."""


def link(key: bytes, previous: bytes, event: ConsentEvent) -> bytes:
    """The event's MAC (HMAC-SHA256): over the MAC of its subject's last event, and its own bytes."""
    return hmac.digest(key, b"event" + previous + event.canonical(), hashlib.sha256)


def head(key: bytes, previous: bytes, number: int, mac: bytes) -> bytes:
    """The MAC over a municipality's whole ledger up to an event: over the last head, the event's number and MAC."""
    return hmac.digest(key, b"head" + previous + number.to_bytes(8, "big") + mac, hashlib.sha256)


def key_name(municipality: UUID) -> str:
    """Where the key store keeps the key of a municipality's chain."""
    return f"ledger/{municipality}/mac"
