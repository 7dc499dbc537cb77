"""`multiple`: several options of several."""

import itertools
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool, model_validator
from typing_extensions import override

from base.validation import wrong
from surveys.forms.complaints import Unfitting
from surveys.forms.conditions import Chosen
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted, CountedEachOption
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets, between
from surveys.forms.types.options import (
    MOST_OPTIONS,
    Option,
    check_others,
    checked_list,
    choice_schema,
    has_option,
    in_random_order,
    judged_choice,
    options_chosen,
    options_named,
    write_options,
)
from surveys.forms.types.question import (
    AMONG,
    BaseQuestion,
    FreeText,
    Operator,
    Schema,
    Whole,
    check_bounds,
    check_distinct,
)


class Multiple(BaseQuestion):
    """Several of several."""

    type: Literal["multiple"]
    options: Annotated[list[Option], Field(min_length=2, max_length=MOST_OPTIONS)]
    random_order: StrictBool = False
    min: Annotated[Whole, Field(ge=0, le=200)] | None = None
    max: Annotated[Whole, Field(ge=1, le=200)] | None = None

    seconds: ClassVar = 12
    most_options: ClassVar = MOST_OPTIONS
    takes_other_words: ClassVar = True
    read_from: ClassVar = frozenset({"select_multiple"})
    compared_by: ClassVar[frozenset[Operator]] = AMONG
    answer_is_list: ClassVar = True

    @model_validator(mode="after")
    def _check(self) -> "Multiple":
        check_distinct("options", [o.key for o in self.options])
        check_others(self.options)
        check_bounds(self.min, self.max)
        if (self.min or 0) > sum(not o.exclusive for o in self.options):
            raise wrong("min asks for more options than there are")
        return self

    @override
    def judge(self, given: object, where: Where) -> object:
        parts = checked_list(given, len(self.options))
        chosen = [judged_choice(self.options, part, f"/{place}") for place, part in enumerate(parts)]
        other = next((o.key for o in self.options if o.other), "")
        keys = [other if isinstance(part, dict) else part for part in chosen]
        if len(set(keys)) != len(keys):
            raise Unfitting("options")
        alone = any(o.exclusive and o.key in keys for o in self.options)
        if len(keys) > 1 and alone:
            raise Unfitting("exclusive")
        if self.max is not None and len(keys) > self.max:
            raise Unfitting("too_many", max=self.max)
        if self.min is not None and len(keys) < self.min and not alone:
            raise Unfitting("too_few", min=self.min)
        return chosen

    @override
    def answer_schema(self) -> Schema:
        alone = [option.key for option in self.options if option.exclusive]
        wanted: Schema = {
            "type": "array",
            "items": choice_schema(self.options),
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": self.max or len(self.options),
        }
        rules: list[Schema] = []
        for option in self.options:
            if option.other:  # Named, or said in words: once.
                rules.append({"contains": _contained([option.key], True), "minContains": 0, "maxContains": 1})
        words = any(option.other and option.exclusive for option in self.options)
        if alone:
            rules.append({"if": {"contains": _contained(alone, words)}, "then": {"maxItems": 1}})
        if self.min:
            least: Schema = {"minItems": self.min}
            rules.append({"anyOf": [least, {"contains": _contained(alone, words)}]} if alone else least)
        return {**wanted, **({"allOf": rules} if rules else {})}

    @override
    def could_be(self, value: object) -> bool:
        return has_option(self.options, value)

    @override
    def chosen(self, kept: object) -> Chosen:
        return options_chosen(self.options, kept)

    @override
    def stand_ins(self, named: Sequence[object]) -> list[Chosen]:
        alone = [option.key for option in self.options if option.exclusive]
        keys = [option.key for option in self.options if not option.exclusive]
        fewest, most = max(self.min or 1, 1), min(self.max or len(keys), len(keys))
        mentioned = options_named(keys, named)
        others = [key for key in keys if key not in mentioned]
        found: list[Chosen] = [frozenset({key}) for key in alone]
        for size in range(len(mentioned) + 1):
            for part in itertools.combinations(mentioned, size):
                filling = max(fewest - size, 0) or (1 if size == 0 else 0)
                if filling <= len(others) and size + filling <= most:
                    found.append(frozenset([*part, *others[:filling]]))
        return found

    @override
    def free_text(self) -> FreeText | None:
        return "other" if any(option.other for option in self.options) else None

    @override
    def counted(self) -> Counted:
        return CountedEachOption(
            options=self.options,
            alone=frozenset(option.key for option in self.options if option.exclusive),
            least=max(self.min or 1, 1),
            most=len(self.options) if self.max is None else self.max,
        )

    @classmethod
    @override
    def from_xlsform(cls, row: FormCells) -> dict[str, Any] | None:
        return in_random_order(row)

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        write_options(self.key, self.options, sheets)
        looks = {"parameters": "randomize=true"} if self.random_order else {}
        low, high = (None if count is None else str(count) for count in (self.min, self.max))
        return {"type": f"select_multiple {self.key}", **between("count-selected(.)", low, high), **looks}


def _contained(keys: list[str], words: bool) -> Schema:
    return {"anyOf": [{"enum": keys}, {"type": "object"}]} if words else {"enum": keys}
