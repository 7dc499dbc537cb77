"""`single`: one option of several."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool, model_validator
from typing_extensions import override

from surveys.forms.conditions import Chosen
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted, CountedByOption
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets
from surveys.forms.types.options import (
    MOST_OPTIONS,
    Option,
    check_others,
    choice_schema,
    has_option,
    in_random_order,
    judged_choice,
    options_chosen,
    write_options,
)
from surveys.forms.types.question import AMONG, BaseQuestion, FreeText, Operator, Schema, check_distinct


class Single(BaseQuestion):
    """One of several; `breakdown` lets other questions be tabulated by it."""

    type: Literal["single"]
    options: Annotated[list[Option], Field(min_length=2, max_length=MOST_OPTIONS)]
    random_order: StrictBool = False
    breakdown: StrictBool = False

    seconds: ClassVar = 8
    most_options: ClassVar = MOST_OPTIONS
    takes_other_words: ClassVar = True
    read_from: ClassVar = frozenset({"select_one"})
    compared_by: ClassVar[frozenset[Operator]] = AMONG

    @model_validator(mode="after")
    def _check(self) -> "Single":
        check_distinct("options", [o.key for o in self.options])
        check_others(self.options)
        return self

    @override
    def judge(self, given: object, where: Where) -> object:
        return judged_choice(self.options, given)

    @override
    def answer_schema(self) -> Schema:
        return choice_schema(self.options)

    @override
    def could_be(self, value: object) -> bool:
        return has_option(self.options, value)

    @override
    def chosen(self, kept: object) -> Chosen:
        return options_chosen(self.options, kept)

    @override
    def stand_ins(self, named: Sequence[object]) -> list[Chosen]:
        return [frozenset({option.key}) for option in self.options]

    @override
    def free_text(self) -> FreeText | None:
        return "other" if any(option.other for option in self.options) else None

    @override
    def counted(self) -> Counted:
        return CountedByOption(self.options, breakdown=self.breakdown)

    @classmethod
    @override
    def from_xlsform(cls, row: FormCells) -> dict[str, Any] | None:
        return None if row.pictures else in_random_order(row)

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        write_options(self.key, self.options, sheets)
        if self.breakdown:
            sheets.note(self.key, "That others are tabulated by it is left out.")
        looks = {"parameters": "randomize=true"} if self.random_order else {}
        return {"type": f"select_one {self.key}", **looks}
