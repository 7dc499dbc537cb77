"""Proof that a resident's consent stood a moment ago, demanded by whatever touches a position, a device, a profile."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar, final
from uuid import UUID

from base.clock import monotonic
from base.errors import Unavailable
from base.minted import Minted
from consent.purposes import Purpose

P = TypeVar("P", bound=Purpose)  # Invariant: a Permit[Purpose] is no Permit[LocationZones], nor the other way round.

VALID_FOR_S: Final = 0.5
"""How long, in seconds, a consent counts after it was last known to stand."""


class PermitExpired(Unavailable):
    """The consent was last known to stand too long ago; it must be asked for again."""


@final
@dataclass(frozen=True, slots=True)
class Permit(Minted, Generic[P]):
    """Proof that a resident's consent to a purpose stood within the last half second.

    A job cannot be given one and must ask again. `valid_until` is in seconds of the monotonic clock.
    """

    minted_by = "the gate"
    instead = "ask the gate again"

    purpose: type[P]
    resident: UUID
    valid_until: float

    def check(self) -> None:
        """Hold the permit against the clock just before the act it allows; PermitExpired when it has run out."""
        if monotonic() >= self.valid_until:
            raise PermitExpired()

    def __repr__(self) -> str:
        return f"<permit for {self.purpose.key}>"
