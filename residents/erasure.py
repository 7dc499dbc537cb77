"""Erasure (GDPR art. 17): everything that is a resident's goes, at once; what stays is said before."""

from collections.abc import Sequence
from dataclasses import dataclass

from base.database import Work
from base.errors import Unauthorized
from base.tenant import Tenant
from residents.holdings import held, holdings

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
class Part:
    """Rows of one table: what they are, how many, and why they stay, if they do. None where nobody can count them."""

    table: str
    what: str
    rows: int | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Farewell:
    """What erasure takes away, and what it leaves."""

    goes: Sequence[Part]
    stays: Sequence[Part]


async def foresee(work: Work, tenant: Tenant) -> Farewell:
    """What would go and what would stay, and why; nothing is changed."""
    who = await held(work, tenant)
    goes, stays = [], []
    for holding in await holdings(work):
        rows = await work.fetchval(
            f'select count(*) from "{holding.table}" where "{holding.column}" = $1',  # noqa: S608 - names from the schema itself
            who.value(holding),
        )
        if holding.stays:
            stays.append(Part(holding.table, holding.what, rows, EVIDENCE))
        elif rows:
            goes.append(Part(holding.table, holding.what, rows))
    stays.append(Part("answer", "Your answers to surveys, if you gave any", None, BALLOTS))
    stays.append(Part("participation", "That you were handed a ballot, if you were", None, PARTICIPATION))
    return Farewell(goes, stays)


async def erase(work: Work, tenant: Tenant) -> None:
    """Erase the resident who calls: their row, and by the schema's cascades all that is theirs."""
    if not await work.execute("delete from resident where id = $1", tenant.resident):
        raise Unauthorized()
