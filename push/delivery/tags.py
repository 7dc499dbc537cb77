"""The opaque name of a delivery: what the courier sees of it, and what the phone collapses a repeated message by."""

import hmac
from datetime import datetime
from uuid import UUID, uuid5

from base import base64url
from base.keys import KeyStore, make
from push.delivery.timing import Recipient, next_digest

TAG_BYTES = 18


def tag_key(keys: KeyStore) -> bytes:
    """The secret that tags are made with; made when it is first needed."""
    return make(keys, "push/tag")


def delivery_tag(key: bytes, delivery: UUID) -> str:
    """The tag of a delivery: the same each time it is sent, a stranger to all others (HMAC-SHA-256, 144 bits)."""
    return base64url.encode(hmac.digest(key, delivery.bytes, "sha256")[:TAG_BYTES])


def shown_tag(key: bytes, delivery: UUID, resident: UUID, recipient: Recipient, due: datetime) -> str:
    """The tag that a delivery goes under: its own; in a digest one for all of it, so that the phone shows it once."""
    if recipient.digest == "off":
        return delivery_tag(key, delivery)
    return delivery_tag(key, uuid5(resident, next_digest(recipient, due).isoformat()))
