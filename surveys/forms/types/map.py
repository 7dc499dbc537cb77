"""`map`: a place, a line or an area, perhaps with a comment."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool
from typing_extensions import override

from surveys.forms.complaints import Unfitting
from surveys.forms.places import KINDS, MOST_POSITIONS, Where, snapped
from surveys.forms.redaction import redacted
from surveys.forms.types.counting import Counted, CountedAsAnswered
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets
from surveys.forms.types.free_text import OTHER_LENGTH, checked_text
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


class MapAsked(BaseQuestion):
    """A place, kept no finer than a cell of `snap_m` metres."""

    type: Literal["map"]
    geometry: Literal["point", "points", "line", "area"]
    snap_m: Annotated[Whole, Field(ge=50, le=10_000)] = 50
    comment: StrictBool = False

    seconds: ClassVar = 30
    read_from: ClassVar = frozenset(_GEOMETRIES)

    @override
    def judge(self, given: object, where: Where) -> object:
        if not isinstance(given, dict):
            raise Unfitting("geometry", kind=KINDS[self.geometry])
        if not self.comment or "type" in given:
            return snapped(given, self.geometry, self.snap_m, where)
        if "geometry" not in given or not set(given) <= {"geometry", "comment"}:
            raise Unfitting("geometry", kind=KINDS[self.geometry])
        place = snapped(given["geometry"], self.geometry, self.snap_m, where, "/geometry")
        said = given.get("comment")
        comment = redacted(checked_text(said, OTHER_LENGTH, "/comment")) if said is not None else ""
        return {"geometry": place, "comment": comment} if comment else {"geometry": place}

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
        return {"type": _XLSFORM[self.geometry]}
