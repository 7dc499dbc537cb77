"""Who calls, and for which municipality."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal
from uuid import UUID

from base.errors import Forbidden, Unauthorized
from base.minted import SEAL, Minted

Caller = Literal["resident", "staff", "key", "system", "open"]


@dataclass(frozen=True, slots=True)
class Tenant(Minted):
    """Proof of who calls, and for which municipality; every operation asks for one."""

    minted_by = "who has checked a credential"
    instead = "check the credential again"

    municipality: UUID
    caller: Caller
    id: UUID | None = None
    roles: frozenset[str] = frozenset()
    signed_in_at: datetime | None = None
    """When the session began; None for whoever has none."""
    vouched_by: UUID | None = None
    """Who made the link that the session began with, where it was somebody who works here."""

    @property
    def resident(self) -> UUID:
        """The resident who calls; Unauthorized when it is somebody else."""
        if self.caller != "resident" or self.id is None:
            raise Unauthorized()
        return self.id

    def has(self, roles: Set[str]) -> bool:
        """Whether these are staff with one of the roles, one of the sets of `municipality.roles`."""
        return not self.roles.isdisjoint(roles)

    def allow(self, roles: Set[str]) -> None:
        """Refuse whoever has none of the roles, and is not the municipality itself."""
        if self.caller != "system" and not self.has(roles):
            raise Forbidden(roles=roles)


@lru_cache(maxsize=1024)
def open_to_all(municipality: UUID) -> Tenant:
    """Anybody, in a municipality: for what is open to all, and for checking a credential."""
    return Tenant(municipality, "open", seal=SEAL)
