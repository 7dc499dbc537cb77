"""The questions that a survey can ask, as staff write them.

What stands here about a question by itself is checked when it is written; what needs the whole survey (translations,
conditions, what nobody can reach) is `proofreading`'s.
"""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)  # fmt: skip

from base.localized import Localized
from base.text import OneLine
from base.times import Day
from surveys.forms.conditions import Condition

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
"""How a question is called in answers and tables."""


def _a_number(value: object) -> object:
    """JSON Schema's numbers: 3.0 is a whole one; true and "3" are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("Input should be a valid number")
    return value


Whole = Annotated[int, Field(ge=-(10**9), le=10**9), BeforeValidator(_a_number)]
Number = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False), BeforeValidator(_a_number)]


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    OneLine,
]
"""One line of text."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def a_day(text: str) -> date | None:
    """The day that a text such as 2026-12-15 names, or None."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


OptionKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""How an option, row or column is called: as a question, or beginning with a digit."""


class Named(_Part):
    """A row or a column of a matrix."""

    key: OptionKey
    label: Localized


class Option(Named):
    """One thing to choose; `exclusive` stands alone, `other` asks for words."""

    exclusive: StrictBool = False
    other: StrictBool = False


class ImageOption(Named):
    """One picture to choose: its address on the municipality's own site, or a name in the app."""

    image: Line


class _Asked(_Part):
    key: Key
    label: Localized
    help: Localized | None = None
    show_if: Condition | None = None
    required: StrictBool = False


def _distinct(what: str, keys: list[str]) -> None:
    if len(set(keys)) != len(keys):
        raise ValueError(f"two {what} have the same key")


def _bounds(low: float | date | None, high: float | date | None, what: str = "min is above max") -> None:
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # both are numbers or both dates
        raise ValueError(what)


class Single(_Asked):
    """One of several; `breakdown` lets other questions be tabulated by it."""

    type: Literal["single"]
    options: Annotated[list[Option], Field(min_length=2, max_length=200)]
    random_order: StrictBool = False
    breakdown: StrictBool = False

    @model_validator(mode="after")
    def _check(self) -> "Single":
        _distinct("options", [o.key for o in self.options])
        if sum(o.other for o in self.options) > 1:
            raise ValueError("only one option can ask for other words")
        return self


class Multiple(_Asked):
    """Several of several."""

    type: Literal["multiple"]
    options: Annotated[list[Option], Field(min_length=2, max_length=200)]
    random_order: StrictBool = False
    min: Annotated[Whole, Field(ge=0, le=200)] | None = None
    max: Annotated[Whole, Field(ge=1, le=200)] | None = None

    @model_validator(mode="after")
    def _check(self) -> "Multiple":
        _distinct("options", [o.key for o in self.options])
        if sum(o.other for o in self.options) > 1:
            raise ValueError("only one option can ask for other words")
        _bounds(self.min, self.max)
        if (self.min or 0) > sum(not o.exclusive for o in self.options):
            raise ValueError("min asks for more options than there are")
        return self


class EndLabels(_Part):
    """What the two ends of a scale mean."""

    min: Localized | None = None
    max: Localized | None = None


class Scale(_Asked):
    """A whole number between two ends."""

    type: Literal["scale", "rating"]
    min: Whole
    max: Whole
    labels: EndLabels | None = None

    @model_validator(mode="after")
    def _check(self) -> "Scale":
        if not 1 <= self.max - self.min <= 100:
            raise ValueError("a scale has from 2 to 101 steps, min below max")
        return self


class NumberAsked(_Asked):
    """A number, perhaps with a unit."""

    type: Literal["number"]
    min: Number | None = None
    max: Number | None = None
    unit: Annotated[Line, StringConstraints(max_length=40)] | None = None
    integer: StrictBool = False

    @model_validator(mode="after")
    def _check(self) -> "NumberAsked":
        _bounds(self.min, self.max)
        return self


class TextAsked(_Asked):
    """Words; what tells who somebody is, is taken out before anybody reads them."""

    type: Literal["text"]
    max_length: Annotated[Whole, Field(ge=1, le=5000)] = 1000
    long: StrictBool = False


class DateAsked(_Asked):
    """A day."""

    type: Literal["date"]
    min: Day | None = None
    max: Day | None = None

    @model_validator(mode="after")
    def _check(self) -> "DateAsked":
        _bounds(self.min, self.max)
        return self


class Ranking(_Asked):
    """Options put in order; `top` asks for the first few alone."""

    type: Literal["ranking"]
    options: Annotated[list[Named], Field(min_length=2, max_length=50)]
    top: Annotated[Whole, Field(ge=1, le=50)] | None = None

    @model_validator(mode="after")
    def _check(self) -> "Ranking":
        _distinct("options", [o.key for o in self.options])
        if (self.top or 0) > len(self.options):
            raise ValueError("top asks for more options than there are")
        return self


class Matrix(_Asked):
    """One column for each row; a required one wants every row."""

    type: Literal["matrix"]
    rows: Annotated[list[Named], Field(min_length=1, max_length=50)]
    columns: Annotated[list[Named], Field(min_length=2, max_length=20)]

    @model_validator(mode="after")
    def _check(self) -> "Matrix":
        _distinct("rows", [r.key for r in self.rows])
        _distinct("columns", [c.key for c in self.columns])
        return self


class MapAsked(_Asked):
    """A place, kept no finer than a cell of `snap_m` metres."""

    type: Literal["map"]
    geometry: Literal["point", "points", "line", "area"]
    snap_m: Annotated[Whole, Field(ge=50, le=10_000)] = 50
    comment: StrictBool = False


class ImageChoice(_Asked):
    """One of several pictures."""

    type: Literal["image_choice"]
    options: Annotated[list[ImageOption], Field(min_length=2, max_length=50)]

    @model_validator(mode="after")
    def _check(self) -> "ImageChoice":
        _distinct("options", [o.key for o in self.options])
        return self


class Words(_Part):
    """A heading that begins a page (`section`), or something to read (`info`); not answered."""

    type: Literal["section", "info"]
    key: Key
    label: Localized
    help: Localized | None = None
    show_if: Condition | None = None


Answerable = Single | Multiple | Scale | NumberAsked | TextAsked | DateAsked | Ranking | Matrix | MapAsked | ImageChoice
Question = Annotated[Answerable | Words, Field(discriminator="type")]
