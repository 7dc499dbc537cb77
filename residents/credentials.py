"""A device's credential: the only thing that ties a phone to a registration, and kept as a hash alone."""

from typing import Final
from uuid import UUID

from base import tokens
from base.database import Work
from base.errors import Unauthorized
from base.minted import SEAL
from base.queries import load_queries
from base.tenant import Tenant
from municipality.directory import today
from residents.models import Credential

sql = load_queries(__file__)

KIND = "mvr"

CHANGED: Final = "resident"
"""The channel on which every process is told that a resident's devices or consents have changed."""


async def authenticate(work: Work, token: str) -> Tenant:
    """The resident whose device holds this token; Unauthorized where nobody's does.

    The unit of work is bound to the municipality that the token claims, so that a false claim finds nothing.
    """
    resident = await work.fetchval(sql.resident_of_token, hash=tokens.digest(token))
    if resident is None:
        raise Unauthorized()
    return Tenant(work.municipality, "resident", resident, seal=SEAL)


async def issue(work: Work, resident: UUID, platform: str, app_version: str) -> str:
    """A fresh token for a device of the resident; shown once, kept as a hash."""
    token = tokens.issue(KIND, work.municipality)
    await Credential.create(
        resident_id=resident,
        hash=tokens.digest(token),
        platform=platform,
        app_version=app_version,
        issued_on=await today(work),
    )
    return token


async def device_of_token(token: str) -> UUID:
    """The id of the credential that a token stands for: the device, as push addresses know it."""
    found = await Credential.get_or_none(hash=tokens.digest(token))
    if found is None:
        raise Unauthorized()
    return found.id


async def rotate(work: Work, token: str) -> str:
    """A new token for the same device; the old one is nobody's from then on. Unauthorized where it already was."""
    fresh = tokens.issue(KIND, work.municipality)
    resident = await work.fetchval(
        sql.rotate_token, fresh=tokens.digest(fresh), day=await today(work), hash=tokens.digest(token)
    )
    if resident is None:
        raise Unauthorized()
    await announce_resident_changed(work, resident)
    return fresh


async def sign_out(work: Work, token: str) -> None:
    """Forget this device and its push address; the registration and its other devices stay."""
    resident = await work.fetchval(sql.forget_device, hash=tokens.digest(token))
    if resident is not None:
        await announce_resident_changed(work, resident)


async def announce_resident_changed(work: Work, resident: UUID | None) -> None:
    """Tell every process, on commit, that what it remembers of a resident no longer holds; of anybody with None."""
    await work.notify(CHANGED, f"{work.municipality} {resident or '*'}")
