"""The municipality's triggers: when this happens at a zone or a beacon, lead there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from base.clock import now
from base.database import Work
from base.errors import FieldError, Invalid, NotFound, invalid
from base.queries import load_queries
from base.subjects import SubjectKind
from geofence.engine.opening_hours import hours
from geofence.engine.places import CompiledTrigger, Once
from geofence.models import Beacon, Trigger, TriggerRule, Zone
from geofence.zones import announce_zones_changed

sql = load_queries(__file__)

LONGEST: Final = timedelta(days=731)
"""How far off the end of a trigger may be: the sealed state must remember it until then."""


class NoSuchTrigger(NotFound):
    """There is no such trigger."""


_CHANGED: Final = ("zone_id", "beacon_id", "rule", "active_to", "subject_kind", "subject_id", "changed_at")


async def set_up(work: Work, trigger: Trigger) -> Trigger:
    """Keep a new trigger; in a sensitive place it is silent until the privacy officer has said yes to the place. Raises
    Invalid with the field at fault."""
    await fits(trigger)
    trigger.changed_at = now()
    await trigger.save()
    await announce_zones_changed(work)
    return await read(trigger.id)


async def change(work: Work, trigger_id: UUID, written: Trigger) -> Trigger:
    """Replace a trigger; who has met it before is remembered by their phone all the same."""
    trigger = await read(trigger_id)
    await fits(written)
    written.changed_at = now()
    trigger.update_from_dict({name: getattr(written, name) for name in _CHANGED})
    await trigger.save(update_fields=_CHANGED)
    await announce_zones_changed(work)
    return await read(trigger_id)


async def pause(work: Work, trigger_id: UUID, paused: bool) -> Trigger:
    """Switch a trigger off, or on again; who has met it before is remembered by their phone meanwhile."""
    trigger = await read(trigger_id)
    trigger.paused, trigger.changed_at = paused, now()
    await trigger.save(update_fields=("paused", "changed_at"))
    await announce_zones_changed(work)
    return trigger


async def remove(work: Work, trigger_id: UUID) -> None:
    """Take a trigger away."""
    trigger = await read(trigger_id)
    await trigger.delete()
    await announce_zones_changed(work)


async def read(trigger_id: UUID) -> Trigger:
    """One trigger; NoSuchTrigger where there is none."""
    trigger = await Trigger.get_or_none(id=trigger_id)
    if trigger is None:
        raise NoSuchTrigger()
    return trigger


TriggerState = Literal["on", "off", "over"]
"""Switched on, switched off, or past its last day."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which triggers of a list: those that lead to a `subject`; of a zone or beacon; in a state; those at a place that
    has `words` in its name, or that lead to one of the subjects `titled` so."""

    subject: UUID | None = None
    place: UUID | None = None
    state: TriggerState | None = None
    words: str | None = None
    titled: Sequence[UUID] = ()


async def page(work: Work, after: UUID | None, limit: int, wanted: Wanted) -> list[Trigger]:
    """At most `limit` of the triggers that are wanted in the order of their ids, beginning after one of them."""
    rows = await work.fetch(
        sql.triggers_page,
        after=after or UUID(int=0),
        limit=limit,
        subject=wanted.subject,
        place=wanted.place,
        state=wanted.state,
        words=wanted.words,
        titled=list(wanted.titled),
        at=now(),
    )
    return await Trigger.filter(id__in=[row["id"] for row in rows]).order_by("id")


async def at_beacons(ids: Collection[UUID]) -> list[Trigger]:
    """The triggers of some beacons."""
    return await Trigger.filter(beacon_id__in=list(ids)).order_by("id")


async def places_of(found: Sequence[Trigger], *, shapes: bool = False) -> dict[UUID, Zone | Beacon]:
    """The zones and the beacons of some triggers; zones have their borders where `shapes` are wanted."""
    zones = Zone.filter(id__in=[one.zone_id for one in found if one.zone_id])
    beacons = Beacon.filter(id__in=[one.beacon_id for one in found if one.beacon_id])
    wanted = ("id", "name", "open_hours", "active_from", "active_to", "approval", *(("geometry",) if shapes else ()))
    drawn: list[Zone | Beacon] = [*await zones.only(*wanted)]
    return {place.id: place for place in [*drawn, *await beacons]}


def compiled(trigger: Trigger) -> CompiledTrigger:
    """A trigger as staff wrote it, as the engine follows it."""
    return compile_trigger(
        id=trigger.id,
        zone_id=trigger.zone_id,
        beacon_id=trigger.beacon_id,
        rule=trigger.rule,
        active_to=trigger.active_to,
        subject_kind=trigger.subject_kind,
        subject_id=trigger.subject_id,
        paused=trigger.paused,
    )


def compile_trigger(
    *,
    id: UUID,
    zone_id: UUID | None,
    beacon_id: UUID | None,
    paused: bool,
    rule: TriggerRule,
    active_to: datetime,
    subject_kind: SubjectKind,
    subject_id: UUID,
) -> CompiledTrigger:
    """The columns of a trigger as the engine follows it."""
    return CompiledTrigger(
        id=id,
        on=rule["on"],
        zone_id=zone_id,
        beacon_id=beacon_id,
        kind=subject_kind,
        subject_id=subject_id,
        active_to=active_to.timestamp(),
        active_from=datetime.fromisoformat(rule["active_from"]).timestamp() if rule["active_from"] else 0.0,
        dwell_s=rule["dwell_s"],
        between=hours(rule["between"]) if rule["between"] else None,
        weekdays=frozenset(rule.get("weekdays") or ()),
        once=Once(daily=True) if rule["once"] == "daily" else Once(_days(rule["once"])),
        proof=rule["proof"],
        priority=rule["priority"],
        paused=paused,
    )


def _days(once: str) -> int | None:
    return int(once[1:-1]) if once.startswith("P") else None


def sensible(trigger: Trigger) -> None:
    """Refuse a rule that can never be, as Invalid with each field at fault."""
    if wrong := list(_wrong(trigger)):
        raise Invalid(wrong)


def _wrong(trigger: Trigger) -> Iterator[FieldError]:
    on, proof = trigger.rule["on"], trigger.rule["proof"]
    if on == "beacon":
        if trigger.zone_id is not None:
            yield FieldError("/zone_id", "a rule for a beacon has no area")
        if trigger.beacon_id is None:
            yield FieldError("/beacon_id", "choose a beacon")
        if proof == "claim":
            yield FieldError("/proof", "a beacon must be heard: a claim proves nothing here")
    else:
        if trigger.beacon_id is not None:
            yield FieldError("/beacon_id", "a rule for an area has no beacon")
        if trigger.zone_id is None:
            yield FieldError("/zone_id", "choose an area")
        if proof == "beacon":
            yield FieldError("/proof", "only a trigger on a beacon can have a beacon for its proof")
    if on == "dwell" and not trigger.rule["dwell_s"]:
        yield FieldError("/dwell_s", "say how long")
    begins = trigger.active_from
    if begins is not None and begins >= trigger.active_to:
        yield FieldError("/active_to", "the last day is before the first")


async def fits(trigger: Trigger) -> None:
    """Refuse a trigger that cannot be set up here and now: Invalid with the field at fault."""
    sensible(trigger)
    if not now() < trigger.active_to <= now() + LONGEST:
        raise invalid("/active_to", "this is not within the next two years")
    if trigger.zone_id is not None:
        if not await Zone.exists(id=trigger.zone_id, kind="trigger"):
            raise invalid("/zone_id", "there is no such trigger zone")
    elif not await Beacon.exists(id=trigger.beacon_id):
        raise invalid("/beacon_id", "there is no such beacon")
