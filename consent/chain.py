"""How the ledger is chained: each event to its subject's last one, and all of them to the municipality's head."""

import dataclasses
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

BEGINNING: Final = bytes(32)
"""What the first event of a subject, and the first of a municipality, is chained to."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger.

    `number` counts the municipality's events from 1 without a gap, `sequence` those of the subject. `at` is UTC.
    `leaf_salt` (16 bytes) keeps a published root from telling what it was made of.
    """

    id: UUID
    municipality_id: UUID
    number: int
    subject: bytes
    sequence: int
    purpose: str
    granted: bool
    notice_version: int
    notice_sha256: bytes
    language: str
    channel: str
    of_age: bool | None
    at: datetime
    leaf_salt: bytes

    def canonical(self) -> bytes:
        """The event as bytes: JSON with sorted keys and no spaces, bytes as hex, the time in microseconds of UTC."""
        return json.dumps(
            {
                "id": str(self.id),
                "municipality": str(self.municipality_id),
                "number": self.number,
                "subject": self.subject.hex(),
                "sequence": self.sequence,
                "purpose": self.purpose,
                "granted": self.granted,
                "notice_version": self.notice_version,
                "notice_sha256": self.notice_sha256.hex(),
                "language": self.language,
                "channel": self.channel,
                "of_age": self.of_age,
                "at": self.at.isoformat(timespec="microseconds"),
                "leaf_salt": self.leaf_salt.hex(),
            },
            sort_keys=True,
            separators=(",", ":"),
        ).encode()


COLUMNS: Final = ", ".join(field.name for field in dataclasses.fields(Event))
"""The ledger's columns that make an event."""


def link(key: bytes, previous: bytes, event: Event) -> bytes:
    """The event's MAC (HMAC-SHA256): over the MAC of its subject's last event, and its own bytes."""
    return hmac.digest(key, b"event" + previous + event.canonical(), hashlib.sha256)


def head(key: bytes, previous: bytes, number: int, mac: bytes) -> bytes:
    """The MAC over a municipality's whole ledger up to an event: over the last head, the event's number and MAC."""
    return hmac.digest(key, b"head" + previous + number.to_bytes(8, "big") + mac, hashlib.sha256)


def key_name(municipality: UUID) -> str:
    """Where the key store keeps the key of a municipality's chain."""
    return f"ledger/{municipality}/mac"
