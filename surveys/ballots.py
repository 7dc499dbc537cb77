"""Ballots: one for everyone entitled, signed unseen, handed in without saying who.

Privacy Pass (RFC 9577, RFC 9578) with token type 0x0002, one key for each survey. Nothing here does I/O: bytes come in,
a verified `Ballot` goes out, and only this module mints one.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import final
from uuid import UUID

from base import base64url
from base.errors import Invalid, Unauthorized, invalid
from base.minted import SEAL, Minted
from surveys import blind_rsa

TOKEN_TYPE = 2
ISSUER_NAME = "ballots.medvirk"
REQUEST_BYTES = 259
TOKEN_BYTES = 354

_SIGNED_BYTES = 98
_CONTEXT_LABEL = b"medvirk ballot 1\x00"


class BadBallot(Unauthorized):
    """The ballot is not one of this survey's."""

    scheme = "PrivateToken"


class NoBallot(Unauthorized):
    """An answer is handed in with a ballot: Authorization: PrivateToken token="…"."""

    scheme = "PrivateToken"


@final
@dataclass(frozen=True, slots=True)
class Ballot(Minted):
    """A ballot that was verified and has, as far as its bearer says, not been spent: the right to one answer.

    `mark` (32 bytes) is what the box remembers of it; nobody, the issuer included, has seen it before.
    """

    minted_by = "who has verified a token"
    instead = "it is handed in, once"

    survey: UUID
    mark: bytes

    def __repr__(self) -> str:
        return "<a ballot>"


@dataclass(frozen=True, slots=True)
class Issuer:
    """What everybody may know of a survey's issuer, and can recompute from the survey's id and key."""

    survey: UUID
    token_key: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the key as published, 32 bytes (RFC 9578 §6.5)."""
        return hashlib.sha256(self.token_key).digest()

    @property
    def challenge(self) -> bytes:
        """The TokenChallenge (RFC 9577 §2.1.1), the same for everyone.

        `u16 2 | u16 15 | "ballots.medvirk" | u8 32 | context | u16 0`, where the context is SHA-256 over
        `"medvirk ballot 1" | 0x00 | the survey's id, 16 bytes | the key as published`.
        """
        context = hashlib.sha256(_CONTEXT_LABEL + self.survey.bytes + self.token_key).digest()
        name = ISSUER_NAME.encode()
        return (
            TOKEN_TYPE.to_bytes(2, "big")
            + len(name).to_bytes(2, "big")
            + name
            + len(context).to_bytes(1, "big")
            + context
            + (0).to_bytes(2, "big")
        )


def blinded_message(issuer: Issuer, request: bytes) -> bytes:
    """The 256 blinded bytes of a TokenRequest (RFC 9578 §6.1: type, last byte of the key's id, message; 259 bytes).

    Raises Invalid for another length, type or key, or a message that is no number below the key's modulus.
    """
    if len(request) != REQUEST_BYTES:
        raise invalid("", "A ballot request has {size} bytes.", size=REQUEST_BYTES)
    if int.from_bytes(request[:2], "big") != TOKEN_TYPE:
        raise invalid("", "Ballots here are of token type 0x0002.")
    if request[2] != issuer.key_id[-1]:
        raise invalid("", "The request was made for another key than this survey's.")
    return request[3:]


def sign(signer: blind_rsa.Signer, blinded: bytes) -> bytes:
    """The TokenResponse, 256 bytes; the same again for the same blinded message. Raises Invalid."""
    try:
        return blind_rsa.blind_sign(signer, blinded)
    except blind_rsa.BlindedMessageOutOfRange:
        raise out_of_range() from None


async def sign_off_loop(signer: blind_rsa.Signer, blinded: bytes) -> bytes:
    """`sign`, without holding up others who are served by this process."""
    try:
        return await blind_rsa.off_loop(signer, blinded)
    except blind_rsa.BlindedMessageOutOfRange:
        raise out_of_range() from None


def out_of_range() -> Invalid:
    """The refusal of a message that the key cannot sign."""
    return invalid("", "The blinded message is not a number below the key's modulus.")


def verify(issuer: Issuer, token: bytes) -> Ballot:
    """The ballot of a finished token (RFC 9578 §6.3: type, nonce, challenge digest, key id, signature; 354 bytes).

    Raises BadBallot for anything that this survey's key has not signed.
    """
    if len(token) != TOKEN_BYTES or int.from_bytes(token[:2], "big") != TOKEN_TYPE:
        raise BadBallot()
    if token[34:_SIGNED_BYTES] != _named(issuer):
        raise BadBallot()
    signed, signature = token[:_SIGNED_BYTES], token[_SIGNED_BYTES:]
    if not blind_rsa.verifies(issuer.token_key, signed, signature):
        raise BadBallot()
    # Over what was signed and not the signature: whatever could be done to a signature, a ballot stays one ballot.
    return Ballot(issuer.survey, hashlib.sha256(signed).digest(), seal=SEAL)


@lru_cache(maxsize=1024)
def _named(issuer: Issuer) -> bytes:
    """What a token says of its issuer: the digest of the challenge and the key's id."""
    return hashlib.sha256(issuer.challenge).digest() + issuer.key_id


def on_paper(survey: UUID, mark: bytes) -> Ballot:
    """The ballot that a sheet of paper stands for, whose code has been noted as used; `mark` has 32 bytes."""
    return Ballot(survey, mark, seal=SEAL)


_NAME, _QUOTED, _BARE = r"([\w!#$%&*+.^`|~-]{1,64})", r'"([^"\\]{0,1024})"', r'([^\s",]{0,1024})'
_PARAMETER = re.compile(rf"\s*{_NAME}\s*=\s*(?:{_QUOTED}|{_BARE})\s*(?:,|$)", re.ASCII)


def token_of(authorization: str | None) -> bytes:
    """The token of an Authorization header: `PrivateToken token="…"`, base64url, padded or not (RFC 9577 §2.2).

    Raises NoBallot where there is none, BadBallot where it cannot be read.
    """
    scheme, _, rest = (authorization or "").strip().partition(" ")
    if scheme.lower() != "privatetoken":
        raise NoBallot()
    found: list[str] = []
    place = 0
    while place < len(rest):
        part = _PARAMETER.match(rest, place)
        if part is None:
            raise BadBallot()
        if part[1].lower() == "token":
            found.append(part[2] if part[2] is not None else part[3])
        place = part.end()
    if len(found) != 1:
        raise BadBallot()
    try:
        return base64url.decode(found[0])
    except ValueError:
        raise BadBallot() from None
