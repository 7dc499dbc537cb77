"""An overview for the resident: per purpose what is held, in which systems, for how long, who received it."""

from collections.abc import Sequence
from dataclasses import dataclass

from base.database import Work
from base.tenant import Tenant
from consent import ledger
from consent.inventory import TABLES
from consent.notice_text import NoticeText
from consent.notices import notices_in_force
from residents.erasure import ErasedRows, foresee


@dataclass(frozen=True, slots=True)
class ConsentItem:
    """One purpose as the resident sees it; `status`: none where they never decided, applies where the law does."""

    purpose: str
    status: str
    legal_basis: str
    language: str
    text: NoticeText
    held: Sequence[ErasedRows]


async def overview(work: Work, tenant: Tenant, languages: Sequence[str]) -> list[ConsentItem]:
    """Every purpose in force, with what is held of the resident under it now.

    The band of birth years is a column of the resident's own row, and told there.
    """
    stands = await ledger.standing(tenant)
    foreseen = await foresee(work, tenant)
    items = []
    for purpose, notice in (await notices_in_force()).items():
        language = notice.nearest_language(*languages)
        status = ledger.status(stands, purpose)
        held = [part for part in (*foreseen.goes, *foreseen.stays) if TABLES[part.table].activity == purpose]
        items.append(
            ConsentItem(
                purpose=purpose,
                status=status,
                legal_basis=notice.legal_basis,
                language=language,
                text=notice.texts[language],
                held=held,
            )
        )
    return items
