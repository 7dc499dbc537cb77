"""`scale` and `rating`: a whole number between two ends, each step shown (a rating as stars)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import model_validator
from typing_extensions import override

from base.localized import Localized
from base.validation import wrong
from surveys.forms.complaints import Unfitting
from surveys.forms.conditions import Chosen
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted, CountedSteps
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets
from surveys.forms.types.numeric import check_within, numbers_near
from surveys.forms.types.question import ORDERED, BaseQuestion, FormPart, Operator, Schema, Whole, value_chosen


class EndLabels(FormPart):
    """What the two ends of a scale mean."""

    min: Localized | None = None
    max: Localized | None = None


class Scale(BaseQuestion):
    """A whole number between two ends."""

    type: Literal["scale", "rating"]
    min: Whole
    max: Whole
    labels: EndLabels | None = None

    seconds: ClassVar = 6
    whole_numbers: ClassVar = True
    read_from: ClassVar = frozenset({"range"})
    compared_by: ClassVar[frozenset[Operator]] = ORDERED

    @model_validator(mode="after")
    def _check(self) -> "Scale":
        if not 1 <= self.max - self.min <= 100:
            raise wrong("a scale has from 2 to 101 steps, min below max")
        return self

    @override
    def judge(self, given: object, where: Where) -> object:
        if isinstance(given, bool) or not isinstance(given, int):
            raise Unfitting("whole")
        check_within(given, self.min, self.max)
        return given

    @override
    def answer_schema(self) -> Schema:
        return {"type": "integer", "minimum": self.min, "maximum": self.max}

    @override
    def could_be(self, value: object) -> bool:
        return isinstance(value, int | float)

    @override
    def chosen(self, kept: object) -> Chosen:
        return value_chosen(kept)

    @override
    def stand_ins(self, named: Sequence[object]) -> list[Chosen]:
        return numbers_near(named, self.min, self.max, whole=True)

    @override
    def counted(self) -> Counted:
        return CountedSteps(range(self.min, self.max + 1))

    @classmethod
    @override
    def lines(cls, worded: Mapping[str, Any]) -> list[str]:
        ends = worded.get("labels") or {}
        return [f"{worded['min']} {ends.get('min') or ''} – {worded['max']} {ends.get('max') or ''}"]

    @classmethod
    @override
    def from_xlsform(cls, row: FormCells) -> dict[str, Any] | None:
        low, high, step = row.bounds()
        if step != 1 or low != int(low) or not 1 <= high - low <= 100:
            return None
        rated = "rating" in row.looks("rating")
        return {"type": "rating" if rated else "scale", "min": int(low), "max": int(high)}

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        if self.labels is not None:
            sheets.note(self.key, "What its ends mean is left out.")
        looks = {"appearance": "rating"} if self.type == "rating" else {}
        return {"type": "range", "parameters": f"start={self.min} end={self.max} step=1", **looks}
