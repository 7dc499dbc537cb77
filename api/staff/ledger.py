"""Whether the consent ledger is as it was written, at the privacy officer's word."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import ONLY_READS, AnyEndpoint, post
from api.schemas.common import RequestModel, Whole
from consent.models import ConsentEvent
from consent.verification import verify
from municipality.roles import OFFICERS

VERIFICATIONS_A_MINUTE = 6


class RootKept(RequestModel):
    """A published root that somebody kept: over how many lines, and its 32 bytes in hex."""

    events: Annotated[Whole, Field(ge=1)]
    root: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class RootsKept(RequestModel):
    """Roots that somebody kept, which the ledger must still lead to."""

    kept: Annotated[list[RootKept], Field(max_length=50)] = Field(default_factory=list)


class FindingShown(BaseModel, title="LedgerFinding"):
    """One thing that is not as it was written: what, and at which line."""

    kind: Literal["changed", "missing", "moved", "cut off", "head", "standing", "root", "witness", "key"]
    number: int | None
    words: str


class Verified(BaseModel):
    """How many lines were read, and all that is not as it was written; nothing where all is well."""

    lines: int
    findings: list[FindingShown]


async def verify_ledger(call: Call[RootsKept]) -> Verified:
    """Read the whole ledger, and find every line that was changed, removed, moved, slipped in or cut off."""
    call.services.limits.count("ledger verification", str(call.work.municipality), VERIFICATIONS_A_MINUTE)
    kept = {one.events: bytes.fromhex(one.root) for one in call.body.kept}
    found = await verify(call.work, call.services.keys, kept)
    shown = [FindingShown(kind=one.kind, number=one.number, words=one.words) for one in found]
    return Verified(lines=await ConsentEvent.all().count(), findings=shown)


ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/ledger/verification",
        verify_ledger,
        staff(OFFICERS),
        example={"kept": [{"events": 1200, "root": "9f" * 32}]},
        not_idempotent=ONLY_READS,
        refuses=(422, 429),
    ),
]
