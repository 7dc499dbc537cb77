"""Erasing a resident: everything that was granted is withdrawn, then the resident is erased."""

from uuid import UUID

from base.database import Work
from base.keys import KeyStore
from consent import ledger
from residents import erasure
from residents.credentials import announce_resident_changed


async def erase_resident(work: Work, keys: KeyStore, resident: UUID, channel: str = "erasure") -> None:
    """Erase a resident; the ledger keeps that they had withdrawn, under a name that is nobody's now."""
    await ledger.withdraw_all(work, keys, resident, channel=channel)
    await erasure.erase(resident)
    await announce_resident_changed(work, resident)
