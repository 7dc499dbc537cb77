"""Messages that only the phone's browser can read (RFC 8291: ECDH on P-256, HKDF, AES-128-GCM in one record).

Pure but for the randomness that a test may put in its place.
"""

import json
import os
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from base import base64url

RECORD_BYTES = 4096
PADDED_BYTES = 256
"""Every message is as long as this before it is encrypted, so that its length says nothing."""
_CURVE = ec.SECP256R1()


class NoSubscription(ValueError):
    """This is no push subscription of a browser."""


class NoRecipientKeys(ValueError):
    """These are no keys that a message can be encrypted to."""


@dataclass(frozen=True, slots=True)
class RecipientKeys:
    """What a phone gave so that it alone can read: `p256dh` a point on P-256, `auth` 16 bytes it shares with us."""

    p256dh: bytes = field(repr=False)
    auth: bytes = field(repr=False)

    @classmethod
    def read(cls, p256dh: str, auth: str) -> Self:
        """Read the keys from base64url. Raises NoRecipientKeys."""
        try:
            found = cls(base64url.decode(p256dh), base64url.decode(auth))
            ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, found.p256dh)
        except ValueError:
            raise NoRecipientKeys from None
        if len(found.auth) != 16 or len(found.p256dh) != 65:
            raise NoRecipientKeys
        return found

    @classmethod
    def where_usable(cls, p256dh: str | None, auth: str | None) -> Self | None:
        """The keys that a phone brought; None where it brought none that can be used: it is woken, then."""
        if p256dh is None or auth is None:
            return None
        try:
            return cls.read(p256dh, auth)
        except NoRecipientKeys:
            return None


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser is reached, and the keys it alone can decrypt for: `p256dh` a point on P-256, `auth` 16 bytes."""

    endpoint: str = field(repr=False)
    p256dh: bytes = field(repr=False)
    auth: bytes = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the JSON of a PushSubscription (W3C Push API). Raises NoSubscription for anything else.

        What its endpoint may be, and whether it may be called, is judged where it is called.
        """
        try:
            document = json.loads(text)
            endpoint, keys = document["endpoint"], document["keys"]
            found = cls(endpoint, base64url.decode(keys["p256dh"]), base64url.decode(keys["auth"]))
            ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, found.p256dh)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise NoSubscription from None
        if not isinstance(endpoint, str) or len(found.auth) != 16 or len(found.p256dh) != 65:
            raise NoSubscription
        return found


def encrypt(
    plain: bytes,
    theirs: RecipientKeys | Subscription,
    *,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """A message body with content coding `aes128gcm` (RFC 8188) that one phone alone can read."""
    salt = os.urandom(16) if salt is None else salt
    key = ec.generate_private_key(_CURVE) if key is None else key
    ours = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs.p256dh)
    material = _derive(key.exchange(ec.ECDH(), point), theirs.auth, b"WebPush: info\0" + theirs.p256dh + ours, 32)
    content_key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)
    return salt + RECORD_BYTES.to_bytes(4) + bytes([len(ours)]) + ours + sealed


def padded(plain: bytes, length: int = PADDED_BYTES) -> bytes:
    """JSON text, filled up with spaces to `length` bytes; ValueError where it is too long for that."""
    if len(plain) > length:
        raise ValueError("a message is longer than it may be")
    return plain.ljust(length)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
