"""Roots of the consent ledger: open to all, so that nobody can rewrite the past unseen."""

import re
from datetime import date

from pydantic import BaseModel, Field

from api.http.authentication import OPEN
from api.http.call import Call
from api.http.endpoint import AnyEndpoint, get
from api.schemas.common import PageQuery
from base.errors import NotFound
from consent import roots
from consent.models import LedgerRoot

_LEAF = re.compile(r"[0-9a-f]{64}", re.ASCII)
PROOFS_A_MINUTE = 30


class LedgerRootResponse(BaseModel, title="LedgerRoot"):
    """The Merkle root (RFC 9162, SHA-256) over the ledger's first `events` lines, as published on a day."""

    published_on: date
    events: int
    root: str = Field(description="32 bytes in hex")


class LedgerRoots(BaseModel):
    """Published roots, newest first."""

    items: list[LedgerRootResponse]
    next: str | None = None


class InclusionProof(BaseModel):
    """That a line is under a published root: its place, from 0, and its neighbours in the tree, from below."""

    place: int
    root: LedgerRootResponse
    path: list[str]


def _root(found: LedgerRoot) -> LedgerRootResponse:
    return LedgerRootResponse(published_on=found.published_on, events=found.events, root=found.root.hex())


async def ledger_roots(call: Call[None, PageQuery]) -> LedgerRoots:
    """The roots of the consent ledger that were published: keep one, and nobody can rewrite what is under it."""
    found = await roots.roots()
    part, following = call.query.of(found, lambda root: (root.published_on.isoformat(),), newest_first=True)
    return LedgerRoots(items=[_root(root) for root in part], next=following)


async def ledger_proof(call: Call) -> InclusionProof:
    """That the line whose hash is `leaf` is under the newest root. A receipt holds it; salted, it tells nothing."""
    if not _LEAF.fullmatch(call.text("leaf")):
        raise NotFound()
    call.services.limits.count("ledger proof", call.network, PROOFS_A_MINUTE)
    proof = await roots.prove(call.work, bytes.fromhex(call.text("leaf")))
    return InclusionProof(place=proof.place, root=_root(proof.root), path=[step.hex() for step in proof.path])


ENDPOINTS: list[AnyEndpoint] = [
    get(
        "/v1/municipalities/{number}/ledger/roots",
        ledger_roots,
        OPEN,
        town="number",
        refuses=(422,),
        etag=True,
        shared=True,
    ),
    get("/v1/municipalities/{number}/ledger/proofs/{leaf}", ledger_proof, OPEN, town="number", refuses=(429,)),
]
