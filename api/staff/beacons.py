"""Beacons for staff: put up, listed, changed, taken down."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.http.authentication import staff
from api.http.body import validated
from api.http.call import Call, RawResponse
from api.http.endpoint import AnyEndpoint, delete, get, post, put
from api.schemas.common import Line, PageQuery, RequestModel, Whole
from api.schemas.places import AltBeacon, EddystoneUid, Hex8, Hex16, IBeacon, Number, OneIdentity
from api.staff.beacon_lines import MOST_LINES, LineRefused, as_csv, lines_of, refused
from api.staff.triggers import told as told_triggers
from base import clock, localized
from base.errors import Conflict, Invalid
from geofence import beacons
from geofence.beacon_health import Condition, condition, history, latest, scan
from geofence.models import Beacon
from geofence.trigger_sentences import Standing
from geofence.triggers import at_beacons
from municipality import directory
from municipality.roles import PLACE_EDITORS


class EidKey(RequestModel):
    """The secret of a beacon with rotating ids (Eddystone-EID): the key of 16 bytes in hexadecimal, the rotation
    exponent (a new id every 2^K seconds), and what to add to our clock, in seconds, to get the beacon's."""

    identity_key: Hex16
    rotation_exponent: Annotated[Whole, Field(ge=0, le=15)]
    clock_offset: Annotated[Whole, Field(ge=-(2**32), le=2**32)] = 0

    def packed(self) -> bytes:
        """Key, exponent, offset."""
        return (
            bytes.fromhex(self.identity_key)
            + self.rotation_exponent.to_bytes(1)
            + self.clock_offset.to_bytes(8, signed=True)
        )


class BeaconWritten(OneIdentity):
    """A beacon: where it hangs and what it sends, one of the four."""

    name: Line
    lat: Annotated[Number, Field(ge=-90, le=90)]
    lon: Annotated[Number, Field(ge=-180, le=180)]
    zone_id: UUID | None = None
    eddystone_eid: EidKey | None = None

    def written(self) -> Beacon:
        """As the house knows it."""
        protocol = self.named()[0]
        packed: bytes = getattr(self, protocol).packed()
        return Beacon(
            name=self.name, lat=self.lat, lon=self.lon, zone_id=self.zone_id, protocol=protocol, identity=packed
        )


class EidKnown(BaseModel):
    """What is told of a beacon with rotating ids: not its key."""

    rotation_exponent: int
    clock_offset: int


class BeaconRule(BaseModel):
    """A trigger of a beacon, in one sentence in the language of the request."""

    id: UUID
    sentence: str
    standing: Standing


class BeaconInFull(BaseModel):
    """A beacon as it stands, and the triggers that it serves.

    `condition`: it is heard (`well`), heard with a battery that will soon be empty (`dying`), not heard for two weeks
    (`silent`), or was `never` heard. `battery_mv` is what was said last.
    """

    id: UUID
    name: str
    lat: float
    lon: float
    zone_id: UUID | None
    ibeacon: IBeacon | None = None
    altbeacon: AltBeacon | None = None
    eddystone_uid: EddystoneUid | None = None
    eddystone_eid: EidKnown | None = None
    condition: Condition = "never"
    last_heard: date | None = None
    battery_mv: int | None = None
    triggers: list[BeaconRule] = []


class BeaconList(BaseModel):
    """Beacons, in the order of their ids."""

    items: list[BeaconInFull]
    next: str | None


class BeaconDay(BaseModel):
    """A beacon on a day, as phones heard it; `offset_s` where its clock was found to run otherwise."""

    day: date
    battery_mv: int | None
    temperature_c: float | None
    offset_s: int | None


class BeaconHistory(BaseModel):
    """The days on which a beacon was heard, the latest first; nothing of who heard it."""

    items: list[BeaconDay]


class Scan(RequestModel):
    """The id that staff hear beside a beacon, 8 bytes in hexadecimal."""

    eid: Hex8


class BeaconReport(BaseModel):
    """What became of the lines: how many were created, and those that were not. Where nothing was to be kept, what
    would have become of them."""

    created: int
    refused: list[LineRefused]
    dry_run: bool


class ImportQuery(BaseModel):
    """Whether the file is only to be judged."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(False, description="Only say what would become of each line; nothing is kept")


def _full(beacon: Beacon) -> BeaconInFull:
    full = BeaconInFull(id=beacon.id, name=beacon.name, lat=beacon.lat, lon=beacon.lon, zone_id=beacon.zone_id)
    sent = beacon.identity
    match beacon.protocol:
        case "ibeacon":
            major, minor = int.from_bytes(sent[16:18]), int.from_bytes(sent[18:20])
            full.ibeacon = IBeacon(uuid=UUID(bytes=sent[:16]), major=major, minor=minor)
        case "altbeacon":
            id2, id3 = int.from_bytes(sent[16:18]), int.from_bytes(sent[18:20])
            full.altbeacon = AltBeacon(id1=UUID(bytes=sent[:16]), id2=id2, id3=id3)
        case "eddystone_uid":
            full.eddystone_uid = EddystoneUid(namespace=sent[:10].hex(), instance=sent[10:].hex())
        case "eddystone_eid":
            offset = int.from_bytes(sent[17:25], signed=True)
            full.eddystone_eid = EidKnown(rotation_exponent=sent[16], clock_offset=offset)
    return full


async def _told(call: Call[Any, Any], found: Sequence[Beacon]) -> list[BeaconInFull]:
    """Beacons with how they are and what they serve; however many they are, in the same few statements."""
    ids, today = [one.id for one in found], (await directory.today(call.work))
    health, rules = await latest(call.work, ids), await told_triggers(call, await at_beacons(ids))
    told = []
    for one in found:
        full, known = _full(one), health.get(one.id)
        full.condition = condition(known, today)
        if known is not None:
            full.last_heard, full.battery_mv = known.heard, known.battery_mv
        full.triggers = [
            BeaconRule(id=rule.id, sentence=rule.sentence, standing=rule.standing)
            for rule in rules
            if rule.beacon_id == one.id
        ]
        told.append(full)
    return told


async def _one(call: Call[Any], beacon: Beacon) -> BeaconInFull:
    [full] = await _told(call, [beacon])
    return full


async def put_up_beacon(call: Call[BeaconWritten]) -> BeaconInFull:
    """Register a beacon."""
    return await _one(call, await beacons.put_up(call.work, call.body.written()))


class _OnlyTried(Exception):
    pass


async def import_beacons(call: Call[None, ImportQuery]) -> BeaconReport:
    """Register the beacons of a CSV file, with commas or semicolons: the first line names its columns, in English
    (`name`, `lat`, `lon`, perhaps `zone_id`, and those of one protocol: `uuid`, `major`, `minor`; `id1`, `id2`, `id3`;
    `namespace`, `instance`; `identity_key`, `rotation_exponent`, `clock_offset`) or Norwegian, as in the file that
    staff can fetch. Each line is judged for itself.
    """
    report = BeaconReport(created=0, refused=[], dry_run=call.query.dry_run)
    languages = localized.languages(call.headers.get("accept-language", ""), ("en",))
    try:
        async with call.work.apart():
            for line in lines_of(call.raw):
                try:
                    beacon = validated(partial(BeaconWritten.model_validate, line.row), "line", line.row)
                    await beacons.put_up(call.work, beacon.written())
                    report.created += 1
                except (Invalid, Conflict) as why:
                    report.refused.append(refused(line, why, languages))
            if call.query.dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass
    return report


async def export_beacons(call: Call) -> RawResponse:
    """Every beacon as CSV: in Norwegian with semicolons and decimal commas, in English with commas and points, as
    spreadsheets there read it. Secret keys are left out."""
    shown = [_full(one) for one in await beacons.page(None, MOST_LINES)]
    headers = {"Content-Disposition": 'attachment; filename="beacons.csv"'}
    return RawResponse(as_csv(shown, call.languages).encode(), "text/csv; charset=utf-8", headers=headers)


async def beacon_health(call: Call) -> BeaconHistory:
    """How a beacon was on the last 90 days on which it was heard."""
    await beacons.read(call.id())
    return BeaconHistory(
        items=[BeaconDay.model_validate(day, from_attributes=True) for day in await history(call.id(), 90)]
    )


async def scan_beacon(call: Call[Scan]) -> EidKnown:
    """Set the clock of a beacon with rotating ids by the id that is heard beside it now."""
    beacon = await beacons.read(call.id())
    snapshot = await call.services.snapshots.of(call.work, newest=True)
    offset = await scan(call.work, snapshot, call.id(), bytes.fromhex(call.body.eid), clock.now().timestamp())
    return EidKnown(rotation_exponent=beacon.identity[16], clock_offset=offset)


class BeaconPage(PageQuery):
    """Which part of the list, and which beacons of it."""

    limit: int = Field(50, ge=1, le=200)
    q: str | None = Field(None, max_length=100, description="Those whose name has this in it")


async def list_beacons(call: Call[None, BeaconPage]) -> BeaconList:
    """Every beacon."""
    found = await beacons.page(call.query.after_id(), call.query.one_more, call.query.q or None)
    shown, after = call.query.cut(found, lambda one: (one.id,))
    return BeaconList(items=await _told(call, shown), next=after)


async def read_beacon(call: Call) -> BeaconInFull:
    """One beacon."""
    return await _one(call, await beacons.read(call.id()))


async def change_beacon(call: Call[BeaconWritten]) -> BeaconInFull:
    """Replace what is known of a beacon."""
    return await _one(call, await beacons.change(call.work, call.id(), call.body.written()))


async def take_down_beacon(call: Call) -> None:
    """Forget a beacon, with its triggers."""
    await beacons.take_down(call.work, call.id())


EXAMPLE = {
    "name": "Biblioteket, inngang",
    "lat": 59.1311,
    "lon": 10.2166,
    "ibeacon": {"uuid": "f7826da6-4fa2-4e98-8024-bc5b71e0893e", "major": 3907, "minor": 1},
}
_ONE = "/v1/staff/beacons/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    post("/v1/staff/beacons", put_up_beacon, staff(PLACE_EDITORS), status=201, refuses=(409,), example=EXAMPLE),
    get("/v1/staff/beacons", list_beacons, staff(PLACE_EDITORS)),
    get("/v1/staff/beacons/file", export_beacons, staff(PLACE_EDITORS), gives_media="text/csv"),
    post("/v1/staff/beacons/import", import_beacons, staff(PLACE_EDITORS), takes="text/csv", refuses=(422,)),
    get(_ONE + "/health", beacon_health, staff(PLACE_EDITORS)),
    post(_ONE + "/scan", scan_beacon, staff(PLACE_EDITORS), example={"eid": "a9b76a71c5f89290"}),
    get(_ONE, read_beacon, staff(PLACE_EDITORS)),
    put(_ONE, change_beacon, staff(PLACE_EDITORS), refuses=(409,), example=EXAMPLE),
    delete(_ONE, take_down_beacon, staff(PLACE_EDITORS), status=204),
]
