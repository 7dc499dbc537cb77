"""Proof that a resident's consent stood a moment ago, demanded by whatever touches a position, a device, a profile."""

from dataclasses import InitVar, dataclass
from typing import Final, Generic, NoReturn, TypeVar, final
from uuid import UUID

from base.clock import monotonic
from base.errors import Unavailable
from consent.purposes import (
    LocationBeacons,
    LocationZones,
    PersonalFeed,
    ProfileStatistics,
    Purpose,
    PushMessages,
)

__all__ = [
    "VALID_FOR_S",
    "LocationBeacons",
    "LocationZones",
    "Permit",
    "PermitExpired",
    "PersonalFeed",
    "ProfileStatistics",
    "Purpose",
    "PushMessages",
]

P = TypeVar("P", bound=Purpose)  # Invariant: a Permit[Purpose] is no Permit[LocationZones], nor the other way round.

VALID_FOR_S: Final = 0.5
"""How long, in seconds, a consent counts after it was last known to stand."""

_mint: Final = object()


class PermitExpired(Unavailable):
    """The consent was last known to stand too long ago; it must be asked for again."""


@final
@dataclass(frozen=True, slots=True)
class Permit(Generic[P]):
    """Proof that a resident's consent to a purpose stood within the last half second.

    Minted by `consent.gate` alone. It cannot be copied, pickled or stored, so a job must ask again. `valid_until` is
    in seconds of the monotonic clock. This guards against accident, not against malice in the same process.
    """

    purpose: type[P]
    resident: UUID
    valid_until: float
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _mint:
            raise TypeError("only the gate mints permits")

    def check(self) -> None:
        """Hold the permit against the clock just before the act it allows; PermitExpired when it has run out."""
        if monotonic() >= self.valid_until:
            raise PermitExpired()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a permit cannot be stored: ask the gate again")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a permit cannot be stored: ask the gate again")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a permit cannot be stored: ask the gate again")

    def __setstate__(self, state: object) -> NoReturn:
        raise TypeError("a permit cannot be restored: ask the gate again")

    def __copy__(self) -> NoReturn:
        raise TypeError("a permit cannot be copied: ask the gate again")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a permit cannot be copied: ask the gate again")

    def __repr__(self) -> str:
        return f"<permit for {self.purpose.key}>"
