"""An app's half of a blindly signed ballot, in plain Python; it shares no code with the server's half.

RFC 9474 (RSABSSA-SHA384-PSS-Deterministic: Blind, Finalize) inside RFC 9578 §6 (token type 0x0002).
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

SALT = 48
ISSUER = b"ballots.medvirk"


class NotSigned(Exception):
    """What came back is no signature of this ballot under the survey's key."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs a survey's ballots, as everybody can read it."""

    key: RSAPublicKey
    key_id: bytes
    challenge: bytes

    @staticmethod
    def read(survey: UUID, published: Mapping[str, str]) -> "Issuer":
        """From `GET /v1/surveys/{id}/issuer`. Raises NotSigned where the challenge is not the one that everybody gets:
        a challenge of somebody's own would tell their ballot from the others.
        """
        spki, challenge = _bytes(published["token_key"]), _bytes(published["token_challenge"])
        key = load_der_public_key(spki)
        context = hashlib.sha256(b"medvirk ballot 1\0" + survey.bytes + spki).digest()
        expected = b"\x00\x02\x00" + bytes([len(ISSUER)]) + ISSUER + b"\x20" + context + b"\x00\x00"
        if not isinstance(key, RSAPublicKey) or challenge != expected:
            raise NotSigned
        return Issuer(key, hashlib.sha256(spki).digest(), challenge)


@dataclass(slots=True)
class Blank:
    """A ballot that is not signed yet: `request` goes to the town, which cannot see what it signs."""

    issuer: Issuer
    signed: bytes = field(init=False, repr=False)
    request: bytes = field(init=False, repr=False)
    _unblind: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        numbers = self.issuer.key.public_numbers()
        challenge = hashlib.sha256(self.issuer.challenge).digest()
        self.signed = b"\x00\x02" + secrets.token_bytes(32) + challenge + self.issuer.key_id
        message = int.from_bytes(_encode(self.signed, numbers.n.bit_length() - 1), "big")
        factor = 1 + secrets.randbelow(numbers.n - 1)
        self._unblind = pow(factor, -1, numbers.n)
        blinded = message * pow(factor, numbers.e, numbers.n) % numbers.n
        self.request = b"\x00\x02" + self.issuer.key_id[-1:] + blinded.to_bytes(256, "big")

    def signed_by(self, response: bytes) -> str:
        """The ballot, ready for the Authorization header. Raises NotSigned."""
        modulus = self.issuer.key.public_numbers().n
        signature = (int.from_bytes(response, "big") * self._unblind % modulus).to_bytes(256, "big")
        pss = padding.PSS(padding.MGF1(hashes.SHA384()), SALT)
        try:
            self.issuer.key.verify(signature, self.signed, pss, hashes.SHA384())
        except InvalidSignature:
            raise NotSigned from None
        return header(self.signed + signature)


def header(token: bytes) -> str:
    """A token as the Authorization header carries it (RFC 9577 §2.2)."""
    return f'PrivateToken token="{base64.urlsafe_b64encode(token).decode()}"'


def _encode(message: bytes, bits: int) -> bytes:
    """EMSA-PSS (RFC 8017 §9.1.1) with SHA-384 and MGF1 over it."""
    length, digest = (bits + 7) // 8, hashlib.sha384
    salt = secrets.token_bytes(SALT)
    inner = digest(bytes(8) + digest(message).digest() + salt).digest()
    plain = (b"\x01" + salt).rjust(length - len(inner) - 1, b"\x00")
    stream = b"".join(digest(inner + number.to_bytes(4, "big")).digest() for number in range(len(plain) // 48 + 1))
    masked = int.from_bytes(plain, "big") ^ int.from_bytes(stream[: len(plain)], "big")
    masked &= (1 << (8 * len(plain) - (8 * length - bits))) - 1
    return masked.to_bytes(len(plain), "big") + inner + b"\xbc"


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
