"""Leaving: everything that was granted is withdrawn, then the resident is erased."""

from base.database import Work
from base.keys import KeyStore
from base.tenant import Tenant
from consent import ledger
from residents import erasure
from residents.credentials import tell


async def leave(work: Work, keys: KeyStore, tenant: Tenant) -> None:
    """Erase the resident who calls; the ledger keeps that they had withdrawn, under a name that is nobody's now."""
    await ledger.withdraw_all(work, keys, tenant, channel="erasure")
    await erasure.erase(work, tenant)
    await tell(work, tenant.resident)
