"""`number`: a number, perhaps with a unit."""

import math
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import StrictBool, StringConstraints, model_validator
from typing_extensions import override

from base.translation import Figure
from surveys.forms.complaints import Unfitting
from surveys.forms.conditions import Chosen
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted, CountedInBands
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets, between, form_number
from surveys.forms.types.numeric import check_within, numbers_near
from surveys.forms.types.question import (
    ORDERED,
    BaseQuestion,
    Line,
    Number,
    Operator,
    Schema,
    check_bounds,
    value_chosen,
)


class NumberAsked(BaseQuestion):
    """A number, perhaps with a unit."""

    type: Literal["number"]
    min: Number | None = None
    max: Number | None = None
    unit: Annotated[Line, StringConstraints(max_length=40)] | None = None
    integer: StrictBool = False

    seconds: ClassVar = 8
    read_from: ClassVar = frozenset({"int", "decimal", "range"})
    compared_by: ClassVar[frozenset[Operator]] = ORDERED
    asks_freely: ClassVar = True

    @model_validator(mode="after")
    def _check(self) -> "NumberAsked":
        check_bounds(self.min, self.max)
        return self

    @override
    def judge(self, given: object, where: Where) -> object:
        if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) <= 1e12:
            raise Unfitting("number")
        if self.integer and (not math.isfinite(given) or given != int(given)):
            raise Unfitting("whole")
        check_within(given, self.min, self.max)
        return int(given) if self.integer else given

    @override
    def answer_schema(self) -> Schema:
        low = -1e12 if self.min is None else self.min
        high = 1e12 if self.max is None else self.max
        return {"type": "integer" if self.integer else "number", "minimum": low, "maximum": high}

    @override
    def could_be(self, value: object) -> bool:
        return isinstance(value, int | float)

    @override
    def chosen(self, kept: object) -> Chosen:
        return value_chosen(kept)

    @override
    def stand_ins(self, named: Sequence[object]) -> list[Chosen]:
        return numbers_near(named, self.min, self.max, whole=self.integer)

    @override
    def counted(self) -> Counted:
        return CountedInBands(self.min, self.max, whole=self.integer)

    @classmethod
    @override
    def from_xlsform(cls, row: FormCells) -> dict[str, Any] | None:
        if row.answers != "range":
            return {"integer": row.answers == "int"}
        low, high, step = row.bounds()
        row.say_of_parameters(
            "It became a number from {low} to {high}; its steps are left out.",
            low=Figure(f"{low:g}"),
            high=Figure(f"{high:g}"),
        )
        return {"min": low, "max": high, "integer": all(number == int(number) for number in (low, high, step))}

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        if self.unit:
            sheets.note(self.key, "Its unit ({unit}) is left out.", unit=self.unit)
        kind = "integer" if self.integer else "decimal"
        return {"type": kind, **between(".", form_number(self.min), form_number(self.max))}
