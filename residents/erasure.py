"""Erasure (GDPR art. 17): everything that is a resident's goes, at once; what stays is said before."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from base.database import Work
from base.errors import Unauthorized
from base.tenant import Tenant
from residents.holdings import count_held
from residents.models import Resident

EVIDENCE = (
    "The ledger keeps that somebody consented and withdrew, so that the municipality can show it acted lawfully "
    "(GDPR art. 7(1) and 17(3)(b)). The salt that ties these lines to you is destroyed: they are then nobody's."
)
BALLOTS = (
    "Answers to surveys were handed in without your name or number. Nobody can tell which are yours, so they cannot "
    "be found and removed."
)
PARTICIPATION = (
    "While a survey is open it keeps a keyed hash of your registration, so that nobody answers twice. Its key is "
    "destroyed when the survey is counted."
)


@dataclass(frozen=True, slots=True)
class ErasedRows:
    """Rows of one table: what they are, how many, and why they stay, if they do. None where nobody can count them."""

    table: str
    what: str
    rows: int | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Farewell:
    """What erasure takes away, and what it leaves."""

    goes: Sequence[ErasedRows]
    stays: Sequence[ErasedRows]


async def foresee(work: Work, tenant: Tenant) -> Farewell:
    """What would go and what would stay, and why; nothing is changed."""
    goes, stays = [], []
    for holding, rows in await count_held(work, tenant):
        if holding.stays:
            stays.append(ErasedRows(holding.table, holding.what, rows, EVIDENCE))
        elif rows:
            goes.append(ErasedRows(holding.table, holding.what, rows))
    stays.append(ErasedRows("answer", "Your answers to surveys, if you gave any", None, BALLOTS))
    stays.append(ErasedRows("participation", "That you were handed a ballot, if you were", None, PARTICIPATION))
    return Farewell(goes, stays)


async def erase(resident: UUID) -> None:
    """Erase a resident: their row, and by the schema's cascades all that is theirs; Unauthorized for nobody."""
    if not await Resident.filter(id=resident).delete():
        raise Unauthorized()
