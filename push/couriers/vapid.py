"""Who we are to a browser's push service (RFC 8292): a signed token for each, and the key it is checked with."""

from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from base import base64url, clock
from base.keys import KeyStore, make

LIFE_S: Final = 12 * 3600
RENEW_S: Final = 3600
_CURVE = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Vapid:
    """The key pair of this installation, and the tokens that are still good, by the push service's origin."""

    def __init__(self, keys: KeyStore, contact: str) -> None:
        secret = int.from_bytes(make(keys, "push/vapid", 48)) % (_ORDER - 1) + 1
        self._key = ec.derive_private_key(secret, _CURVE)
        self._contact = contact
        self._tokens: dict[str, tuple[float, str]] = {}
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = base64url.encode(point)

    def authorization(self, origin: str) -> str:
        """The Authorization header for a push service (`https://host`)."""
        at = clock.now().timestamp()
        until, token = self._tokens.get(origin, (0.0, ""))
        if until - at < RENEW_S:
            until = at + LIFE_S
            token = jwt.encode({"aud": origin, "exp": int(until), "sub": self._contact}, self._key, "ES256")
            self._tokens[origin] = (until, token)
        return f"vapid t={token}, k={self.public_key}"
