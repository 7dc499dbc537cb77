"""Trying the triggers on a track, for staff."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from api.callers import staff
from api.endpoint import Call, Endpoint
from api.places import Number, When
from api.shapes import Sent
from base import clock
from geofence.simulation import simulate
from geofence.tracks import from_geojson, from_gpx


class TrackSent(Sent):
    """A track: a GeoJSON LineString (or a Feature with one and `coordTimes`), or a GPX file as text.

    Without times it is walked at 1.4 m/s. `begins_at` moves it to another time, to try hours and dates.
    """

    track: dict[str, Any] | None = None
    gpx: Annotated[str, StringConstraints(max_length=1_000_000)] | None = None
    accuracy_m: Annotated[Number, Field(ge=1, le=1_000)] = 10
    begins_at: When | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.track is None) == (self.gpx is None):
            raise ValueError("either a track or a gpx")
        return self


class WouldFire(BaseModel):
    """A trigger that would have fired, and when."""

    trigger_id: UUID
    kind: Literal["survey", "hearing", "info"]
    subject_id: UUID
    at: AwareDatetime


class DecisionShown(BaseModel):
    """Why something did or did not happen; `chance` is the probability of having been inside."""

    at: AwareDatetime
    zone_id: UUID | None
    said: str
    chance: float | None


class SimulatedTrack(BaseModel):
    """What would have fired, every decision on the way, and the zones the track ends in."""

    fired: list[WouldFire]
    decisions: list[DecisionShown]
    inside: list[UUID]


async def simulate_triggers(call: Call[TrackSent]) -> SimulatedTrack:
    """Try the triggers on a track: what would fire, when, and why. Nothing is kept of it."""
    sent = call.body
    begins_at = (sent.begins_at or clock.now()).timestamp()
    if sent.gpx is not None:
        fixes = from_gpx(sent.gpx, begins_at=begins_at, accuracy_m=sent.accuracy_m)
    else:
        fixes = from_geojson(sent.track or {}, begins_at=begins_at, accuracy_m=sent.accuracy_m)
    snapshot = await call.house.snapshots.of(call.work)
    seen = simulate(fixes, snapshot, moved_to=sent.begins_at.timestamp() if sent.begins_at else None)
    return SimulatedTrack(
        fired=[
            WouldFire(
                trigger_id=f.trigger_id, kind=f.kind, subject_id=f.subject_id, at=datetime.fromtimestamp(f.at, UTC)
            )
            for f in seen.fired
        ],
        decisions=[
            DecisionShown(at=datetime.fromtimestamp(d.at, UTC), zone_id=d.place_id, said=d.said, chance=d.chance)
            for d in seen.decisions
        ],
        inside=list(seen.inside),
    )


EXAMPLE = {
    "track": {"type": "LineString", "coordinates": [[10.2209, 59.1306], [10.2239, 59.1306], [10.2269, 59.1306]]},
    "accuracy_m": 10,
    "begins_at": "2026-11-23T09:00:00Z",
}
ENDPOINTS = [
    Endpoint(
        "POST", "/v1/staff/triggers/simulate", simulate_triggers, staff("communications", "planner", "privacy_officer"),
        body=TrackSent, gives=SimulatedTrack, example=EXAMPLE,
    ),
]  # fmt: skip
