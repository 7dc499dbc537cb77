"""Opaque credentials: a prefix for its kind, the municipality, and 32 random bytes; kept as a hash alone."""

import hashlib
import secrets
from functools import lru_cache
from uuid import UUID

from base import base64url


def issue(kind: str, municipality: UUID) -> str:
    """A fresh credential, `kind_MUNICIPALITY.SECRET` (base64url without padding)."""
    return f"{kind}_{base64url.encode(municipality.bytes)}.{base64url.encode(secrets.token_bytes(32))}"


def municipality_in(token: str, kind: str) -> UUID | None:
    """The municipality that a credential of that kind claims to be of, without asking anybody; None for any other."""
    if not token.isascii() or not token.startswith(kind + "_") or len(token) != len(kind) + 67:
        return None
    claim, dot, secret = token.removeprefix(kind + "_").partition(".")
    if not dot or len(secret) != 43:
        return None
    return _municipality(claim)


@lru_cache(maxsize=1024)
def _municipality(claim: str) -> UUID | None:
    try:
        return UUID(bytes=base64url.decode(claim))
    except ValueError:
        return None


def digest(token: str) -> bytes:
    """What is kept of a credential: SHA-256 suffices, since the secret is 256 random bits."""
    return hashlib.sha256(token.encode()).digest()
