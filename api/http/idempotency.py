"""A request that creates something, sent again with its `Idempotency-Key`, gets the answer that it got.

What is kept for that says nothing by itself: the key and the request are kept as HMACs under a secret outside the
database, and the answer is sealed under the `Idempotency-Key`, which only its sender has.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.responses import Response

from api.http.fast_path import Ready
from api.http.request import ApiRequest
from base import clock
from base.database import Work
from base.errors import Conflict, invalid
from base.keys import KeyStore, make
from base.models import IdempotencyKey

KEPT = timedelta(days=3)
"""Friday's lost answer is asked for again on Monday; the daily clearing (`base/retention.py`) deletes later."""

_SECRET = "idempotency"  # noqa: S105 - the name of a secret
_A_KEY = re.compile(r"[\x20-\x7e]{1,200}")


class ShownOnce(Conflict):
    """This was done already. Its answer held a secret that is shown once and kept nowhere."""


class KeyUsedOtherwise(Conflict):
    """This Idempotency-Key came with another request before."""


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with its `Idempotency-Key`."""

    key: str
    method: str
    target: bytes
    body: bytes

    @classmethod
    def of(cls, request: ApiRequest, key: str, body: bytes) -> "KeyedRequest":
        """The request as it came: its method, its path and query undecoded, its body."""
        if not _A_KEY.fullmatch(key):
            raise invalid("/headers/Idempotency-Key", "1 to 200 characters of printable ASCII")
        return cls(key, request.scope["method"], request.target, body)

    def fingerprint(self) -> bytes:
        """What makes it this request and no other; each part has its length, so that none runs into the next."""
        parts = (self.key.encode(), self.method.encode(), self.target, self.body)
        return b"".join(len(part).to_bytes(8) + part for part in parts)


async def replayed(
    work: Work, keys: KeyStore, sent: KeyedRequest, act: Callable[[], Awaitable[Response]], *, secret: bool = False
) -> Response:
    """The answer to this request: the one it got before under this key, or a fresh one, kept in its transaction.

    Of two at once the second waits for the first. An answer that holds a secret is not kept: the second time it is
    ShownOnce. KeyUsedOtherwise where the key came with another request.
    """
    caller = work.tenant.id if work.tenant and work.tenant.id else UUID(int=0)
    ours = make(keys, _SECRET)
    key_hash = _mac(ours, b"key", caller.bytes + sent.key.encode())
    request_hash = _mac(ours, b"request", sent.fingerprint())
    lock = int.from_bytes(_mac(ours, b"lock", key_hash)[:8], signed=True)
    await work.execute("select pg_advisory_xact_lock($1)", lock)
    known = await IdempotencyKey.get_or_none(caller_id=caller, key_hash=key_hash)
    cipher = AESGCM(_mac(ours, b"seal", sent.key.encode()))
    if known is not None and known.created_at > clock.now() - KEPT:
        if not hmac.compare_digest(known.request_hash, request_hash):
            raise KeyUsedOtherwise()
        if secret:
            raise ShownOnce()
        return _opened(cipher, known.status, known.body, request_hash)
    response = await act()
    kept = known or IdempotencyKey(caller_id=caller, key_hash=key_hash)
    kept.update_from_dict(
        {
            "request_hash": request_hash,
            "status": response.status_code,
            "body": b"" if secret else _sealed(cipher, response, request_hash),
            "created_at": clock.now(),
        }
    )
    await kept.save()
    return response


def _mac(secret: bytes, what: bytes, data: bytes) -> bytes:
    return hmac.digest(secret, what + b"\0" + data, hashlib.sha256)


def _sealed(cipher: AESGCM, response: Response, request_hash: bytes) -> bytes:
    """The answer's headers and body, under a fresh nonce."""
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    nonce = secrets.token_bytes(12)
    return nonce + cipher.encrypt(nonce, json.dumps(headers).encode() + b"\n" + bytes(response.body), request_hash)


def _opened(cipher: AESGCM, status: int, sealed: bytes, request_hash: bytes) -> Response:
    head, _, body = cipher.decrypt(sealed[:12], sealed[12:], request_hash).partition(b"\n")
    return Ready(body, status, None, {**json.loads(head), "Idempotency-Replayed": "true"})
