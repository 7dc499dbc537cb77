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
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.responses import Response

from api.incoming import Incoming
from api.ready import Ready
from base import clock
from base.database import Work
from base.errors import Conflict, invalid
from base.keys import KeyStore, make

KEPT = timedelta(days=3)
"""Friday's lost answer is asked for again on Monday; the nightly clearing (`consent/inventory.py`) deletes later."""

_SECRET = "idempotency"  # noqa: S105 - the name of a secret
_A_KEY = re.compile(r"[\x20-\x7e]{1,200}")


class ShownOnce(Conflict):
    """This was done already. Its answer held a secret that is shown once and kept nowhere."""


class KeyUsedOtherwise(Conflict):
    """This Idempotency-Key came with another request before."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request with its `Idempotency-Key`."""

    key: str
    method: str
    target: bytes
    body: bytes

    @classmethod
    def of(cls, request: Incoming, key: str, body: bytes) -> "Sent":
        """The request as it came: its method, its path and query undecoded, its body."""
        if not _A_KEY.fullmatch(key):
            raise invalid("/headers/Idempotency-Key", "1 to 200 characters of printable ASCII")
        return cls(key, request.scope["method"], request.target, body)

    def fingerprint(self) -> bytes:
        """What makes it this request and no other; each part has its length, so that none runs into the next."""
        parts = (self.key.encode(), self.method.encode(), self.target, self.body)
        return b"".join(len(part).to_bytes(8) + part for part in parts)


async def replayed(
    work: Work, keys: KeyStore, sent: Sent, act: Callable[[], Awaitable[Response]], *, secret: bool = False
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
    row = await work.fetchrow(
        "select request_hash, status, body from idempotency_key "
        "where caller_id = $1 and key_hash = $2 and created_at > $3",
        caller, key_hash, clock.now() - KEPT,
    )  # fmt: skip
    cipher = AESGCM(_mac(ours, b"seal", sent.key.encode()))
    if row is not None:
        if not hmac.compare_digest(row["request_hash"], request_hash):
            raise KeyUsedOtherwise()
        if secret:
            raise ShownOnce()
        return _opened(cipher, row["status"], row["body"], request_hash)
    response = await act()
    await work.execute(
        "insert into idempotency_key "
        "(id, municipality_id, caller_id, key_hash, request_hash, status, body, created_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (municipality_id, caller_id, key_hash) do update set "
        "request_hash = excluded.request_hash, status = excluded.status, body = excluded.body, "
        "created_at = excluded.created_at",
        uuid4(), work.municipality, caller, key_hash, request_hash, response.status_code,
        b"" if secret else _sealed(cipher, response, request_hash),
        clock.now(),
    )  # fmt: skip
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
