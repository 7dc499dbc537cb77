"""The gate: the only place that mints permits, from consents it knows to stand now."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from base.clock import monotonic, now
from base.database import Work
from base.errors import ConsentRequired
from base.minted import SEAL
from base.queries import load_queries
from base.tenant import Tenant
from consent.permits import VALID_FOR_S, Permit
from consent.principals import Principals
from consent.purposes import Purpose

sql = load_queries(__file__)
P = TypeVar("P", bound=Purpose)


async def require_permit(work: Work, tenant: Tenant, purpose: type[P]) -> Permit[P]:
    """A permit for the resident who calls; ConsentRequired, naming the purpose, where theirs does not stand."""
    resident = tenant.resident
    permits = await permits_of(work, [resident], purpose)
    if resident not in permits:
        raise ConsentRequired(purpose.key)
    return permits[resident]


async def permits_of(work: Work, residents: Sequence[UUID], purpose: type[P]) -> dict[UUID, Permit[P]]:
    """Permits for those of the residents whose consent stands now; the others are missing from the answer."""
    valid_until = monotonic() + VALID_FOR_S  # Counted from before the question: the answer is no younger than that.
    rows = await work.fetch(sql.consenting, purpose=purpose.key, residents=list(residents), at=now())
    return {row["resident_id"]: Permit(purpose, row["resident_id"], valid_until, seal=SEAL) for row in rows}


async def require_device_permit(work: Work, principals: Principals, device: bytes, purpose: type[P]) -> Permit[P]:
    """As `require_permit`, for the resident whose device calls (the hash of its token).

    From the process's memory while that is sure to hold, and from the database else. The permit lasts as long as the
    memory does, never longer.
    """
    permit = await device_permit(work, principals, device, purpose)
    if permit is None:
        raise ConsentRequired(purpose.key)
    return permit


def remembered_permit(principals: Principals, device: bytes, purpose: type[P]) -> Permit[P] | None:
    """As `device_permit`, where the process's memory is sure that the consent stands; None says nothing."""
    principal = principals.known(device)
    if principal is None or not principal.consents_to(purpose.key):
        return None
    return Permit(purpose, principal.tenant.resident, principals.known_until(principal), seal=SEAL)


async def device_permit(work: Work, principals: Principals, device: bytes, purpose: type[P]) -> Permit[P] | None:
    """As `require_device_permit`; None where the consent does not stand."""
    principal = await principals.principal(work, device)
    if not principal.consents_to(purpose.key):  # It may have been given since: a yes is not told, only a no.
        principal = await principals.read(work, device)
        if not principal.consents_to(purpose.key):
            return None
    return Permit(purpose, principal.tenant.resident, principals.known_until(principal), seal=SEAL)
