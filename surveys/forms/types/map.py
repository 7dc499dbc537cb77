"""`map`: a place, a line or an area, perhaps with a comment."""

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, StrictBool, ValidationInfo
from pydantic_core import PydanticCustomError
from typing_extensions import override

from base.text import STORED
from geofence.drawing.masks import Mask, judged_mask
from geofence.engine.geometry import GeometryRefused
from surveys.forms.complaints import Unfitting
from surveys.forms.places import KINDS, MOST_POSITIONS, Where, pointed_at, snapped
from surveys.forms.redaction import redacted
from surveys.forms.types.counting import Counted, CountedAsAnswered
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets
from surveys.forms.types.free_text import OTHER_LENGTH, checked_text
from surveys.forms.types.map_layers import Layers
from surveys.forms.types.question import BaseQuestion, FreeText, Schema, Whole

_POSITION: Schema = {
    "type": "array",
    "prefixItems": [
        {"type": "number", "minimum": -180, "maximum": 180},
        {"type": "number", "minimum": -90, "maximum": 90},
    ],
    "items": {"type": "number"},
    "minItems": 2,
    "maxItems": 3,
}
_POSITIONS: Schema = {"type": "array", "items": _POSITION, "minItems": 1, "maxItems": MOST_POSITIONS}
_RING: Schema = {**_POSITIONS, "minItems": 4, "maxItems": MOST_POSITIONS + 1}
_COORDINATES: dict[str, Schema] = {
    "point": _POSITION,
    "points": _POSITIONS,
    "line": {**_POSITIONS, "minItems": 2},
    "area": {"type": "array", "minItems": 1, "maxItems": 1, "items": _RING},
}
_XLSFORM = {"point": "geopoint", "points": "geopoint", "line": "geotrace", "area": "geoshape"}
_GEOMETRIES = {"geopoint": "point", "geotrace": "line", "geoshape": "area"}


def _judged_mask(given: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    if info.context is STORED:
        return given
    try:
        return dict(judged_mask(given))
    except GeometryRefused as why:
        raise PydanticCustomError("sentence", why.sentence, {**why.values, "sentence": why.sentence}) from None


class MapAsked(BaseQuestion):
    """A place, kept no finer than a cell of `snap_m` metres."""

    type: Literal["map"]
    geometry: Literal["point", "points", "line", "area"]
    snap_m: Annotated[Whole, Field(ge=50, le=10_000)] = 50
    comment: StrictBool = False
    mask: Annotated[dict[str, Any], AfterValidator(_judged_mask)] | None = None
    """Polygon or MultiPolygon (GeoJSON) in which answers must lie."""
    layers: Layers | None = None
    """Layers of the municipality's own to look at: FeatureCollections, together at most 1 MiB."""

    seconds: ClassVar = 30
    read_from: ClassVar = frozenset(_GEOMETRIES)

    @override
    def judge(self, given: object, where: Where) -> object:
        if not isinstance(given, dict):
            raise Unfitting("geometry", kind=KINDS[self.geometry])
        if not self.comment or "type" in given:
            return self._place(given, where)
        if "geometry" not in given or not set(given) <= {"geometry", "comment"}:
            raise Unfitting("geometry", kind=KINDS[self.geometry])
        place = self._place(given["geometry"], where, "/geometry")
        said = given.get("comment")
        comment = redacted(checked_text(said, OTHER_LENGTH, "/comment")) if said is not None else ""
        return {"geometry": place, "comment": comment} if comment else {"geometry": place}

    def _place(self, given: object, where: Where, at: str = "") -> dict[str, object]:
        """Where it was pointed at must lie in the mask; what is kept is the middle of that cell."""
        place = snapped(given, self.geometry, self.snap_m, where, at)
        if self._ground is not None and not self._ground.holds(
            pointed_at(given), joined=self.geometry in ("line", "area")
        ):
            raise Unfitting("outside", at)
        return place

    @cached_property
    def _ground(self) -> Mask | None:
        return None if self.mask is None else Mask(self.mask)

    @override
    def answer_schema(self) -> Schema:
        geometry: Schema = {
            "type": "object",
            "properties": {"type": {"const": KINDS[self.geometry]}, "coordinates": _COORDINATES[self.geometry]},
            "required": ["type", "coordinates"],
            "additionalProperties": False,
        }
        if not self.comment:
            return geometry
        with_comment: Schema = {
            "type": "object",
            "properties": {
                "geometry": geometry,
                "comment": {"anyOf": [{"type": "string", "maxLength": OTHER_LENGTH}, {"type": "null"}]},
            },
            "required": ["geometry"],
            "additionalProperties": False,
        }
        return {"anyOf": [geometry, with_comment]}

    @override
    def free_text(self) -> FreeText | None:
        return "comment" if self.comment else None

    @override
    def counted(self) -> Counted:
        return CountedAsAnswered()

    @classmethod
    @override
    def from_xlsform(cls, row: FormCells) -> dict[str, Any] | None:
        return {"geometry": _GEOMETRIES[row.answers]}

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        if self.geometry == "points":
            sheets.note(self.key, "One place is asked for, not several.")
        if self.comment:
            sheets.note(self.key, "The comment beside the place is left out.")
        if self.snap_m != 50:
            sheets.note(self.key, "That places are kept no finer than {metres} m is left out.", metres=self.snap_m)
        if self.mask is not None:
            sheets.note(self.key, "The area in which answers must lie is left out.")
        if self.layers is not None:
            sheets.note(self.key, "The layers to look at are left out.")
        return {"type": _XLSFORM[self.geometry]}
