"""Presence: the phone says where it is, is told what that means, and we forget it."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, TypeAdapter

from api.http.authentication import RESIDENT
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, post
from api.http.regions import regions_json
from api.schemas.common import RequestModel, Whole, Yes
from api.schemas.places import EddystoneEid, Number, OneIdentity
from base import clock
from base.errors import ConsentRequired
from base.subjects import SubjectKind
from base.times import Instant
from consent.purposes import LocationBeacons, LocationZones
from geofence.beacon_health import Telemetry
from geofence.claimed_triggers import claim
from geofence.engine.observations import RawFix, RawSighting, offset_ms, resolved
from geofence.engine.places import FiredTrigger
from geofence.engine.presence import PresencePermits, advance, inside, not_shown
from geofence.engine.proximity import EDDYSTONE_DB, USUAL_POWER_DBM
from geofence.engine.regions import NOTHING, Watch, watch
from geofence.engine.sealed import LONGEST
from geofence.engine.snapshot import PlacesSnapshot, identity_key
from geofence.engine.state import EMPTY, State
from surveys.invitations import compose

MOST: int = 200
AnyCall = Call["Presence", "WatchQuery"] | Call["PresenceClaim"]
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Dbm = Annotated[Whole, Field(ge=-127, le=126)]


class FixSent(RequestModel):
    """A fix: degrees (WGS84), the radius that holds 68 % in metres, the phone's own time."""

    id: Id
    lat: Annotated[Number, Field(ge=-90, le=90)]
    lon: Annotated[Number, Field(ge=-180, le=180)]
    accuracy_m: Annotated[Number, Field(ge=0, le=1e7)]
    at: Instant
    mocked: Yes = False

    def raw(self) -> RawFix:
        """As plain numbers."""
        return RawFix(self.id, self.lat, self.lon, self.accuracy_m, at=self.at.timestamp(), mocked=self.mocked)


class TelemetrySent(RequestModel):
    """How the beacon says it is (Eddystone-TLM)."""

    battery_mv: Annotated[Whole, Field(ge=0, le=65_535)] | None = None
    temperature_c: Annotated[Number, Field(ge=-128, le=128)] | None = None


class SightingSent(OneIdentity):
    """A beacon that was heard; `tx_power` in dBm as the beacon gives it (at 1 m, for Eddystone at 0 m)."""

    id: Id
    at: Instant
    rssi: Dbm
    tx_power: Dbm | None = None
    eddystone_eid: EddystoneEid | None = None
    tlm: TelemetrySent | None = None

    def raw(self) -> RawSighting:
        """As plain numbers; a rotating id is not yet resolved."""
        protocol = self.named()[0]
        power = USUAL_POWER_DBM
        if self.tx_power is not None:
            power = self.tx_power - (EDDYSTONE_DB if protocol.startswith("eddystone") else 0)
        packed: bytes = getattr(self, protocol).packed()
        key = packed if protocol == "eddystone_eid" else identity_key(protocol, packed)
        return RawSighting(self.id, key, self.rssi, power, self.at.timestamp())


class Presence(RequestModel):
    """What the phone has seen since it last asked, and the state it was given then."""

    sent_at: Instant
    fixes: list[FixSent] = Field([], max_length=MOST)
    sightings: list[SightingSent] = Field([], max_length=MOST)
    state: Annotated[str, StringConstraints(max_length=LONGEST)] | None = None


class PresenceClaim(RequestModel, title="Claim"):
    """The state that the phone was given last."""

    state: Annotated[str, StringConstraints(max_length=LONGEST)] | None = None


class WatchQuery(RequestModel):
    """How many circles the phone can watch: 20 on iOS, 100 on Android."""

    regions: Literal["20", "100"] = "20"


class Invited(BaseModel):
    """An invitation for the phone to keep; nobody else does."""

    trigger_id: UUID
    kind: SubjectKind
    subject_id: UUID
    title: str
    body: str
    expires_at: AwareDatetime
    evidence: Literal["self_reported", "beacon"]


class Region(BaseModel):
    """The smallest circle around a zone, in degrees and metres."""

    zone_id: UUID
    lon: float
    lat: float
    radius_m: float


class PresenceAnswer(BaseModel):
    """The state to bring next time, the zones the phone is in, what fired, and what to watch.

    `refresh_radius_m`: where there are more zones than regions, the phone watches a circle of this radius around itself
    instead of the last region, and asks again when it leaves it. `next_boundary_m` is how far the nearest border is.
    `ignored` points to the fixes and sightings that were later than `sent_at`: they count for nothing.
    """

    state: str
    inside: list[UUID]
    fired: list[Invited]
    regions: list[Region]
    refresh_radius_m: float | None
    next_boundary_m: float | None
    ignored: list[str] = []


INVITATIONS = TypeAdapter(list[Invited])


async def report_presence(call: Call[Presence, WatchQuery]) -> RawResponse:
    """Say where the phone is. Nothing of it is kept: what must be remembered travels with the phone, sealed."""
    body, services, tenant = call.body, call.services, call.tenant
    resident = tenant.resident
    services.limits.count("presence", resident, services.settings.presence_per_minute)
    received_at = clock.now().timestamp()
    state = EMPTY if body.state is None else _unsealed(call, body.state, received_at)
    snapshot = services.snapshots.at_hand(tenant.municipality) or await services.snapshots.of(call.work)
    permits = _at_hand(call, state) or await _permits(call, state)
    sent_at = body.sent_at.timestamp()
    heard: list[RawSighting] = []
    if body.sightings:
        offset = offset_ms(state.offset_ms, sent_at, received_at) / 1000
        heard, learnt = resolved([s.raw() for s in body.sightings], snapshot, resident, offset, received_at)
    fixes = [fix.raw() for fix in body.fixes]
    outcome = advance(permits, state, fixes, heard, snapshot, sent_at=sent_at, received_at=received_at)
    if heard:
        await services.health.note(call.work, snapshot, _telemetry(body, heard, snapshot), learnt, received_at)
    state, fired, zones, last = outcome.state, outcome.fired, outcome.inside, outcome.last
    told = b"[]"
    if fired:
        state, told = await _invited(call, state, fired)
    around = NOTHING if last is None else watch(snapshot, last.x, last.y, int(call.query.regions))
    return _answer(
        call,
        state,
        snapshot,
        fired=told,
        inside=zones,
        around=around,
        received_at=received_at,
        ignored=outcome.ignored,
    )


async def claim_trigger(call: Call[PresenceClaim]) -> RawResponse:
    """Say that a trigger's condition has come true on the phone, which has matched the zones by itself."""
    services, tenant = call.services, call.tenant
    services.limits.count("presence", tenant.resident, services.settings.presence_per_minute)
    received_at = clock.now().timestamp()
    permit = await call.permit(LocationZones)
    state = None if call.body.state is None else _unsealed(call, call.body.state, received_at)
    snapshot = await services.snapshots.of(call.work)
    state, fired = claim(permit, state, call.id(), snapshot, received_at=received_at)
    state, told = await _invited(call, state, fired)
    last = state.now.last
    around = NOTHING if last is None else watch(snapshot, last.x, last.y, 20)
    return _answer(
        call,
        state,
        snapshot,
        fired=told,
        inside=inside(state, snapshot),
        around=around,
        received_at=received_at,
    )


def _telemetry(body: Presence, resolved: Sequence[RawSighting], snapshot: PlacesSnapshot) -> Iterator[Telemetry]:
    """What known beacons said of themselves."""
    for sent, raw in zip(body.sightings, resolved, strict=True):
        beacon = snapshot.heard.get(raw.identity) if raw.beacon is None else raw.beacon
        if sent.tlm is not None and beacon is not None:
            yield Telemetry(beacon, sent.tlm.battery_mv, sent.tlm.temperature_c)


def _unsealed(call: AnyCall, state: str, received_at: float) -> State:
    return call.services.seal.unseal(state, call.tenant.resident, call.tenant.municipality, at=received_at)


async def _invited(call: AnyCall, state: State, fired: Sequence[FiredTrigger]) -> tuple[State, bytes]:
    """The invitations, as they are told. What leads to nothing that is open now has not fired, and may fire again."""
    invitations = await compose(call.work, fired, call.languages)
    shown = {invitation.trigger_id for invitation in invitations}
    state = not_shown(state, [one.trigger_id for one in fired if one.trigger_id not in shown])
    return state, INVITATIONS.dump_json([Invited.model_validate(one, from_attributes=True) for one in invitations])


def _answer(
    call: AnyCall,
    state: State,
    snapshot: PlacesSnapshot,
    *,
    fired: bytes,
    inside: Sequence[UUID],
    around: Watch,
    received_at: float,
    ignored: Sequence[str] = (),
) -> RawResponse:
    """What the phone is told: a PresenceAnswer, put together as bytes, since its regions lie ready as bytes."""
    tenant = call.tenant
    answer = (
        b'{"state":"%s","inside":[%s],"fired":%s,"regions":[%s],"refresh_radius_m":%s,"next_boundary_m":%s,"ignored":[%s]}'
        % (
            call.services.seal.seal(state, tenant.resident, tenant.municipality, at=received_at).encode(),
            ",".join([f'"{zone}"' for zone in inside]).encode(),
            fired,
            regions_json(snapshot, around.nearest),
            _number(around.refresh_radius_m),
            _number(around.next_boundary_m),
            ",".join([f'"{pointer}"' for pointer in ignored]).encode(),
        )
    )
    return RawResponse(answer, "application/json")


def _number(value: float | None) -> bytes:
    return b"null" if value is None else repr(value).encode()


def _at_hand(call: Call[Presence, WatchQuery], state: State) -> PresencePermits | None:
    """The permit for fixes alone, where nothing else is needed and the process remembers it; None says nothing."""
    if call.body.sightings or state.now.beacons:
        return None
    zones = call.permit_at_hand(LocationZones)
    return None if zones is None else PresencePermits(zones)


async def _permits(call: Call[Presence, WatchQuery], state: State) -> PresencePermits:
    """The permits that this report needs, and those by which what the state remembers may still be used."""
    heard = bool(call.body.sightings)
    beacons = None
    if heard:
        beacons = await call.permit(LocationBeacons)
    elif state.now.beacons:
        beacons = await call.permit_if_given(LocationBeacons)
    zones = await call.permit_if_given(LocationZones)
    if zones is None and (call.body.fixes or not heard):
        raise ConsentRequired(LocationZones.key)
    return PresencePermits(zones, beacons)


EXAMPLE = {
    "sent_at": "2026-11-22T10:00:01Z",
    "fixes": [{"id": "f1", "lat": 59.1306, "lon": 10.2239, "accuracy_m": 8, "at": "2026-11-22T10:00:00Z"}],
    "sightings": [],
    "state": None,
}
ENDPOINTS: list[AnyEndpoint] = [
    post(
        "/v1/presence",
        report_presence,
        RESIDENT,
        gives=PresenceAnswer,
        refuses=(403, 429),
        example=EXAMPLE,
        transaction="when needed",
    ),
    post(
        "/v1/triggers/{id:uuid}/claims",
        claim_trigger,
        RESIDENT,
        gives=PresenceAnswer,
        refuses=(403, 429),
        example={"state": None},
        transaction="when needed",
    ),
]
