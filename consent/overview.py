"""An overview for the resident: per purpose what is held, in which systems, for how long, who received it."""

from collections.abc import Sequence
from dataclasses import dataclass

from base.database import Work
from base.tenant import Tenant
from consent import ledger
from consent.inventory import TABLES
from consent.notices import NoticeText, notices_in_force
from residents.erasure import Part, foresee


@dataclass(frozen=True, slots=True)
class Item:
    """One purpose as the resident sees it; `status`: none where they never decided, applies where the law does."""

    purpose: str
    status: str
    legal_basis: str
    language: str
    text: NoticeText
    held: Sequence[Part]


async def overview(work: Work, tenant: Tenant, languages: Sequence[str]) -> list[Item]:
    """Every purpose in force, with what is held of the resident under it now.

    The band of birth years is a column of the resident's own row, and told there.
    """
    stands = await ledger.standing(work, tenant)
    foreseen = await foresee(work, tenant)
    items = []
    for purpose, notice in (await notices_in_force(work)).items():
        language = notice.nearest(*languages)
        status = ledger.status(stands, purpose)
        held = [part for part in (*foreseen.goes, *foreseen.stays) if TABLES[part.table].activity == purpose]
        items.append(Item(purpose, status, notice.legal_basis, language, notice.texts[language], held))
    return items
