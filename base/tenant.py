"""Who calls, and for which municipality."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from base.errors import Forbidden, Unauthorized

Caller = Literal["resident", "staff", "key", "system", "open"]


@dataclass(frozen=True, slots=True)
class Tenant:
    """Proof of who calls, and for which municipality; every operation asks for one.

    Minted by `municipality.access` and `residents.credentials` from a credential, by `municipality.directory` for
    what is open to all, and by `base.jobs.system` for work that the municipality itself has queued.
    """

    municipality: UUID
    caller: Caller
    id: UUID | None = None
    roles: frozenset[str] = frozenset()

    @property
    def resident(self) -> UUID:
        """The resident who calls; Unauthorized when it is somebody else."""
        if self.caller != "resident" or self.id is None:
            raise Unauthorized()
        return self.id

    def allow(self, *roles: str) -> None:
        """Refuse staff who have none of the roles; an admin may do what every role may."""
        if self.caller == "system" or "admin" in self.roles or self.roles.intersection(roles):
            return
        raise Forbidden()
