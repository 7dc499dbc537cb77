"""Zones for staff: drawn, imported, changed, taken away."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.http.authentication import staff
from api.http.call import Call
from api.http.endpoint import ONLY_READS, AnyEndpoint, delete, get, post, put
from api.schemas.common import PageQuery, RequestModel, Yes
from api.schemas.places import WeekWritten, When
from base.localized import Localized
from base.subjects import SubjectKind
from base.text import OneLine
from geofence import approvals, zones
from geofence.likeness import look_over
from geofence.models import Approval, Zone
from municipality.roles import OFFICERS, PLACE_EDITORS
from push.audiences import snapshot
from surveys import places

Kind = Literal["district", "trigger"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), OneLine]


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
    changed_at: AwareDatetime
    approval: Approval | None = Field(
        description="The privacy officer's, of a place that is sensitive or overlaps one: silent unless approved"
    )
    reason: str | None = Field(description="Why the privacy officer said so")


class ZoneList(BaseModel):
    """Zones, in the order that was asked for."""

    items: list[ZoneInFull]
    next: str | None


class ZonePage(PageQuery):
    """Which part of the list, and of which kind."""

    kind: Kind | None = None
    q: str | None = Field(None, max_length=100, description="Those whose name has this in it, in any language")
    geometry: bool = Field(True, description="Whether their shapes are wanted")
    sort: Literal["id", "name", "changed"] = Field(
        "id", description="By name in the reader's language, or those first that were changed last"
    )


def _full(zone: Zone) -> ZoneInFull:
    return ZoneInFull.model_validate(zone, from_attributes=True)


async def draw_zone(call: Call[ZoneWritten]) -> ZoneInFull:
    """Draw a zone. Trigger zones measure 2,000 m² to 5 km². One that is sensitive, or overlaps a sensitive one, is
    silent until the privacy officer has said yes.
    """
    return _full(await zones.draw(call.work, call.body.written()))


async def list_zones(call: Call[None, ZonePage]) -> ZoneList:
    """Every zone, in the order that is asked for."""
    wanted, unit = call.query, call.work
    about: dict[str, Any] = {"kind": wanted.kind, "named": wanted.q or None, "shapes": wanted.geometry}
    if wanted.sort == "name":
        after = wanted.after(str, UUID)
        place = None if after is None else (after[0], after[1])
        called = await zones.by_name(unit, call.languages[0], place, wanted.one_more, **about)
        pairs, following = wanted.cut(called, lambda one: (one[0], one[1].id), lambda one: _size(one[1]))
        return ZoneList(items=[_full(zone) for _, zone in pairs], next=following)
    if wanted.sort == "changed":
        recent = await zones.by_change(unit, wanted.after_time(), wanted.one_more, **about)
        shown, following = wanted.cut(recent, lambda one: (one.changed_at, one.id), _size)
    else:
        found = await zones.page(unit, wanted.after_id(), wanted.one_more, **about)
        shown, following = wanted.cut(found, lambda one: (one.id,), _size)
    return ZoneList(items=[_full(one) for one in shown], next=following)


def _size(zone: Zone) -> list[Any]:
    """What a zone weighs on a page by."""
    return [zone.name, zone.geometry]


class Use(BaseModel):
    """A survey, hearing or item of information, and how it stands; `at`: it is asked or told at the place."""

    kind: SubjectKind
    id: UUID
    title: dict[str, str]
    state: str
    at: bool


class ZoneNamed(BaseModel):
    """A zone by its name."""

    id: UUID
    name: dict[str, str]


class ZoneLookedOver(BaseModel):
    """How large a zone is, the others of its kind that are called the same or have almost the same shape, and the
    sensitive ones that it overlaps: then it waits for the privacy officer."""

    area_m2: float
    same_name: list[ZoneNamed]
    same_shape: list[ZoneNamed]
    sensitive: list[ZoneNamed]


class CheckQuery(BaseModel):
    """Which zone it would replace."""

    model_config = ConfigDict(extra="forbid")

    zone_id: UUID | None = None


async def check_zone(call: Call[ZoneWritten, CheckQuery]) -> ZoneLookedOver:
    """Judge a zone as drawing it would, and keep nothing."""
    found = await look_over(call.work, call.body.written(), call.query.zone_id)
    return ZoneLookedOver.model_validate(found, from_attributes=True)


async def read_zone(call: Call) -> ZoneInFull:
    """One zone."""
    return _full(await zones.read(call.id()))


async def redraw_zone(call: Call[ZoneWritten]) -> ZoneInFull:
    """Replace a zone; its kind stays. A sensitive one of another shape waits for the privacy officer again."""
    return _full(await zones.redraw(call.work, call.id(), call.body.written()))


class Uses(BaseModel):
    """What hangs on a zone: what is asked or told there, what hangs in it, what lies in it."""

    things: list[Use]
    beacons: list[str]
    districts: list[ZoneNamed]


async def uses_of_zone(call: Call) -> Uses:
    """What hangs on a zone, and would be silent without it."""
    found = await places.uses(call.work, (await zones.read(call.id())).id)
    return Uses.model_validate(found, from_attributes=True)


class Decision(RequestModel):
    """What the privacy officer says of a place, and why."""

    approved: Yes
    reason: Reason | None = None


async def decide_on_zone(call: Call[Decision]) -> ZoneInFull:
    """Say yes or no to a sensitive place; a no needs a reason."""
    zone = await zones.read(call.id(), lock=True)
    await approvals.decide(call.work, zone, approved=call.body.approved, reason=call.body.reason)
    return _full(await zones.read(zone.id))


class RemovalQuery(BaseModel):
    """Which district those follow from now on who follow this one; the one it lies in where it is not said."""

    model_config = ConfigDict(extra="forbid")

    replaced_by: UUID | None = None


async def remove_zone(call: Call[None, RemovalQuery]) -> None:
    """Take a zone away, with its triggers; who follows a district follows what replaces it, or what it lies in."""
    counted = await snapshot.newest_snapshot()
    has_been_counted = counted is not None and call.id() in counted.districts
    await zones.remove(call.work, call.id(), call.query.replaced_by, has_been_counted=has_been_counted)


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
    post("/v1/staff/zones/check", check_zone, staff(PLACE_EDITORS), example=EXAMPLE, not_idempotent=ONLY_READS),
    get("/v1/staff/zones", list_zones, staff(PLACE_EDITORS)),
    get(_ONE, read_zone, staff(PLACE_EDITORS)),
    get(_ONE + "/uses", uses_of_zone, staff(PLACE_EDITORS)),
    put(
        _ONE + "/approval",
        decide_on_zone,
        staff(OFFICERS),
        refuses=(409,),
        example={"approved": True, "reason": "Bare spørsmål om uteområdet."},
    ),
    put(_ONE, redraw_zone, staff(PLACE_EDITORS), refuses=(409,), example=EXAMPLE),
    delete(_ONE, remove_zone, staff(PLACE_EDITORS), status=204, refuses=(409,)),
]
