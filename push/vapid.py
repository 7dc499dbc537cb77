"""Who we are to a browser's push service (RFC 8292): a signed token for each, and the key it is checked with."""

import json
from base64 import urlsafe_b64encode
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from base import clock
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
        self.public_key = text(point)

    def authorization(self, origin: str) -> str:
        """The Authorization header for a push service (`https://host`)."""
        at = clock.now().timestamp()
        until, token = self._tokens.get(origin, (0.0, ""))
        if until - at < RENEW_S:
            until = at + LIFE_S
            token = self._sign({"aud": origin, "exp": int(until), "sub": self._contact})
            self._tokens[origin] = (until, token)
        return f"vapid t={token}, k={self.public_key}"

    def _sign(self, claims: dict[str, str | int]) -> str:
        head = text(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
        signed = f"{head}.{text(json.dumps(claims).encode())}"
        r, s = decode_dss_signature(self._key.sign(signed.encode(), ec.ECDSA(SHA256())))
        return f"{signed}.{text(r.to_bytes(32) + s.to_bytes(32))}"


def text(value: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()
