"""The name under which the consent ledger knows a resident: one that erasure makes nobody's."""

import hashlib
import hmac
from uuid import UUID


def subject(salt: bytes, resident: UUID) -> bytes:
    """HMAC-SHA256 of the resident's id under their salt; without the salt it leads nowhere."""
    return hmac.digest(salt, resident.bytes, hashlib.sha256)
