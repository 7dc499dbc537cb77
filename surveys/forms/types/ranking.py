"""`ranking`: options put in order."""

import itertools
from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import override

from base.validation import wrong
from surveys.forms.complaints import Unfitting
from surveys.forms.conditions import Chosen
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted, CountedByFirst
from surveys.forms.types.form_sheets import FormRow, FormSheets
from surveys.forms.types.options import (
    MOST_NAMED,
    Named,
    checked_list,
    has_option,
    options_chosen,
    options_named,
)
from surveys.forms.types.question import AMONG, BaseQuestion, Operator, Schema, Whole, check_distinct

MOST_RANKED = 50


class Ranking(BaseQuestion):
    """Options put in order; `top` asks for the first few alone."""

    type: Literal["ranking"]
    options: Annotated[list[Named], Field(min_length=2, max_length=MOST_RANKED)]
    top: Annotated[Whole, Field(ge=1, le=50)] | None = None

    seconds: ClassVar = 20
    most_options: ClassVar = MOST_RANKED
    read_from: ClassVar = frozenset({"rank"})
    compared_by: ClassVar[frozenset[Operator]] = AMONG
    answer_is_list: ClassVar = True

    @model_validator(mode="after")
    def _check(self) -> "Ranking":
        check_distinct("options", [o.key for o in self.options])
        if (self.top or 0) > len(self.options):
            raise wrong("top asks for more options than there are")
        return self

    @override
    def judge(self, given: object, where: Where) -> object:
        parts = checked_list(given, len(self.options))
        known = {o.key for o in self.options}
        for place, part in enumerate(parts):
            if not isinstance(part, str) or part not in known:
                raise Unfitting("option", f"/{place}")
        if len({str(part) for part in parts}) != len(parts):
            raise Unfitting("options")
        if len(parts) != (self.top or len(self.options)):
            raise Unfitting("ranked", min=self.top or len(self.options))
        return parts

    @override
    def answer_schema(self) -> Schema:
        count = self.top or len(self.options)
        items = {"enum": [option.key for option in self.options]}
        return {"type": "array", "items": items, "uniqueItems": True, "minItems": count, "maxItems": count}

    @override
    def could_be(self, value: object) -> bool:
        return has_option(self.options, value)

    @override
    def chosen(self, kept: object) -> Chosen:
        return options_chosen(self.options, kept)

    @override
    def stand_ins(self, named: Sequence[object]) -> list[Chosen]:
        keys = [option.key for option in self.options]
        if self.top is None or self.top >= len(keys):
            return [frozenset(keys)]
        mentioned = options_named(keys, named)
        wanted = [*mentioned, *(key for key in keys if key not in mentioned)][: MOST_NAMED + 4]
        return [frozenset(part) for part in itertools.combinations(wanted, min(self.top, len(wanted)))]

    @override
    def counted(self) -> Counted:
        return CountedByFirst(self.options, self.top or len(self.options))

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        sheets.options(self.key, self.options)
        if self.top is not None:
            sheets.note(self.key, "That {number} are put in order, not all, is left out.", number=self.top)
        return {"type": f"rank {self.key}"}
