"""A voter's half of the protocol in plain Python, for tests that need many ballots fast.

The independent check of the protocol is the npm client in `independent/`; this one is for the load.
"""

import base64
import hashlib
import secrets

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key


def _mgf1(seed: bytes, size: int) -> bytes:
    out = b""
    counter = 0
    while len(out) < size:
        out += hashlib.sha384(seed + counter.to_bytes(4, "big")).digest()
        counter += 1
    return out[:size]


def _pss(message: bytes, bits: int) -> bytes:
    """EMSA-PSS-ENCODE (RFC 8017 §9.1.1) with SHA-384 and a salt of 48 bytes."""
    size = (bits + 7) // 8
    salt = secrets.token_bytes(48)
    digest = hashlib.sha384(b"\x00" * 8 + hashlib.sha384(message).digest() + salt).digest()
    block = b"\x00" * (size - 48 - 48 - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mgf1(digest, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * size - bits)
    return bytes(masked) + digest + b"\xbc"


class Voter:
    """One ballot on its way: `request` goes to the town, `finish` turns its answer into the token."""

    def __init__(self, token_key: bytes, challenge: bytes) -> None:
        key = load_der_public_key(token_key)
        assert isinstance(key, RSAPublicKey)
        numbers = key.public_numbers()
        self._n = numbers.n
        key_id = hashlib.sha256(token_key).digest()
        self._signed = b"\x00\x02" + secrets.token_bytes(32) + hashlib.sha256(challenge).digest() + key_id
        self._blind = secrets.randbelow(self._n - 2) + 2
        encoded = int.from_bytes(_pss(self._signed, self._n.bit_length() - 1), "big")
        blinded = encoded * pow(self._blind, numbers.e, self._n) % self._n
        self.request = b"\x00\x02" + key_id[-1:] + blinded.to_bytes(256, "big")

    def finish(self, response: bytes) -> bytes:
        """The token, 354 bytes."""
        assert len(response) == 256
        signature = int.from_bytes(response, "big") * pow(self._blind, -1, self._n) % self._n
        return self._signed + signature.to_bytes(256, "big")


def header(token: bytes) -> dict[str, str]:
    """How a token is handed in."""
    return {"Authorization": f'PrivateToken token="{base64.urlsafe_b64encode(token).decode()}"'}
