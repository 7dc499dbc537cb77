"""The municipality's triggers: when this happens at a zone or a beacon, lead there."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID, uuid4

import asyncpg

from base.clock import now
from base.database import Work
from base.errors import NotFound, invalid
from geofence.engine.hours import hours
from geofence.engine.places import On, Once, Proof, Trigger
from geofence.zones import told

LONGEST: Final = timedelta(days=731)
"""How far off the end of a trigger may be: the sealed state must remember it until then."""
_COLUMNS = "id, zone_id, beacon_id, rule, active_to, subject_kind, subject_id"


class NoSuchTrigger(NotFound):
    """There is no such trigger."""


@dataclass(frozen=True, slots=True)
class Written:
    """A trigger as staff write it. `between` holds "from" and "to" (HH:MM, the municipality's time); `once` is
    "ever", "daily" or a number of days as "P7D"."""

    on: On
    zone_id: UUID | None
    beacon_id: UUID | None
    dwell_s: int
    between: dict[str, str] | None
    active_from: datetime | None
    active_to: datetime
    once: str
    proof: Proof
    priority: int
    kind: Literal["survey", "hearing", "info"]
    subject_id: UUID


async def set_up(work: Work, trigger: Written) -> UUID:
    """Keep a new trigger. Raises Invalid with the field at fault; Forbidden in a sensitive zone without the privacy
    officer."""
    await _fits(work, trigger)
    number = uuid4()
    await work.execute(
        "insert into trigger (id, municipality_id, zone_id, beacon_id, rule, active_to, subject_kind, subject_id, "
        "changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        number,
        work.municipality,
        *_columns(trigger),
    )
    await told(work)
    return number


async def change(work: Work, trigger_id: UUID, trigger: Written) -> None:
    """Replace a trigger; who has met it before is remembered by their phone all the same."""
    before = await read(work, trigger_id)
    await _guarded(work, before.zone_id)
    await _fits(work, trigger)
    await work.execute(
        "update trigger set zone_id = $2, beacon_id = $3, rule = $4, active_to = $5, subject_kind = $6, "
        "subject_id = $7, changed_at = $8 where id = $1",
        trigger_id,
        *_columns(trigger),
    )
    await told(work)


async def remove(work: Work, trigger_id: UUID) -> None:
    """Take a trigger away."""
    await _guarded(work, (await read(work, trigger_id)).zone_id)
    await work.execute("delete from trigger where id = $1", trigger_id)
    await told(work)


async def read(work: Work, trigger_id: UUID) -> Written:
    """One trigger; NoSuchTrigger where there is none."""
    row = await work.fetchrow(f"select {_COLUMNS} from trigger where id = $1", trigger_id)  # noqa: S608 - our own column names
    if row is None:
        raise NoSuchTrigger()
    return _written(row)


async def page(work: Work, after: UUID | None, limit: int, subject: UUID | None = None) -> list[tuple[UUID, Written]]:
    """At most `limit` triggers in the order of their ids, beginning after one of them: all, or those that lead to a
    subject.
    """
    rows = await work.fetch(
        f"select {_COLUMNS} from trigger where id > $1 and ($3::uuid is null or subject_id = $3) order by id limit $2",  # noqa: S608 - our own column names
        after or UUID(int=0),
        limit,
        subject,
    )
    return [(row["id"], _written(row)) for row in rows]


def as_rule(row: asyncpg.Record) -> Trigger:
    """A row of the table as the rule that presence follows."""
    return rule_of(row["id"], _written(row))


def rule_of(trigger_id: UUID, written: Written) -> Trigger:
    """A trigger as staff wrote it, as the rule that presence follows."""
    once = Once(daily=True) if written.once == "daily" else Once(_days(written.once))
    return Trigger(
        trigger_id,
        written.on,
        written.zone_id,
        written.beacon_id,
        written.kind,
        written.subject_id,
        written.active_to.timestamp(),
        written.active_from.timestamp() if written.active_from else 0.0,
        written.dwell_s,
        hours(written.between) if written.between else None,
        once,
        written.proof,
        written.priority,
    )


def _days(once: str) -> int | None:
    return int(once[1:-1]) if once.startswith("P") else None


def sensible(trigger: Written) -> None:
    """Refuse a rule that can never be, as Invalid with the field at fault."""
    place, other = ("/beacon_id", "/zone_id") if trigger.on == "beacon" else ("/zone_id", "/beacon_id")
    given = {"/zone_id": trigger.zone_id, "/beacon_id": trigger.beacon_id}
    if given[other] is not None:
        raise invalid(other, f'a trigger on "{trigger.on}" has no {other[1:]}')
    if given[place] is None:
        raise invalid(place, f'a trigger on "{trigger.on}" needs a {place[1:]}')
    if trigger.on == "dwell" and not trigger.dwell_s:
        raise invalid("/dwell_s", "say how long, in seconds")
    if trigger.proof == "beacon" and trigger.on != "beacon":
        raise invalid("/proof", "only a trigger on a beacon can have a beacon for its proof")
    if trigger.proof == "claim" and trigger.on == "beacon":
        raise invalid("/proof", "a beacon must be heard: a claim proves nothing here")
    if trigger.active_from is not None and trigger.active_from >= trigger.active_to:
        raise invalid("/active_to", "this is not after active_from")


async def _fits(work: Work, trigger: Written) -> None:
    sensible(trigger)
    if not now() < trigger.active_to <= now() + LONGEST:
        raise invalid("/active_to", "this is not within the next two years")
    if trigger.zone_id is not None:
        await _guarded(work, trigger.zone_id)
    elif not await work.fetchval("select 1 from beacon where id = $1", trigger.beacon_id):
        raise invalid("/beacon_id", "there is no such beacon")


async def _guarded(work: Work, zone_id: UUID | None) -> None:
    """Triggers lie in trigger zones, and those of a sensitive one are the privacy officer's."""
    if zone_id is None:
        return
    zone = await work.fetchrow("select kind, sensitive from zone where id = $1", zone_id)
    if zone is None or zone["kind"] != "trigger":
        raise invalid("/zone_id", "there is no such trigger zone")
    if zone["sensitive"] and work.tenant is not None:
        work.tenant.allow("privacy_officer")


def _columns(trigger: Written) -> tuple[object, ...]:
    rule: dict[str, Any] = {
        "on": trigger.on,
        "dwell_s": trigger.dwell_s,
        "between": trigger.between,
        "active_from": trigger.active_from.isoformat() if trigger.active_from else None,
        "once": trigger.once,
        "proof": trigger.proof,
        "priority": trigger.priority,
    }
    place = trigger.zone_id, trigger.beacon_id
    return *place, json.dumps(rule), trigger.active_to, trigger.kind, trigger.subject_id, now()


def _written(row: asyncpg.Record) -> Written:
    rule = json.loads(row["rule"])
    return Written(
        rule["on"],
        row["zone_id"],
        row["beacon_id"],
        rule["dwell_s"],
        rule["between"],
        datetime.fromisoformat(rule["active_from"]) if rule["active_from"] else None,
        row["active_to"],
        rule["once"],
        rule["proof"],
        rule["priority"],
        row["subject_kind"],
        row["subject_id"],
    )
