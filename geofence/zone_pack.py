"""The zones as a signed pack, for phones that match by themselves and say nothing of where they are."""

import json
from typing import Any, Final
from uuid import UUID

from base.jws import sign
from base.keys import KeyStore
from geofence.engine.places import CompiledTrigger, CompiledZone, Hours
from geofence.engine.snapshot import PlacesSnapshot
from geofence.engine.transitions import ENTER_AT, EXIT_AT

TYPE: Final = "medvirk-zones+jws"
VALID_S: Final = 86_400
"""A pack is good for a day; after that the phone fetches a new one."""
STEADY_S: Final = 3_600
"""Within an hour an unchanged pack stays the same to the byte, so that a phone that has it is told so."""


def packed(keys: KeyStore, snapshot: PlacesSnapshot, municipality: UUID, *, at: float) -> str:
    """A compact JWS of the zones that carry triggers: geometry in degrees, and the triggers a claim can fire.

    What a trigger leads to is not said before it fires. `at` is now, in seconds since 1970.
    """
    rules: dict[UUID, list[CompiledTrigger]] = {}
    for trigger in snapshot.triggers.values():
        if trigger.zone_id is not None and not trigger.paused:
            rules.setdefault(trigger.zone_id, []).append(trigger)
    issued_at = int(at) // STEADY_S * STEADY_S
    head = {
        "municipality": str(municipality),
        "issued_at": issued_at,
        "expires_at": issued_at + VALID_S,
        "enter_at": ENTER_AT,
        "exit_at": EXIT_AT,
    }
    zones = ",".join([_zone(zone, rules[zone.id]) for zone in snapshot.zones if zone.id in rules])
    return sign(keys, f'{_json(head)[:-1]},"zones":[{zones}]}}'.encode(), TYPE)


def _zone(zone: CompiledZone, triggers: list[CompiledTrigger]) -> str:
    """As JSON. The geometry is the text that is kept, in which no string has a space: to read and write the coordinates
    of ten thousand zones would cost more than all the rest."""
    about = _json(_about(zone, triggers))
    return f'{{"geometry":{zone.geojson.replace(" ", "")},{about[1:]}'


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":"))


def _about(zone: CompiledZone, triggers: list[CompiledTrigger]) -> dict[str, Any]:
    return {
        "id": str(zone.id),
        "open_hours": [[_span(hours) for hours in day] for day in zone.open_hours.days] if zone.open_hours else None,
        "active_from": zone.active_from,
        "active_to": zone.active_to,
        "triggers": [_trigger(trigger) for trigger in triggers],
    }


def _trigger(trigger: CompiledTrigger) -> dict[str, Any]:
    return {
        "id": str(trigger.id),
        "on": trigger.on,
        "dwell_s": trigger.dwell_s,
        "between": _span(trigger.between) if trigger.between else None,
        "weekdays": sorted(trigger.weekdays) or None,
        "active_from": trigger.active_from,
        "active_to": trigger.active_to,
        "proof": trigger.proof,
    }


def _span(hours: Hours) -> list[int]:
    """From and to, in minutes after local midnight."""
    return [hours.start_min, hours.until_min]
