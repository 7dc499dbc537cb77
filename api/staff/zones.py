"""Zones for staff: drawn, imported, changed, taken away."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.callers import staff
from api.endpoint import MIB, Beforehand, Call, Endpoint
from api.places import WeekWritten, When
from api.shapes import Page, Sent, Yes
from base import localized
from base.database import work
from base.errors import FieldError
from base.localized import Localized
from geofence import importing, zones
from geofence.collection import MOST_FEATURES, Asked, Drawing
from geofence.reading import read_file
from geofence.zones import Written
from municipality.directory import town

STAFF = staff("communications", "planner", "privacy_officer")
Kind = Literal["district", "trigger"]
Property = Annotated[str, StringConstraints(min_length=1, max_length=200)]


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
    geometry: dict[str, Any] | None = Field(description="null in a list that was asked for without shapes")
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
    q: str | None = Field(None, max_length=100, description="Those whose name has this in it, in any language")
    geometry: bool = Field(True, description="Whether their shapes are wanted")


class Collection(BaseModel):
    """A GeoJSON FeatureCollection; each feature has a `name` and perhaps a `kind` among its properties.

    A `crs` (GeoJSON 2008) is reprojected; other members are ignored (RFC 7946 §6.1).
    """

    model_config = ConfigDict(extra="allow")

    type: Literal["FeatureCollection"]
    features: Annotated[list[Any], Field(max_length=MOST_FEATURES)]


class ImportQuery(BaseModel):
    """How the file is to be read: what its features are that do not say so themselves, and what it does not say."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind = "district"
    name: Property | None = Field(
        None, description="The property that holds the name, whatever the case of its letters"
    )
    id: Property | None = Field(
        None, description="The property that stays the same from file to file; without it the `id` of each Feature"
    )
    crs: Property | None = Field(None, description="The system of the coordinates, such as EPSG:25832")
    part: Property | None = Field(None, description="Which collection, where the file is an object of several")


class Repaired(BaseModel):
    """A feature that was set right or noticed, and how."""

    index: int
    note: str


class NotTaken(BaseModel):
    """A feature that was not taken, and why."""

    index: int
    reason: str


class ImportReport(BaseModel):
    """What became of each feature, by its place in the collection, from 0.

    Each is created, updated or refused; `updated` counts those that were there (`unchanged` of them the same already),
    and `zones` has the ids of the created and updated in the order of the file.
    """

    created: int
    updated: int
    unchanged: int
    zones: list[UUID]
    repaired: list[Repaired]
    refused: list[NotTaken]


def _full(zone_id: UUID, zone: Written) -> ZoneInFull:
    return ZoneInFull(
        id=zone_id,
        name=dict(zone.name),
        geometry=dict(zone.geometry) or None,
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
    wanted = call.query
    found = await zones.page(
        call.work, wanted.after_id(), wanted.one_more, wanted.kind, named=wanted.q or None, shapes=wanted.geometry
    )
    shown, after = call.query.cut(found, lambda one: (one[0],))
    return ZoneList(items=[_full(*one) for one in shown], next=after)


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


async def read_drawing(asked: Beforehand[ImportQuery]) -> Drawing:
    """Read, mend and judge a whole file before any transaction, in a process that ends when its time is up."""
    async with work(asked.tenant) as unit:
        where = importing.ground(await town(unit))
    async with asked.house.drawings.turn():
        return await read_file(asked.raw, Asked(**asked.query.model_dump()), where)


async def import_zones(call: Call[Collection, ImportQuery]) -> ImportReport:
    """Take in a GeoJSON FeatureCollection of up to 20 MiB; what is safe to repair is, the rest is refused by name.

    A feature that is there already, by its id or else by its name, is brought up to date: nothing comes twice.
    """
    report = await importing.import_zones(call.work, call.prepared)
    languages = localized.languages(call.headers.get("accept-language", ""), ("en",))
    return ImportReport(
        created=len(report.created),
        updated=len(report.updated),
        unchanged=report.unchanged,
        zones=list(report.zones),
        repaired=[
            Repaired(index=index, note="; ".join(note.said(languages) for note in notes))
            for index, notes in report.repaired
        ],
        refused=[NotTaken(index=one.index, reason=_reason(one.why, languages)) for one in report.refused],
    )


def _reason(why: FieldError, languages: Sequence[str]) -> str:
    return f"{why.pointer}: {why.said(languages)}" if why.pointer else why.said(languages)


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
        limit_bytes=20 * MIB, also_takes=("application/geo+json",), prepare=read_drawing, refuses=(503,),
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
