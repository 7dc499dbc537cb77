"""Which triggers fire on what happened: within their times, as often as they may, the most important first."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from base.translation import Sentence
from geofence.engine.observations import OLDEST_MS
from geofence.engine.places import CompiledTrigger, FiredTrigger, tag
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.state import MOST_FIRED, LastFired
from geofence.engine.transitions import PlaceEvent, Trace, TraceStep

ORDINAL_1970: Final = date(1970, 1, 1).toordinal()
QUARTER_MS: Final = 900_000
MOST_QUARTERS: Final = 1_000

FIRED: Final = Sentence("invites")
NOT_FIRED: Final = "does not invite: {why}"
FIRED_SINCE: Final = Sentence("it has invited since")
FIRED_ONCE: Final = Sentence("it has invited once, and does so no more")
FIRED_WITHIN: Final = "it has invited within {days} days"
FIRED_TODAY: Final = Sentence("it has invited today")
FIRED_HERE: Final = Sentence("it has invited on this visit")
TOO_SHORT: Final = Sentence("not there for long enough yet")
OFF: Final = Sentence("the rule is switched off")
NOT_ACTIVE: Final = Sentence("before the first day or after the last day of the rule")
OUT_OF_HOURS: Final = Sentence("outside its hours and days")
ZONE_NOT_ACTIVE: Final = Sentence("before the first day or after the last day of the area")
ZONE_CLOSED: Final = Sentence("the area is closed at that time")
ENOUGH: Final = Sentence("enough invitations for one day")


class Firing(Struct):
    """The triggers one call fires: begins with what has fired before, ends with what has fired since.

    A trigger that stands in `last_fired` at the same or a later time is not fired again, so a latecomer that is put
    in its place changes nothing that has fired.
    """

    snapshot: PlacesSnapshot
    last_fired: Mapping[int, LastFired]
    day: int
    today: int
    trace: Trace | None
    fired: list[FiredTrigger] = []

    def on(self, events: Iterable[PlaceEvent]) -> None:
        """Fire what these events, of one moment, ask for."""
        by_place, last_fired = self.snapshot.by_place, self.last_fired
        if self.today >= self.snapshot.cap_per_day and self.trace is None:
            events = [event for event in events if self._day(event.at) > self.day]  # Enough for one day, for the rest.
        due: list[tuple[int, int, CompiledTrigger, PlaceEvent]] = []
        for event in events:
            for trigger, name, rank in by_place.get((event.what, event.place), ()):
                if event.what in ("dwell", "beacon"):  # Asked at every step of a stay: mostly not yet, or done.
                    if event.at - event.since < trigger.dwell_s * 1000:
                        if self.trace is not None:
                            self._say(trigger, event, TOO_SHORT)
                        continue
                    if name in last_fired and last_fired[name].at_s >= event.since // 1000:
                        if self.trace is not None:
                            self._say(trigger, event, FIRED_HERE)
                        continue
                due.append((rank, event.at, trigger, event))
        if len(due) > 1:
            due.sort(key=lambda one: (-one[2].priority, one[1], one[0]))
        for _, _, trigger, event in due:
            self.consider(trigger, event)

    def consider(self, trigger: CompiledTrigger, event: PlaceEvent) -> None:
        """Fire one trigger on an event, if it may."""
        refusal = self._refusal(trigger, event)
        if refusal is None:
            self._fire(trigger, event)
        elif self.trace is not None:
            self._say(trigger, event, refusal)

    def _say(self, trigger: CompiledTrigger, event: PlaceEvent, refusal: Sentence) -> None:
        if self.trace:
            why = Sentence(NOT_FIRED, (("why", refusal),))
            self.trace(TraceStep(event.at, event.place, why, trigger=trigger.id))

    def _refusal(self, trigger: CompiledTrigger, event: PlaceEvent) -> Sentence | None:
        """Why a trigger does not fire; None where it does."""
        at_s = event.at // 1000
        last_fired = self.last_fired.get(tag(trigger.id))
        local: datetime | None = None
        if last_fired is not None:
            if last_fired.at_s >= at_s:
                return FIRED_SINCE
            if trigger.once.days is None and not trigger.once.daily:
                return FIRED_ONCE
            if trigger.once.days is not None and at_s - last_fired.at_s < trigger.once.days * 86_400:
                return Sentence(FIRED_WITHIN, (("days", trigger.once.days),))
            if trigger.once.daily:
                local = self._local(event.at)
                if self._local(last_fired.at_s * 1000).date() == local.date():
                    return FIRED_TODAY
        if trigger.paused:
            return OFF
        if not trigger.active_from <= at_s < trigger.active_to:
            return NOT_ACTIVE
        number = self.snapshot.number.get(event.place)
        week = None
        if number is not None:
            zone = self.snapshot.zones[number]
            week = zone.open_hours
            if not (zone.active_from or 0) <= at_s < (zone.active_to or float("inf")):
                return ZONE_NOT_ACTIVE
        timed = trigger.between is not None or trigger.weekdays
        if timed or week is not None:
            local = local or self._local(event.at)
            if timed and not trigger.holds(local):
                return OUT_OF_HOURS
            if week is not None and not week.hold(local):
                return ZONE_CLOSED
        day = self._day(event.at)
        if day > self.day:
            self.day, self.today = day, 0
        if self.today >= self.snapshot.cap_per_day:
            return ENOUGH
        return None

    def _fire(self, trigger: CompiledTrigger, event: PlaceEvent) -> None:
        self.today += 1
        last_fired = {**self.last_fired, tag(trigger.id): LastFired(event.at // 1000, event.fresh)}
        self.last_fired = last_fired
        if len(last_fired) > MOST_FIRED:
            del last_fired[self._forgotten_first()]
        self.fired.append(
            FiredTrigger(
                trigger_id=trigger.id,
                kind=trigger.kind,
                subject_id=trigger.subject_id,
                evidence="beacon" if event.fresh else "self_reported",
                at=event.at / 1000,
                expires_at=trigger.active_to,
            )
        )
        if self.trace:
            self.trace(TraceStep(event.at, event.place, FIRED, trigger=trigger.id))

    def _forgotten_first(self) -> int:
        """Over the limit the trigger is forgotten that need not be remembered for long: the first to run out."""
        return min(self.last_fired, key=lambda t: (self.snapshot.active_to.get(t, 0.0), t))

    def _day(self, at_ms: int) -> int:
        """The local day of a moment, counted from 1970. Days begin on a quarter of an hour wherever people live."""
        quarter, days = at_ms // QUARTER_MS, self.snapshot.days
        if (day := days.get(quarter)) is None:
            if len(days) >= MOST_QUARTERS:
                days.clear()
            day = days[quarter] = self._local(quarter * QUARTER_MS).toordinal() - ORDINAL_1970
        return day

    def _local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, self.snapshot.timezone)


def still_needed(
    last_fired: Mapping[int, LastFired], snapshot: PlacesSnapshot, now_s: float
) -> Mapping[int, LastFired]:
    """What must be remembered of what has fired: only of triggers that exist and ran out no longer than a day ago."""
    oldest = now_s - OLDEST_MS / 1000
    return {t: s for t, s in last_fired.items() if snapshot.active_to.get(t, 0.0) > oldest}
