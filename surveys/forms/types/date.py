"""`date`: a day."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import model_validator
from typing_extensions import override

from base.times import Day
from surveys.forms.complaints import Unfitting
from surveys.forms.conditions import Chosen
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted, CountedByMonth
from surveys.forms.types.form_sheets import FormRow, FormSheets, between
from surveys.forms.types.question import ORDERED, BaseQuestion, Operator, Schema, check_bounds, value_chosen

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def a_day(text: str) -> date | None:
    """The day that a text such as 2026-12-15 names, or None."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


class DateAsked(BaseQuestion):
    """A day."""

    type: Literal["date"]
    min: Day | None = None
    max: Day | None = None

    seconds: ClassVar = 8
    read_from: ClassVar = frozenset({"date"})
    compared_by: ClassVar[frozenset[Operator]] = ORDERED
    asks_freely: ClassVar = True

    @model_validator(mode="after")
    def _check(self) -> "DateAsked":
        check_bounds(self.min, self.max)
        return self

    @override
    def judge(self, given: object, where: Where) -> object:
        day = a_day(given) if isinstance(given, str) else None
        if day is None:
            raise Unfitting("date")
        if self.min is not None and day < self.min:
            raise Unfitting("below", min=self.min.isoformat())
        if self.max is not None and day > self.max:
            raise Unfitting("above", max=self.max.isoformat())
        return day.isoformat()

    @override
    def answer_schema(self) -> Schema:
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}

    @override
    def could_be(self, value: object) -> bool:
        return isinstance(value, str) and a_day(value) is not None

    @override
    def chosen(self, kept: object) -> Chosen:
        return value_chosen(kept)

    @override
    def stand_ins(self, named: Sequence[object]) -> list[Chosen]:
        near: set[date] = set()
        days = [date(2026, 1, 1), self.min, self.max, *(date.fromisoformat(str(value)) for value in named)]
        for day in days:
            if day is not None:
                near |= {day + timedelta(days=step) for step in (-1, 0, 1) if date.min < day < date.max} | {day}
        return [
            frozenset({day.isoformat()})
            for day in sorted(near)
            if (self.min is None or day >= self.min) and (self.max is None or day <= self.max)
        ]

    @override
    def counted(self) -> Counted:
        return CountedByMonth(self.min, self.max)

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        low, high = (None if day is None else f"date('{day.isoformat()}')" for day in (self.min, self.max))
        return {"type": "date", **between(".", low, high)}
