"""A staff request that creates, sent again with its `Idempotency-Key`, gets the answer that it got, for a day."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID, uuid4

from starlette.responses import Response

from base import clock
from base.database import Work
from base.errors import Conflict, invalid

KEPT = timedelta(days=1)


class ShownOnce(Conflict):
    """This was done already. Its answer held a secret that is shown once and kept nowhere."""


class KeyUsedOtherwise(Conflict):
    """This Idempotency-Key came with another request before."""


async def replayed(
    work: Work, key: str, path: str, raw: bytes, act: Callable[[], Awaitable[Response]], *, secret: bool = False
) -> Response:
    """The answer to this request: the one it got before under this key, or a fresh one, kept in its transaction.

    An answer that holds a secret is not kept: the second time it is ShownOnce.
    """
    if len(key) > 200:
        raise invalid("/headers/Idempotency-Key", "longer than 200 characters")
    caller = work.tenant.id if work.tenant and work.tenant.id else UUID(int=0)
    key_hash = hashlib.sha256(key.encode()).digest()
    request_hash = hashlib.sha256(path.encode() + b"\0" + raw).digest()
    # Two requests with one key at the same time wait for one another here.
    await work.execute(
        "select pg_advisory_xact_lock($1)",
        int.from_bytes(hashlib.sha256(key_hash + caller.bytes).digest()[:8], signed=True),
    )
    row = await work.fetchrow(
        "select request_hash, status, body from idempotency_key "
        "where caller_id = $1 and key_hash = $2 and created_at > $3",
        caller, key_hash, clock.now() - KEPT,
    )  # fmt: skip
    if row is not None:
        if row["request_hash"] != request_hash:
            raise KeyUsedOtherwise()
        if secret:
            raise ShownOnce()
        return Response(row["body"], row["status"], {"Idempotency-Replayed": "true"}, "application/json")
    response = await act()
    await work.execute(
        "insert into idempotency_key "
        "(id, municipality_id, caller_id, key_hash, request_hash, status, body, created_at) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (municipality_id, caller_id, key_hash) do update set "
        "request_hash = excluded.request_hash, status = excluded.status, body = excluded.body, "
        "created_at = excluded.created_at",
        uuid4(), work.municipality, caller, key_hash, request_hash, response.status_code,
        b"" if secret else bytes(response.body),
        clock.now(),
    )  # fmt: skip
    return response
