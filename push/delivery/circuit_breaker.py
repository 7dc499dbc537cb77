"""Which routes are blocked: after an answer that burdens or bars a courier, nothing more is tried there for a while."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from base.clock import now
from push.couriers.courier import WakeUp
from push.couriers.outcomes import SendOutcome
from push.delivery.metrics import BLOCKED_UNTIL, OUTCOMES, REFUSED

TOLERATED = 5
"""So many answers in a row may ask to back off before the route is blocked: one burdened phone is not the courier."""
REMEMBERED = 1000
"""Of so many couriers troubles are remembered: residents choose their push service's host within a domain."""
PLATFORMS = ("android", "ios", "web")


@dataclass(slots=True)
class CircuitBreaker:
    """What this worker knows of its couriers; another worker finds out for itself."""

    _blocked_until: dict[str, datetime] = field(default_factory=dict)
    _troubles: dict[str, int] = field(default_factory=dict)
    _proven: set[str] = field(default_factory=set)

    def record(self, wake_up: WakeUp, outcome: SendOutcome) -> None:
        """Take in what an answer says about the route it came by."""
        kind, courier = wake_up.kind, wake_up.courier
        if outcome.delivery == "sent":
            self._proven.add(courier)
            self._troubles.pop(courier, None)
        OUTCOMES.labels(kind, wake_up.platform, outcome.reason).inc()
        if outcome.alarm:
            REFUSED.labels(kind, wake_up.platform, outcome.reason).inc()
            structlog.get_logger("push").error(
                "courier refuses", reason=outcome.reason, kind=kind, platform=wake_up.platform
            )
        if outcome.platform == "ok":
            return
        if len(self._troubles) > REMEMBERED:
            self._troubles.clear()
            self._blocked_until = {route: until for route, until in self._blocked_until.items() if until > now()}
        self._troubles[courier] = self._troubles.get(courier, 0) + 1
        if outcome.platform == "pause" or self._troubles[courier] >= TOLERATED:
            platforms = PLATFORMS if outcome.scope == "courier" else (wake_up.platform,)
            until = now() + timedelta(seconds=outcome.wait_s)
            for platform in platforms:
                route = f"{courier}/{platform}"
                self._blocked_until[route] = max(until, self._blocked_until.get(route, until))
                BLOCKED_UNTIL.labels(kind, platform).set(self._blocked_until[route].timestamp())

    def blocked_until(self, route: str) -> datetime | None:
        """When a route (`courier/platform`) opens again; None where it is open."""
        until = self._blocked_until.get(route)
        return until if until is not None and until > now() else None

    def blocked_routes(self) -> list[str]:
        """The routes that are blocked now."""
        return [route for route in self._blocked_until if self.blocked_until(route) is not None]

    def proven(self, courier: str) -> bool:
        """Whether this courier has accepted anything from this worker."""
        return courier in self._proven
