"""Zones for staff: drawn, imported, changed, taken away."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.http.authentication import staff
from api.http.endpoint import MIB, AnyEndpoint, Beforehand, Call, delete, get, post, put
from api.schemas.common import PageQuery, RequestModel, Yes
from api.schemas.places import WeekWritten, When
from base import localized
from base.database import work
from base.errors import FieldError
from base.localized import Localized
from geofence import zones
from geofence.imports import zone_import
from geofence.imports.features import MOST_FEATURES, ImportOptions, ParsedFile
from geofence.imports.file_reading import read_file
from geofence.models import Zone
from municipality.directory import town
from municipality.roles import PLACE_EDITORS
from push.audiences import snapshot

Kind = Literal["district", "trigger"]
Property = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ZoneWritten(RequestModel):
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

    def written(self) -> Zone:
        """As the house knows it."""
        plain = self.model_dump(mode="json", by_alias=True, include={"open_hours"})
        return Zone(**{name: getattr(self, name) for name in type(self).model_fields if name != "id"} | plain)


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


class ZonePage(PageQuery):
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


def _full(zone: Zone) -> ZoneInFull:
    return ZoneInFull.model_validate(zone, from_attributes=True)


async def draw_zone(call: Call[ZoneWritten]) -> ZoneInFull:
    """Draw a zone. Trigger zones measure 2,000 m² to 5 km²; a sensitive one is drawn by the privacy officer."""
    return _full(await zones.draw(call.work, call.body.written()))


async def list_zones(call: Call[None, ZonePage]) -> ZoneList:
    """Every zone."""
    wanted = call.query
    found = await zones.page(
        call.work, wanted.after_id(), wanted.one_more, wanted.kind, named=wanted.q or None, shapes=wanted.geometry
    )
    shown, after = wanted.cut(
        found, lambda one: (one.id,), lambda one: [one.name, one.geometry if wanted.geometry else None]
    )
    return ZoneList(items=[_full(one) for one in shown], next=after)


async def read_zone(call: Call) -> ZoneInFull:
    """One zone."""
    return _full(await zones.read(call.id()))


async def redraw_zone(call: Call[ZoneWritten]) -> ZoneInFull:
    """Replace a zone; its kind stays."""
    return _full(await zones.redraw(call.work, call.id(), call.body.written()))


class RemovalQuery(BaseModel):
    """Which district those follow from now on who follow this one; the one it lies in where it is not said."""

    model_config = ConfigDict(extra="forbid")

    replaced_by: UUID | None = None


async def remove_zone(call: Call[None, RemovalQuery]) -> None:
    """Take a zone away, with its triggers; who follows a district follows what replaces it, or what it lies in."""
    counted = await snapshot.newest_snapshot()
    has_been_counted = counted is not None and call.id() in counted.districts
    await zones.remove(call.work, call.id(), call.query.replaced_by, has_been_counted=has_been_counted)


async def read_drawing(asked: Beforehand[ImportQuery]) -> ParsedFile:
    """Read, mend and judge a whole file before any transaction, in a process that ends when its time is up."""
    async with work(asked.tenant) as unit:
        where = zone_import.import_target(await town(unit))
    async with asked.services.drawings.slot():
        return await read_file(asked.raw, ImportOptions(**asked.query.model_dump()), where)


async def import_zones(call: Call[Collection, ImportQuery]) -> ImportReport:
    """Take in a GeoJSON FeatureCollection of up to 20 MiB; what is safe to repair is, the rest is refused by name.

    A feature that is there already, by its id or else by its name, is brought up to date: nothing comes twice.
    """
    report = await zone_import.import_zones(call.work, call.prepared)
    languages = localized.languages(call.headers.get("accept-language", ""), ("en",))
    return ImportReport(
        created=len(report.created),
        updated=len(report.updated),
        unchanged=report.unchanged,
        zones=list(report.zones),
        repaired=[
            Repaired(index=index, note="; ".join(note.in_language(languages) for note in notes))
            for index, notes in report.repaired
        ],
        refused=[NotTaken(index=one.index, reason=_reason(one.why, languages)) for one in report.refused],
    )


def _reason(why: FieldError, languages: Sequence[str]) -> str:
    return f"{why.pointer}: {why.in_language(languages)}" if why.pointer else why.in_language(languages)


SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[10.2229, 59.1301], [10.2249, 59.1301], [10.2249, 59.1311], [10.2229, 59.1311], [10.2229, 59.1301]]
    ],
}
EXAMPLE = {"name": {"nb": "Torget", "en": "The square"}, "geometry": SQUARE, "kind": "trigger"}
_ONE = "/v1/staff/zones/{id:uuid}"
ENDPOINTS: list[AnyEndpoint] = [
    post("/v1/staff/zones", draw_zone, staff(PLACE_EDITORS), status=201, refuses=(409,), example=EXAMPLE),
    get("/v1/staff/zones", list_zones, staff(PLACE_EDITORS)),
    post(
        "/v1/staff/zones/import",
        import_zones,
        staff(PLACE_EDITORS),
        limit_bytes=20 * MIB,
        also_takes=("application/geo+json",),
        prepare=read_drawing,
        refuses=(503,),
        example={
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"name": "Torget"}, "geometry": SQUARE}],
        },
    ),
    get(_ONE, read_zone, staff(PLACE_EDITORS)),
    put(_ONE, redraw_zone, staff(PLACE_EDITORS), refuses=(409,), example=EXAMPLE),
    delete(_ONE, remove_zone, staff(PLACE_EDITORS), status=204, refuses=(409,)),
]
