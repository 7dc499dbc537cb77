"""`image_choice`: one picture of several."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import override

from surveys.forms.conditions import Chosen
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted, CountedByOption
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets
from surveys.forms.types.options import ImageOption, choice_schema, has_option, judged_choice, options_chosen
from surveys.forms.types.question import AMONG, BaseQuestion, Operator, Schema, check_distinct

MOST_PICTURES = 50


class ImageChoice(BaseQuestion):
    """One of several pictures."""

    type: Literal["image_choice"]
    options: Annotated[list[ImageOption], Field(min_length=2, max_length=MOST_PICTURES)]

    seconds: ClassVar = 8
    most_options: ClassVar = MOST_PICTURES
    read_from: ClassVar = frozenset({"select_one"})
    compared_by: ClassVar[frozenset[Operator]] = AMONG

    @model_validator(mode="after")
    def _check(self) -> "ImageChoice":
        check_distinct("options", [o.key for o in self.options])
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
    def counted(self) -> Counted:
        return CountedByOption(self.options)

    @classmethod
    @override
    def from_xlsform(cls, row: FormCells) -> dict[str, Any] | None:
        return {} if row.pictures else None

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        sheets.options(self.key, self.options)
        return {"type": f"select_one {self.key}"}
