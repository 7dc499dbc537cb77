"""The opaque name of a delivery: what the courier sees of it, and what the phone collapses a repeated message by."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from uuid import UUID, uuid5

from base.keys import KeyStore, make
from push.attention import Reader, digest_after

TAG_BYTES = 18


def tag_key(keys: KeyStore) -> bytes:
    """The secret that tags are made with; made when it is first needed."""
    return make(keys, "push/tag")


def tag(key: bytes, delivery: UUID) -> str:
    """The tag of a delivery: the same each time it is sent, a stranger to all others (HMAC-SHA-256, 144 bits)."""
    return urlsafe_b64encode(hmac.digest(key, delivery.bytes, "sha256")[:TAG_BYTES]).decode()


def name(key: bytes, delivery: UUID, resident: UUID, reader: Reader, due: datetime) -> str:
    """The tag that a delivery goes under: its own; in a digest one for all of it, so that the phone shows it once."""
    if reader.digest == "off":
        return tag(key, delivery)
    return tag(key, uuid5(resident, digest_after(reader, due).isoformat()))
