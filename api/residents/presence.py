"""Presence: the phone says where it is, is told what that means, and we forget it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from api.callers import RESIDENT
from api.endpoint import Call, Endpoint
from api.places import EddystoneEid, Number, OneIdentity
from api.shapes import Sent, Whole, Yes
from base import clock
from base.errors import ConsentRequired
from consent.gate import ask, ask_many
from consent.permits import LocationBeacons, LocationZones
from geofence.index import identity_key
from geofence.memory import EMPTY, State
from geofence.nearness import EDDYSTONE_DB, USUAL_POWER_DBM
from geofence.observations import RawFix, RawSighting
from geofence.presence import Permits, advance, not_shown
from geofence.regions import Watch, watch
from geofence.sealed import LONGEST
from surveys.invitations import compose

MOST: int = 200
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Dbm = Annotated[Whole, Field(ge=-127, le=126)]


class FixSent(Sent):
    """A fix: degrees (WGS84), the radius that holds 68 % in metres, the phone's own time."""

    id: Id
    lat: Annotated[Number, Field(ge=-90, le=90)]
    lon: Annotated[Number, Field(ge=-180, le=180)]
    accuracy_m: Annotated[Number, Field(ge=0, le=1e7)]
    at: AwareDatetime
    mocked: Yes = False

    def raw(self) -> RawFix:
        """As plain numbers."""
        return RawFix(self.id, self.lat, self.lon, self.accuracy_m, self.at.timestamp(), self.mocked)


class Telemetry(Sent):
    """How the beacon says it is (Eddystone-TLM)."""

    battery_mv: Annotated[Whole, Field(ge=0, le=65_535)] | None = None
    temperature_c: Annotated[Number, Field(ge=-128, le=128)] | None = None


class SightingSent(OneIdentity):
    """A beacon that was heard; `tx_power` in dBm as the beacon gives it (at 1 m, for Eddystone at 0 m)."""

    id: Id
    at: AwareDatetime
    rssi: Dbm
    tx_power: Dbm | None = None
    eddystone_eid: EddystoneEid | None = None
    tlm: Telemetry | None = None

    def raw(self) -> RawSighting:
        """As plain numbers."""
        protocol = self.named()[0]
        power = USUAL_POWER_DBM
        if self.tx_power is not None:
            power = self.tx_power - (EDDYSTONE_DB if protocol.startswith("eddystone") else 0)
        packed: bytes = getattr(self, protocol).packed()
        return RawSighting(self.id, identity_key(protocol, packed), self.rssi, power, self.at.timestamp())


class Presence(Sent):
    """What the phone has seen since it last asked, and the state it was given then."""

    sent_at: AwareDatetime
    fixes: list[FixSent] = Field([], max_length=MOST)
    sightings: list[SightingSent] = Field([], max_length=MOST)
    state: Annotated[str, StringConstraints(max_length=LONGEST)] | None = None


class WatchQuery(Sent):
    """How many circles the phone can watch: 20 on iOS, 100 on Android."""

    regions: Literal["20", "100"] = "20"


class Invited(BaseModel):
    """An invitation for the phone to keep; nobody else does."""

    trigger_id: UUID
    kind: Literal["survey", "hearing", "info"]
    subject_id: UUID
    title: str
    body: str
    expires_at: AwareDatetime
    evidence: Literal["self_reported", "beacon"]


class RegionShown(BaseModel):
    """A circle for the phone to watch, in degrees and metres."""

    zone_id: UUID
    lat: float
    lon: float
    radius_m: float


class PresenceAnswer(BaseModel):
    """The state to bring next time, the zones the phone is in, what fired, and what to watch.

    `refresh_radius_m`: where there are more zones than regions, the phone watches a circle of this radius around itself
    instead of the last region, and asks again when it leaves it. `next_boundary_m` is how far the nearest border is.
    """

    state: str
    inside: list[UUID]
    fired: list[Invited]
    regions: list[RegionShown]
    refresh_radius_m: float | None
    next_boundary_m: float | None


async def report_presence(call: Call[Presence, WatchQuery]) -> PresenceAnswer:
    """Say where the phone is. Nothing of it is kept: what must be remembered travels with the phone, sealed."""
    body, house, tenant = call.body, call.house, call.tenant
    house.limits.count("presence", tenant.resident.hex, house.settings.presence_per_minute)
    received_at = clock.now().timestamp()
    state = None
    if body.state is not None:
        state = house.seal.unseal(body.state, tenant.resident, tenant.municipality, at=received_at)
    snapshot = await house.snapshots.of(call.work)
    permits = await _permits(call, state or EMPTY)
    outcome = advance(
        permits,
        state,
        [fix.raw() for fix in body.fixes],
        [sighting.raw() for sighting in body.sightings],
        snapshot,
        sent_at=body.sent_at.timestamp(),
        received_at=received_at,
    )
    invitations = await compose(call.work, outcome.fired, call.languages)
    shown = {invitation.trigger_id for invitation in invitations}
    kept = not_shown(outcome.state, [f.trigger_id for f in outcome.fired if f.trigger_id not in shown])
    last = outcome.last
    around = watch(snapshot, last.x, last.y, int(call.query.regions)) if last is not None else Watch((), None, None)
    return PresenceAnswer(
        state=house.seal.seal(kept, tenant.resident, tenant.municipality, at=received_at),
        inside=list(outcome.inside),
        fired=[Invited.model_validate(one, from_attributes=True) for one in invitations],
        regions=[RegionShown(zone_id=r.zone_id, lat=r.lat, lon=r.lon, radius_m=r.radius_m) for r in around.regions],
        refresh_radius_m=around.refresh_radius_m,
        next_boundary_m=around.next_boundary_m,
    )


async def _permits(call: Call[Presence, WatchQuery], state: State) -> Permits:
    """The permits that this report needs, and those by which what the state remembers may still be used."""
    resident = call.tenant.resident
    heard = bool(call.body.sightings)
    beacons = None
    if heard:
        beacons = await ask(call.work, call.tenant, LocationBeacons)
    elif state.now.beacons:
        beacons = (await ask_many(call.work, [resident], LocationBeacons)).get(resident)
    zones = (await ask_many(call.work, [resident], LocationZones)).get(resident)
    if zones is None and (call.body.fixes or not heard):
        raise ConsentRequired(LocationZones.key)
    return Permits(zones, beacons)


EXAMPLE = {
    "sent_at": "2026-11-22T10:00:01Z",
    "fixes": [{"id": "f1", "lat": 59.1306, "lon": 10.2239, "accuracy_m": 8, "at": "2026-11-22T10:00:00Z"}],
    "sightings": [],
    "state": None,
}
ENDPOINTS = [
    Endpoint(
        "POST", "/v1/presence", report_presence, RESIDENT, body=Presence, query=WatchQuery, gives=PresenceAnswer,
        refuses=(403, 429), example=EXAMPLE,
    ),
]  # fmt: skip
