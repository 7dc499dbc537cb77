"""How long things are kept: what notices tell, the nightly clearing obeys and the processing record prints."""

import json
from dataclasses import asdict, dataclass

from base.database import Work


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a municipality keeps what it must not keep for ever.

    `inactive_months`: a registration that nobody has used; `warning_days`: how long before that the resident is told;
    `delivery_days`: that a message was sent; `audit_months`: what staff did.
    """

    inactive_months: int = 24
    warning_days: int = 30
    delivery_days: int = 30
    audit_months: int = 24


async def lifetimes(work: Work) -> Lifetimes:
    """The municipality's own, where it has set them."""
    found = await work.fetchval("select settings -> 'lifetimes' from municipality where id = $1", work.municipality)
    return Lifetimes(**{**asdict(Lifetimes()), **json.loads(found or "{}")})
