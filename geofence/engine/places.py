"""What the municipality has put up, as plain values: zones, beacons, triggers, and the hours they keep."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from base.subjects import SubjectKind
from geofence.engine.geometry import Kind

On = Literal["enter", "dwell", "exit", "beacon"]
Proof = Literal["claim", "position", "beacon"]
Evidence = Literal["self_reported", "beacon"]
Protocol = Literal["ibeacon", "altbeacon", "eddystone_uid", "eddystone_eid"]

DAY_MIN: Final = 24 * 60


def tag(identity: UUID) -> int:
    """The last 62 bits or so of an id: what the sealed state calls a zone, a beacon or a trigger, to stay small."""
    return identity.int & 0xFFFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of one day, in minutes after local midnight; `until` before `start` runs over midnight."""

    start_min: int
    until_min: int

    def hold(self, minute: int) -> bool:
        """Whether a minute of the day lies within; the first does, the last does not."""
        if self.start_min <= self.until_min:
            return self.start_min <= minute < self.until_min
        return minute >= self.start_min or minute < self.until_min

    def begun_before(self, minute: int) -> bool:
        """Whether a minute that lies within belongs to hours that began the day before."""
        return minute < self.start_min


@dataclass(frozen=True, slots=True)
class Week:
    """Opening hours for Monday to Sunday, in the municipality's time zone; a day without hours is closed."""

    days: tuple[tuple[Hours, ...], ...]

    def hold(self, local: datetime) -> bool:
        """Whether it is open at a local time; hours over midnight belong to the day they begin on."""
        minute = local.hour * 60 + local.minute
        if any(h.start_min <= minute and (minute < h.until_min or h.until_min < h.start_min) for h in self._day(local)):
            return True
        before = self._day(local - timedelta(days=1))
        return any(h.until_min < h.start_min and minute < h.until_min for h in before)

    def _day(self, local: datetime) -> tuple[Hours, ...]:
        return self.days[local.weekday()]


@dataclass(frozen=True, slots=True)
class CompiledZone:
    """A zone with its drawn GeoJSON as text, found good before; times in seconds since 1970, None where open-ended.

    Text, since ten thousand zones' coordinates as lists would be looked through by every full garbage collection.
    `changed` tells one drawing of a zone from the next; 0 where nobody says.
    """

    id: UUID
    kind: Kind
    geojson: str
    open_hours: Week | None = None
    active_from: float | None = None
    active_to: float | None = None
    changed: float = 0.0


@dataclass(frozen=True, slots=True)
class CompiledBeacon:
    """A beacon where it hangs; `identity` is what it sends (for `eddystone_eid` the key that computes it).

    `offset_s` is what was learnt of a rotating beacon's clock, sure at `sure_at` (seconds since 1970).
    """

    id: UUID
    lon: float
    lat: float
    protocol: Protocol
    identity: bytes
    offset_s: int | None = None
    sure_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Once:
    """How often a trigger may fire for one resident: once in all, once a local day, or once in so many days."""

    days: int | None = None
    daily: bool = False


@dataclass(frozen=True, slots=True)
class CompiledTrigger:
    """A rule: at a zone or a beacon, when this happens, within these times, lead to this survey, hearing or news.

    `active_from` and `active_to` are seconds since 1970; `weekdays` are days of the week from 1 (Monday), none of them
    where every day counts. Of several that fire at once the highest `priority` is first. One that is `paused` fires
    nothing, but stays known: phones must not forget that it has fired.
    """

    id: UUID
    on: On
    zone_id: UUID | None
    beacon_id: UUID | None
    kind: SubjectKind
    subject_id: UUID
    active_to: float
    active_from: float = 0.0
    dwell_s: int = 0
    between: Hours | None = None
    weekdays: frozenset[int] = frozenset()
    once: Once = Once()
    proof: Proof = "position"
    priority: int = 0
    paused: bool = False

    def holds(self, local: datetime) -> bool:
        """Whether a local time lies within its hours and on its days; hours over midnight belong to the day they begin
        on."""
        minute, begun = local.hour * 60 + local.minute, local
        if self.between is not None:
            if not self.between.hold(minute):
                return False
            if self.between.begun_before(minute):
                begun -= timedelta(days=1)
        return not self.weekdays or begun.isoweekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class FiredTrigger:
    """A trigger that fired for the resident who asks: what to show, until when, on what evidence.

    `at` and `expires_at` are seconds since 1970. Nobody keeps it but the phone.
    """

    trigger_id: UUID
    kind: SubjectKind
    subject_id: UUID
    evidence: Evidence
    at: float
    expires_at: float
