"""Signatures that outlast a request: JWS (RFC 7515) with Ed25519 (RFC 8037), for what residents keep or check.

The keys lie in the key store, `signing/1`, `signing/2`, …; the newest signs, all stand in the key set (RFC 7517), so
that what an old key signed can still be checked. A key is named by its thumbprint (RFC 7638).
"""

import hashlib
import json
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWK, PyJWS, PyJWTError

from base import base64url
from base.keys import KeyStore, make

PREFIX: Final = "signing"
_ALGORITHM: Final = "EdDSA"
_JWS: Final = PyJWS()


class NotSigned(ValueError):
    """This was not signed by any of these keys."""


def sign(keys: KeyStore, payload: bytes, typ: str) -> str:
    """A compact JWS of the payload under the newest key; `typ` says what it is."""
    private = _private(keys, _numbers(keys)[-1])
    return _JWS.encode(payload, private, _ALGORITHM, {"kid": _thumbprint(private.public_key()), "typ": typ})


def jwks(keys: KeyStore) -> dict[str, Any]:
    """The public keys, the newest first, as a JWK Set."""
    public = [_private(keys, number).public_key() for number in reversed(_numbers(keys))]
    return {"keys": [{**_jwk(key), "kid": _thumbprint(key), "alg": _ALGORITHM, "use": "sig"} for key in public]}


def rotate(keys: KeyStore) -> None:
    """Sign with a fresh key from now on."""
    make(keys, f"{PREFIX}/{_numbers(keys)[-1] + 1}")


def verify(compact: str, key_set: dict[str, Any], typ: str) -> bytes:
    """The payload of a JWS that one of the keys has signed as this type; NotSigned otherwise."""
    try:
        header = _JWS.get_unverified_header(compact)
        [key] = [key for key in key_set["keys"] if key["kid"] == header["kid"]]
        if header["typ"] != typ:
            raise NotSigned()
        payload: bytes = _JWS.decode(compact, PyJWK(key), [_ALGORITHM])
    except (PyJWTError, ValueError, KeyError, TypeError):
        raise NotSigned() from None
    return payload


def _numbers(keys: KeyStore) -> list[int]:
    make(keys, f"{PREFIX}/1")
    return sorted(int(name.rsplit("/", 1)[1]) for name in keys.names(PREFIX))


def _private(keys: KeyStore, number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(make(keys, f"{PREFIX}/{number}"))


def _jwk(key: Ed25519PublicKey) -> dict[str, str]:
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw))}


def _thumbprint(key: Ed25519PublicKey) -> str:
    """RFC 7638: SHA-256 of the required members in their order, without spaces."""
    return base64url.encode(hashlib.sha256(json.dumps(_jwk(key), separators=(",", ":")).encode()).digest())
