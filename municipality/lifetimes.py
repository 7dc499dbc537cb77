"""How long things are kept: what notices tell, the daily clearing obeys and the processing record prints."""

from dataclasses import asdict, dataclass

from base.database import Work
from municipality.models import Municipality


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
    settings = (await Municipality.get(id=work.municipality)).settings
    return Lifetimes(**{**asdict(Lifetimes()), **settings.get("lifetimes", {})})
