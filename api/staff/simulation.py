"""Trying the triggers on a track, for staff."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import ONLY_READS, AnyEndpoint, post
from api.schemas.common import RequestModel, Whole, Yes
from api.schemas.places import Number, When
from api.staff.triggers import TriggerWritten
from api.staff.zones import ZoneWritten
from base import clock, localized
from base.errors import Invalid
from base.subjects import SubjectKind
from base.validation import wrong
from geofence.drawing import zone_geometry
from geofence.engine.opening_hours import week
from geofence.engine.places import CompiledTrigger, CompiledZone
from geofence.engine.proximity import USUAL_POWER_DBM
from geofence.engine.simulation import TrialSighting, passing, simulate, with_drafts
from geofence.tracks import Track, from_geojson, from_gpx
from geofence.triggers import compiled, sensible
from municipality.roles import PLACE_EDITORS


class SightingTried(RequestModel):
    """A registered beacon that is heard, and how loud; `tx_power` is its power at a metre, in dBm."""

    beacon_id: UUID
    at: When
    rssi: Annotated[Whole, Field(ge=-127, le=126)]
    tx_power: Annotated[Whole, Field(ge=-127, le=126)] = USUAL_POWER_DBM


class ZoneDraft(ZoneWritten):
    """A zone that is not saved, or saved otherwise."""

    id: UUID


class TriggerDraft(TriggerWritten):
    """A trigger that is not saved, or saved otherwise."""

    id: UUID


class TrackSent(RequestModel):
    """A track: a GeoJSON LineString (or a Feature with one and `coordTimes`), or a GPX file as text.

    A point without a time is put between its neighbours; without times the track is walked at 1.4 m/s. `begins_at`
    moves it to another time, to try hours and dates. `sightings` are beacons heard on the way, or without any track;
    with `hears` those that a phone on this track would hear.
    `zones` and `triggers` are tried as if they were saved; under an id that is, in its place.
    """

    track: dict[str, Any] | None = None
    gpx: Annotated[str, StringConstraints(max_length=1_000_000)] | None = None
    sightings: Annotated[list[SightingTried], Field(default_factory=list, max_length=1_000)]
    accuracy_m: Annotated[Number, Field(ge=1, le=1_000)] = 10
    begins_at: When | None = None
    hears: Yes = False
    zones: Annotated[list[ZoneDraft], Field(default_factory=list, max_length=100)]
    triggers: Annotated[list[TriggerDraft], Field(default_factory=list, max_length=100)]

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.track is not None and self.gpx is not None:
            raise wrong("either a track or a gpx")
        if self.track is None and self.gpx is None and not self.sightings:
            raise wrong("a track, a gpx or sightings")
        return self


class WouldFire(BaseModel):
    """A trigger that would have fired, when, and what it would have rested on."""

    trigger_id: UUID
    kind: SubjectKind
    subject_id: UUID
    at: AwareDatetime
    evidence: Literal["self_reported", "beacon"]


class DecisionShown(BaseModel):
    """Why something did or did not happen, in the language of the request; `chance` is the probability of having been
    inside, `trigger_id` the trigger that it is about."""

    at: AwareDatetime
    zone_id: UUID | None
    beacon_id: UUID | None
    trigger_id: UUID | None
    said: str
    chance: float | None


class PointTried(BaseModel):
    """A point of the track, with the time at which it was tried."""

    at: AwareDatetime
    lon: float
    lat: float


class SimulatedTrack(BaseModel):
    """What would have fired, every decision on the way, the zones the track ends in, and its points.

    `times` says how the times of the track's points came about: all `given`, some put `between` those of their
    neighbours, or `walked` at 1.4 m/s; `notes` says what was done with points and times.
    """

    fired: list[WouldFire]
    decisions: list[DecisionShown]
    inside: list[UUID]
    points: list[PointTried]
    times: Literal["given", "between", "walked"] | None
    notes: list[str]


async def simulate_triggers(call: Call[TrackSent]) -> SimulatedTrack:
    """Try the triggers on a track: what would fire, when, and why. Nothing is kept of it."""
    sent = call.body
    begins_at = (sent.begins_at or clock.now()).timestamp()
    track: Track | None = None
    snapshot = await call.services.snapshots.of(call.work, newest=True)
    if sent.gpx is not None:
        track = await asyncio.to_thread(from_gpx, sent.gpx, begins_at=begins_at, accuracy_m=sent.accuracy_m)
    elif sent.track is not None:
        track = from_geojson(sent.track, begins_at=begins_at, accuracy_m=sent.accuracy_m)
    zones = await asyncio.to_thread(_zones, sent.zones, snapshot.epsg)
    fixes = [] if track is None else track.fixes
    if sent.zones or sent.triggers:
        rules = [_rule(one, number) for number, one in enumerate(sent.triggers)]
        snapshot = await asyncio.to_thread(with_drafts, snapshot, zones, rules)
    heard = [TrialSighting(one.beacon_id, one.rssi, one.tx_power, one.at.timestamp()) for one in sent.sightings]
    if sent.hears:
        heard += await asyncio.to_thread(passing, fixes, snapshot)
    seen = simulate(
        fixes,
        snapshot,
        heard=heard,
        moved_to=sent.begins_at.timestamp() if sent.begins_at else None,
    )
    languages = localized.languages(call.headers.get("accept-language", ""), ("en",))
    return SimulatedTrack(
        fired=[
            WouldFire(
                trigger_id=f.trigger_id,
                kind=f.kind,
                subject_id=f.subject_id,
                at=datetime.fromtimestamp(f.at, UTC),
                evidence=f.evidence,
            )
            for f in seen.fired
        ],
        decisions=[
            DecisionShown(
                at=datetime.fromtimestamp(d.at, UTC),
                zone_id=d.zone_id,
                beacon_id=d.beacon_id,
                trigger_id=d.trigger_id,
                said=d.explanation.in_language(languages),
                chance=d.chance,
            )
            for d in seen.decisions
        ],
        inside=list(seen.inside),
        points=[PointTried(at=datetime.fromtimestamp(f.at, UTC), lon=f.lon, lat=f.lat) for f in seen.fixes],
        times=None if track is None else track.times,
        notes=[] if track is None else [note.in_language(languages) for note in track.notes],
    )


def _zones(drafts: Sequence[ZoneDraft], epsg: int) -> list[CompiledZone]:
    return [_zone(one, number, epsg) for number, one in enumerate(drafts)]


def _zone(draft: ZoneDraft, number: int, epsg: int) -> CompiledZone:
    written = draft.written()
    shape = zone_geometry.accept_drawn(draft.geometry, draft.kind, epsg, pointer=f"/zones/{number}/geometry")
    return CompiledZone(
        id=draft.id,
        kind=draft.kind,
        geojson=json.dumps(shape.geojson),
        open_hours=week(written.open_hours),
        active_from=draft.active_from.timestamp() if draft.active_from else None,
        active_to=draft.active_to.timestamp() if draft.active_to else None,
    )


def _rule(draft: TriggerDraft, number: int) -> CompiledTrigger:
    written = draft.written()
    try:
        sensible(written)
    except Invalid as refused:
        raise Invalid([replace(e, pointer=f"/triggers/{number}{e.pointer}") for e in refused.errors]) from None
    written.id = draft.id
    return compiled(written)


EXAMPLE = {
    "track": {"type": "LineString", "coordinates": [[10.2209, 59.1306], [10.2239, 59.1306], [10.2269, 59.1306]]},
    "accuracy_m": 10,
    "begins_at": "2026-11-23T09:00:00Z",
}
ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/staff/triggers/simulate",
        simulate_triggers,
        staff(PLACE_EDITORS),
        example=EXAMPLE,
        not_idempotent=ONLY_READS,
    ),
]
