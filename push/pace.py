"""Which roads are open: after an answer that burdens or bars a courier, nothing more is tried there for a while."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from base.clock import now
from push.meters import CLOSED_UNTIL, OUTCOMES, REFUSED
from push.outcomes import Outcome
from push.senders import Parcel

TOLERATED = 5
"""So many answers in a row may ask to back off before the road is closed: one burdened phone is not the courier."""
REMEMBERED = 1000
"""Of so many couriers troubles are remembered: residents choose their push service's host within a domain."""
PLATFORMS = ("android", "ios", "web")


@dataclass(slots=True)
class Pace:
    """What this worker knows of its couriers; another worker finds out for itself."""

    _closed_until: dict[str, datetime] = field(default_factory=dict)
    _troubles: dict[str, int] = field(default_factory=dict)
    _proven: set[str] = field(default_factory=set)

    def note(self, parcel: Parcel, outcome: Outcome) -> None:
        """Take in what an answer says about the road it came by."""
        kind, courier = parcel.kind, parcel.courier
        if outcome.delivery == "sent":
            self._proven.add(courier)
            self._troubles.pop(courier, None)
        OUTCOMES.labels(kind, parcel.platform, outcome.reason).inc()
        if outcome.alarm:
            REFUSED.labels(kind, parcel.platform, outcome.reason).inc()
            structlog.get_logger("push").error(
                "courier refuses", reason=outcome.reason, kind=kind, platform=parcel.platform
            )
        if outcome.platform == "ok":
            return
        if len(self._troubles) > REMEMBERED:
            self._troubles.clear()
            self._closed_until = {road: until for road, until in self._closed_until.items() if until > now()}
        self._troubles[courier] = self._troubles.get(courier, 0) + 1
        if outcome.platform == "pause" or self._troubles[courier] >= TOLERATED:
            platforms = PLATFORMS if outcome.scope == "courier" else (parcel.platform,)
            until = now() + timedelta(seconds=outcome.wait_s)
            for platform in platforms:
                road = f"{courier}/{platform}"
                self._closed_until[road] = max(until, self._closed_until.get(road, until))
                CLOSED_UNTIL.labels(kind, platform).set(self._closed_until[road].timestamp())

    def closed_until(self, road: str) -> datetime | None:
        """When a road (`courier/platform`) opens again; None where it is open."""
        until = self._closed_until.get(road)
        return until if until is not None and until > now() else None

    def closed(self) -> list[str]:
        """The roads that are closed now."""
        return [road for road in self._closed_until if self.closed_until(road) is not None]

    def proven(self, courier: str) -> bool:
        """Whether this courier has accepted anything from this worker."""
        return courier in self._proven
