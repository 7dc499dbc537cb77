"""`text`: words."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StrictBool
from typing_extensions import override

from surveys.forms.places import Where
from surveys.forms.redaction import redacted
from surveys.forms.types.counting import Counted, CountedAsAnswered
from surveys.forms.types.form_sheets import FormCells, FormRow, FormSheets, between
from surveys.forms.types.free_text import checked_text
from surveys.forms.types.question import BaseQuestion, FreeText, Schema, Whole


class TextAsked(BaseQuestion):
    """Words; what tells who somebody is, is taken out before anybody reads them."""

    type: Literal["text"]
    max_length: Annotated[Whole, Field(ge=1, le=5000)] = 1000
    long: StrictBool = False

    seconds: ClassVar = 30
    read_from: ClassVar = frozenset({"string"})
    asks_freely: ClassVar = True

    @override
    def judge(self, given: object, where: Where) -> object:
        return redacted(checked_text(given, self.max_length)) or None

    @override
    def answer_schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": self.max_length}

    @override
    def free_text(self) -> FreeText | None:
        return "text"

    @override
    def counted(self) -> Counted:
        return CountedAsAnswered()

    @classmethod
    @override
    def from_xlsform(cls, row: FormCells) -> dict[str, Any] | None:
        return {"long": "multiline" in row.looks("multiline")}

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        limit = {} if self.max_length == 1000 else between("string-length(.)", None, str(self.max_length))
        return {"type": "text", **limit, **({"appearance": "multiline"} if self.long else {})}
