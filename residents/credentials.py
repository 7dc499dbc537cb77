"""A device's credential: the only thing that ties a phone to a registration, and kept as a hash alone."""

from typing import Final
from uuid import UUID, uuid4

from base import tokens
from base.database import Work
from base.errors import Unauthorized
from base.tenant import Tenant
from municipality.directory import today

KIND = "mvr"

CHANGED: Final = "resident"
"""The channel on which every process is told that a resident's devices or consents have changed."""


def municipality_of_token(token: str) -> UUID | None:
    """The municipality that a resident's token claims; None for anything that is no such token. Asks nobody."""
    return tokens.municipality_in(token, KIND)


async def authenticate(work: Work, token: str) -> Tenant:
    """The resident whose device holds this token; Unauthorized where nobody's does.

    The unit of work is bound to the municipality that the token claims, so that a false claim finds nothing.
    """
    resident = await work.fetchval("select resident_id from credential where hash = $1", tokens.digest(token))
    if resident is None:
        raise Unauthorized()
    return Tenant(work.municipality, "resident", resident)


async def issue(work: Work, resident: UUID, platform: str, app_version: str) -> str:
    """A fresh token for a device of the resident; shown once, kept as a hash."""
    token = tokens.issue(KIND, work.municipality)
    await work.execute(
        "insert into credential (id, municipality_id, resident_id, hash, platform, app_version, issued_on) "
        "values ($1, $2, $3, $4, $5, $6, $7)",
        uuid4(),
        work.municipality,
        resident,
        tokens.digest(token),
        platform,
        app_version,
        await today(work),
    )
    return token


async def device_of_token(work: Work, token: str) -> UUID:
    """The id of the credential that a token stands for: the device, as push addresses know it."""
    found: UUID | None = await work.fetchval("select id from credential where hash = $1", tokens.digest(token))
    if found is None:
        raise Unauthorized()
    return found


async def rotate(work: Work, token: str) -> str:
    """A new token for the same device; the old one is nobody's from then on. Unauthorized where it already was."""
    fresh = tokens.issue(KIND, work.municipality)
    resident = await work.fetchval(
        "update credential set hash = $1, issued_on = $2 where hash = $3 returning resident_id",
        tokens.digest(fresh),
        await today(work),
        tokens.digest(token),
    )
    if resident is None:
        raise Unauthorized()
    await tell(work, resident)
    return fresh


async def sign_out(work: Work, token: str) -> None:
    """Forget this device and its push address; the registration and its other devices stay."""
    resident = await work.fetchval("delete from credential where hash = $1 returning resident_id", tokens.digest(token))
    if resident is not None:
        await tell(work, resident)


async def tell(work: Work, resident: UUID | None) -> None:
    """Tell every process, on commit, that what it remembers of a resident no longer holds; of anybody with None."""
    await work.notify(CHANGED, f"{work.municipality} {resident or '*'}")
