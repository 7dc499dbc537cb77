"""Zones for staff: drawn, imported, changed, taken away."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.callers import staff
from api.endpoint import MIB, Call, Endpoint
from api.places import WeekWritten, When
from api.shapes import Page, Sent, Yes
from base.localized import Localized
from geofence import importing, zones
from geofence.zones import Written

STAFF = staff("communications", "planner", "privacy_officer")
Kind = Literal["district", "trigger"]


class ZoneWritten(Sent):
    """A zone as it is drawn: a GeoJSON Polygon or MultiPolygon in lon, lat, or
    `{"type": "Circle", "center": [lon, lat], "radius_m": metres}`. A weekday without hours is closed.
    """

    name: Localized
    geometry: dict[str, Any]
    kind: Kind
    parent_id: UUID | None = None
    sensitive: Yes = False
    open_hours: WeekWritten | None = None
    active_from: When | None = None
    active_to: When | None = None

    def written(self) -> Written:
        """As the house knows it."""
        plain = self.model_dump(mode="json", by_alias=True, include={"open_hours"})
        return Written(
            self.name,
            self.geometry,
            self.kind,
            self.parent_id,
            self.sensitive,
            plain["open_hours"],
            self.active_from,
            self.active_to,
        )


class ZoneInFull(BaseModel):
    """A zone as it stands."""

    id: UUID
    name: dict[str, str]
    geometry: dict[str, Any]
    kind: Kind
    parent_id: UUID | None
    sensitive: bool
    open_hours: dict[str, list[dict[str, str]]] | None
    active_from: AwareDatetime | None
    active_to: AwareDatetime | None


class ZoneList(BaseModel):
    """Zones, in the order of their ids."""

    items: list[ZoneInFull]
    next: str | None


class ZonePage(Page):
    """Which part of the list, and of which kind."""

    kind: Kind | None = None


class Collection(BaseModel):
    """A GeoJSON FeatureCollection; each feature has a `name` and perhaps a `kind` among its properties."""

    model_config = ConfigDict(extra="allow")

    type: Literal["FeatureCollection"]
    features: Annotated[list[Any], Field(max_length=importing.MOST_FEATURES)]


class ImportQuery(BaseModel):
    """What the features are that do not say so themselves."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind = "district"


class Repaired(BaseModel):
    """A feature that was mended, and how."""

    index: int
    note: str


class Refused(BaseModel):
    """A feature that was not taken, and why."""

    index: int
    reason: str


class ImportReport(BaseModel):
    """What became of each feature, by its place in the collection, from 0."""

    created: int
    zones: list[UUID]
    repaired: list[Repaired]
    refused: list[Refused]


def _full(zone_id: UUID, zone: Written) -> ZoneInFull:
    return ZoneInFull(
        id=zone_id,
        name=dict(zone.name),
        geometry=dict(zone.geometry),
        kind=zone.kind,
        parent_id=zone.parent_id,
        sensitive=zone.sensitive,
        open_hours=None if zone.open_hours is None else dict(zone.open_hours),
        active_from=zone.active_from,
        active_to=zone.active_to,
    )


async def draw_zone(call: Call[ZoneWritten]) -> ZoneInFull:
    """Draw a zone. Trigger zones measure 2,000 m² to 5 km²; a sensitive one is drawn by the privacy officer."""
    zone_id = await zones.draw(call.work, call.body.written())
    return _full(zone_id, await zones.read(call.work, zone_id))


async def list_zones(call: Call[None, ZonePage]) -> ZoneList:
    """Every zone."""
    found = await zones.page(call.work, call.query.cursor, call.query.limit + 1, call.query.kind)
    shown = found[: call.query.limit]
    return ZoneList(items=[_full(*one) for one in shown], next=str(shown[-1][0]) if len(found) > len(shown) else None)


async def read_zone(call: Call) -> ZoneInFull:
    """One zone."""
    return _full(call.id(), await zones.read(call.work, call.id()))


async def redraw_zone(call: Call[ZoneWritten]) -> ZoneInFull:
    """Replace a zone; its kind stays."""
    await zones.redraw(call.work, call.id(), call.body.written())
    return _full(call.id(), await zones.read(call.work, call.id()))


class RemovalQuery(BaseModel):
    """Which district those follow from now on who follow this one; the one it lies in where it is not said."""

    model_config = ConfigDict(extra="forbid")

    replaced_by: UUID | None = None


async def remove_zone(call: Call[None, RemovalQuery]) -> None:
    """Take a zone away, with its triggers; who follows a district follows what replaces it, or what it lies in."""
    await zones.remove(call.work, call.id(), call.query.replaced_by)


async def import_zones(call: Call[Collection, ImportQuery]) -> ImportReport:
    """Take in a GeoJSON FeatureCollection of up to 20 MiB; what is safe to repair is, the rest is refused by name."""
    report = await importing.import_zones(call.work, call.body.model_dump(), call.query.kind)
    return ImportReport(
        created=len(report.created),
        zones=list(report.created),
        repaired=[Repaired(index=index, note=note) for index, note in report.repaired],
        refused=[Refused(index=index, reason=reason) for index, reason in report.refused],
    )


SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[10.2229, 59.1301], [10.2249, 59.1301], [10.2249, 59.1311], [10.2229, 59.1311], [10.2229, 59.1301]]
    ],
}
EXAMPLE = {"name": {"nb": "Torget", "en": "The square"}, "geometry": SQUARE, "kind": "trigger"}
_ONE = "/v1/staff/zones/{id:uuid}"
ENDPOINTS = [
    Endpoint(
        "POST", "/v1/staff/zones", draw_zone, STAFF, body=ZoneWritten, gives=ZoneInFull, status=201, refuses=(409,),
        example=EXAMPLE,
    ),
    Endpoint("GET", "/v1/staff/zones", list_zones, STAFF, query=ZonePage, gives=ZoneList),
    Endpoint(
        "POST", "/v1/staff/zones/import", import_zones, STAFF, body=Collection, query=ImportQuery, gives=ImportReport,
        limit_bytes=20 * MIB,
        example={
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"name": "Torget"}, "geometry": SQUARE}],
        },
    ),
    Endpoint("GET", _ONE, read_zone, STAFF, gives=ZoneInFull),
    Endpoint(
        "PUT", _ONE, redraw_zone, STAFF, body=ZoneWritten, gives=ZoneInFull, refuses=(409,), example=EXAMPLE
    ),
    Endpoint("DELETE", _ONE, remove_zone, STAFF, query=RemovalQuery, status=204, refuses=(409,)),
]  # fmt: skip
