"""Who calls and what they consent to, remembered in the process for as long as it is sure to hold.

A process remembers what it has read, forgets it when it is told of a change, and trusts its memory only while it knows
that it would have been told: half a second from the last heartbeat that was answered on the connection it is told by.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from base.clock import monotonic, now
from base.database import Work
from base.errors import Unauthorized
from base.minted import SEAL
from base.queries import load_queries
from base.signals import Signals
from base.tenant import Tenant
from consent.permits import VALID_FOR_S
from residents.credentials import CHANGED

sql = load_queries(__file__)
MOST: Final = 50_000
"""How many devices a process remembers; the one that called longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A resident who calls from a device, and what they consent to: until when, or None where no end is set."""

    tenant: Tenant
    consents: Mapping[str, datetime | None]
    read_at: float

    def consents_to(self, purpose: str) -> bool:
        """Whether the consent stood when this was read, and has not lapsed since."""
        if purpose not in self.consents:
            return False
        lapses_at = self.consents[purpose]
        return lapses_at is None or lapses_at > now()


class Principals:
    """The memory of one process. Devices are known by the hash of their token (`base.tokens.digest`)."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._known: OrderedDict[bytes, Principal] = OrderedDict()
        self._devices: dict[UUID, set[bytes]] = {}
        self._forgotten = 0
        signals.on(CHANGED, self.forget)
        signals.on_renewed(self.forget_all)

    def known_until(self, principal: Principal) -> float:
        """Until when, in seconds of the monotonic clock, what was read is sure to hold."""
        known_at, read_at = self._signals.known_at, principal.read_at
        return (read_at if read_at > known_at else known_at) + VALID_FOR_S

    def known(self, device: bytes) -> Principal | None:
        """What is remembered of a device, where that is sure to hold now."""
        principal = self._known.get(device)
        if principal is None or monotonic() >= self.known_until(principal):
            return None
        self._known.move_to_end(device)
        return principal

    async def read(self, work: Work, device: bytes) -> Principal:
        """What the database says of a device; remembered, unless something changed meanwhile."""
        forgotten, read_at = self._forgotten, monotonic()
        rows = await work.fetch(sql.principal, hash=device)
        if not rows:
            raise Unauthorized()
        resident: UUID = rows[0]["resident_id"]
        consents = {row["purpose"]: row["lapses_at"] for row in rows if row["purpose"] is not None}
        principal = Principal(Tenant(work.municipality, "resident", resident, seal=SEAL), consents, read_at)
        if forgotten == self._forgotten:
            self._remember(device, resident, principal)
        return principal

    async def principal(self, work: Work, device: bytes) -> Principal:
        """What is known of a device, from memory where that is sure; Unauthorized where it is nobody's."""
        return self.known(device) or await self.read(work, device)

    def forget(self, told: str) -> None:
        """A resident has changed: `MUNICIPALITY RESIDENT`, or `MUNICIPALITY *` where it may be anybody's turn."""
        self._forgotten += 1
        _, _, resident = told.partition(" ")
        if resident == "*":
            self.forget_all()
            return
        for device in self._devices.pop(UUID(resident), ()):
            self._known.pop(device, None)

    def forget_all(self) -> None:
        """Anything may have changed unheard."""
        self._forgotten += 1
        self._known.clear()
        self._devices.clear()

    def _remember(self, device: bytes, resident: UUID, principal: Principal) -> None:
        self._known[device] = principal
        self._known.move_to_end(device)
        self._devices.setdefault(resident, set()).add(device)
        if len(self._known) > MOST:
            gone, oldest = self._known.popitem(last=False)
            if oldest.tenant.id is not None and (devices := self._devices.get(oldest.tenant.id)) is not None:
                devices.discard(gone)
                if not devices:
                    del self._devices[oldest.tenant.id]
