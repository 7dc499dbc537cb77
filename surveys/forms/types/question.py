"""What every question has: its key, its texts, when it is shown, and what each type must say about itself.

A question type is one module of this folder. It holds all that the product does differently for that type; whoever
needs one of these things asks the question for it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from base.localized import Localized
from base.text import OneLine
from base.validation import wrong
from surveys.forms.conditions import Chosen, Condition
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
"""How a question is called in answers and tables."""


def _a_number(value: object) -> object:
    """JSON Schema's numbers: 3.0 is a whole one; true and "3" are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("This must be a number.")
    return value


Whole = Annotated[int, Field(ge=-(10**9), le=10**9), BeforeValidator(_a_number)]
Number = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False), BeforeValidator(_a_number)]

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    OneLine,
]
"""One line of text."""

Schema = dict[str, Any]
FreeText = Literal["text", "other", "comment"]
Operator = Literal["is", "is_not", "any_of", "none_of", "at_least", "at_most"]

ANSWERED: Chosen = frozenset({"\x00answered"})
"""How conditions see an answer that they can compare with nothing."""
AMONG: frozenset[Operator] = frozenset({"is", "is_not", "any_of", "none_of"})
ORDERED: frozenset[Operator] = AMONG | {"at_least", "at_most"}


class FormPart(BaseModel):
    """A part of a survey document: nothing unknown in it, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BaseQuestion(FormPart, ABC):
    """A question that is answered. What is abstract here, each type says; the rest is what most types say."""

    key: Key
    label: Localized
    help: Localized | None = None
    show_if: Condition | None = None
    required: StrictBool = False

    seconds: ClassVar[int]
    """How long answering takes, without reading its texts."""
    compared_by: ClassVar[frozenset[Operator]] = frozenset()
    """How conditions compare its answers."""
    answer_is_list: ClassVar[bool] = False
    """Whether an answer is a list of options."""
    whole_numbers: ClassVar[bool] = False
    """Whether answers are whole numbers, whatever a question says."""
    most_options: ClassVar[int] = 0
    """Among how many options it lets people choose."""
    takes_other_words: ClassVar[bool] = False
    """Whether an option of it can ask for other words."""
    read_from: ClassVar[frozenset[str]] = frozenset()
    """Of which rows of an XLSForm it is made, by what is answered there."""
    asks_freely: ClassVar[bool] = False
    """Whether an answer could be a name, a number or a day that tells who somebody is."""

    @abstractmethod
    def judge(self, given: object, where: Where) -> object:
        """The answer as it is kept; None where nothing is left of it. `given` is any JSON. Raises Unfitting."""

    @abstractmethod
    def answer_schema(self) -> Schema:
        """An answer as JSON Schema (2020-12)."""

    @abstractmethod
    def counted(self) -> Counted:
        """How its answers are counted."""

    @abstractmethod
    def xlsform(self, sheets: FormSheets) -> FormRow:
        """Its type, limits and looks in an XLSForm; what cannot be said there is noted."""

    @classmethod
    def from_xlsform(cls, row: FormCells) -> dict[str, Any] | None:
        """What a row of `read_from` says of the question beside key, texts and options; None where the row is one of
        another type. The first type in the registry that takes a row has it.
        """
        return {}

    def write_xlsform(self, sheets: FormSheets, row: FormRow) -> None:
        """Write its rows; `row` has the columns that every question has."""
        sheets.survey.append({**row, **self.xlsform(sheets)})

    @classmethod
    def seconds_of(cls, stored: Mapping[str, Any]) -> int:
        """How many seconds a question takes that is stored so."""
        return cls.seconds

    def could_be(self, value: object) -> bool:
        """Whether what a condition compares with can be an answer (or one of those chosen)."""
        return False

    def chosen(self, kept: object) -> Chosen:
        """A kept answer as conditions see it; what they compare with nothing counts as answered alone."""
        return ANSWERED

    def stand_ins(self, named: Sequence[object]) -> list[Chosen]:
        """Answers that stand for all that could be given; `named` is what conditions compare them with.

        Raises TooManyStandIns.
        """
        return [ANSWERED]

    @classmethod
    def lines(cls, worded: Mapping[str, Any]) -> list[str]:
        """What can be answered, as lines to read; `worded` is a question as stored, its texts in one language."""
        return [option["label"] for option in worded.get("options", ())]

    def free_text(self) -> FreeText | None:
        """Where residents write in their own words: as the answer, as another option, as a comment on a place."""
        return None


def check_distinct(what: Literal["options", "rows", "columns"], keys: list[str]) -> None:
    """ValueError where a key is used twice."""
    if len(set(keys)) == len(keys):
        return
    if what == "options":
        raise wrong("two options have the same key")
    if what == "rows":
        raise wrong("two rows have the same key")
    raise wrong("two columns have the same key")


def check_bounds(low: float | date | None, high: float | date | None) -> None:
    """ValueError where the least is more than the most."""
    if low is not None and high is not None and low > high:  # type: ignore[operator]  # both are numbers or both dates
        raise wrong("min is above max")


def value_chosen(kept: object) -> Chosen:
    """A number or a day as conditions see it."""
    return frozenset({kept}) if isinstance(kept, str | int | float) else ANSWERED
