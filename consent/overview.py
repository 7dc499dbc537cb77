"""An overview for the resident: per purpose what is held, in which systems, for how long, who received it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from base.database import Work
from base.tenant import Tenant
from consent import ledger
from consent.notices import NoticeText, notices_in_force
from residents.erasure import Part, foresee

RESTS_ON: Final[Mapping[str, frozenset[str]]] = {
    "personal_feed": frozenset({"resident_interest", "resident_area"}),
    "location_zones": frozenset(),
    "location_beacons": frozenset(),
    "push_messages": frozenset({"push_address", "delivery"}),
    "profile_statistics": frozenset(),
}
"""Which tables are filled under which consent. The band of birth years is a column of the resident's own row."""


@dataclass(frozen=True, slots=True)
class Item:
    """One purpose as the resident sees it; `status` is none where they have never decided."""

    purpose: str
    status: str
    legal_basis: str
    language: str
    text: NoticeText
    held: Sequence[Part]


async def overview(work: Work, tenant: Tenant, languages: Sequence[str]) -> list[Item]:
    """Every purpose in force, with what is held of the resident under it now."""
    stands = await ledger.standing(work, tenant)
    goes = (await foresee(work, tenant)).goes
    items = []
    for purpose, notice in (await notices_in_force(work)).items():
        language = notice.nearest(*languages)
        status = stands[purpose].status if purpose in stands else "none"
        held = [part for part in goes if part.table in RESTS_ON.get(purpose, ())]
        items.append(Item(purpose, status, notice.legal_basis, language, notice.texts[language], held))
    return items
