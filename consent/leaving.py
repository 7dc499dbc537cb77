"""Leaving: everything that was granted is withdrawn, then the resident is erased."""

from base.database import Work
from base.keys import KeyStore
from base.tenant import Tenant
from consent import ledger
from residents import erasure
from residents.credentials import tell


async def leave(work: Work, keys: KeyStore, tenant: Tenant, channel: str = "erasure") -> None:
    """Erase a resident; the ledger keeps that they had withdrawn, under a name that is nobody's now."""
    await ledger.withdraw_all(work, keys, tenant, channel=channel)
    await erasure.erase(work, tenant)
    await tell(work, tenant.resident)
