"""When a question is shown: conditions on what was answered before it.

The page follows the same rules; `tests/surveys/forms/condition_cases.json` is the table that both are held to. In
short: what was not answered (or not shown) is equal to nothing, so `is`, `any_of`, `at_least` and `at_most` are false
of it and `is_not` and `none_of` true. Of several chosen options, `is` asks whether the option is among them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, model_validator

from base.validation import wrong

Value = (
    Annotated[str, Field(max_length=200, strict=True, pattern=r"^[\x20-\x7e\xa0-\ud7ff]*$")]
    | Annotated[StrictInt, Field(ge=-(10**15), le=10**15)]
    | Annotated[StrictFloat, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
)
Chosen = frozenset[str | float | int]
"""What was answered, as conditions see it: option keys, one number, or one date as text; empty when not answered."""

OPERATORS = ("is", "is_not", "any_of", "none_of", "at_least", "at_most", "answered")
_DEEPEST = 8


class Condition(BaseModel):
    """`{question, is|is_not|any_of|none_of|at_least|at_most|answered: VALUE}`, `{all|any: […]}` or `{not: …}`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    question: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    is_: Value | None = Field(None, alias="is")
    is_not: Value | None = None
    any_of: Annotated[list[Value], Field(min_length=1, max_length=200)] | None = None
    none_of: Annotated[list[Value], Field(min_length=1, max_length=200)] | None = None
    at_least: Value | None = None
    at_most: Value | None = None
    answered: StrictBool | None = None
    all_: Annotated[list["Condition"], Field(min_length=1, max_length=20)] | None = Field(None, alias="all")
    any_: Annotated[list["Condition"], Field(min_length=1, max_length=20)] | None = Field(None, alias="any")
    not_: "Condition | None" = Field(None, alias="not")

    @model_validator(mode="after")
    def _one_thing(self) -> "Condition":
        operators = [o for o in OPERATORS if self.operand(o) is not None]
        groups = [g for g in (self.all_, self.any_, self.not_) if g is not None]
        if self.question is None and len(groups) == 1 and not operators:
            if self.depth() > _DEEPEST:
                raise wrong("conditions may be nested {most} deep", most=_DEEPEST)
            return self
        if self.question is not None and len(operators) == 1 and not groups:
            return self
        raise wrong("a condition is a question with one operator, or one of all, any, not")

    def operand(self, operator: str) -> Any:
        """What the operator is given, None where it is not used."""
        return self.is_ if operator == "is" else getattr(self, operator)

    @property
    def operator(self) -> str:
        """The one operator of a condition on a question."""
        return next(o for o in OPERATORS if self.operand(o) is not None)

    def parts(self) -> list[tuple[str, "Condition"]]:
        """The conditions inside, each with the end of its pointer."""
        if self.not_ is not None:
            return [("/not", self.not_)]
        name, inside = ("all", self.all_) if self.all_ is not None else ("any", self.any_ or [])
        return [(f"/{name}/{place}", part) for place, part in enumerate(inside)]

    def depth(self) -> int:
        """How deep it is nested."""
        return 1 + max((part.depth() for _, part in self.parts()), default=0)

    def leaves(self, pointer: str = "") -> Iterator[tuple[str, "Condition"]]:
        """Every condition on a question, with its pointer."""
        if self.question is not None:
            yield pointer, self
        for end, part in self.parts():
            yield from part.leaves(pointer + end)


def holds(condition: Condition, chosen: Mapping[str, Chosen]) -> bool:
    """Whether a condition holds of what was answered so far; a question that is missing was not answered."""
    if condition.not_ is not None:
        return not holds(condition.not_, chosen)
    if condition.all_ is not None:
        return all(holds(part, chosen) for part in condition.all_)
    if condition.any_ is not None:
        return any(holds(part, chosen) for part in condition.any_)
    assert condition.question is not None
    return _leaf_holds(condition, chosen.get(condition.question, frozenset()))


def _leaf_holds(condition: Condition, answer: Chosen) -> bool:
    operator = condition.operator
    given: Any = condition.operand(operator)
    values: Iterable[Any] = answer
    match operator:
        case "answered":
            return bool(answer) is given
        case "is":
            return given in answer
        case "is_not":
            return given not in answer
        case "any_of":
            return not answer.isdisjoint(given)
        case "none_of":
            return answer.isdisjoint(given)
        case "at_least":
            return any(_comparable(value, given) and value >= given for value in values)
        case _:
            return any(_comparable(value, given) and value <= given for value in values)


def _comparable(one: object, other: object) -> bool:
    """Numbers with numbers, dates (as text) with dates."""
    return isinstance(one, str) is isinstance(other, str)
