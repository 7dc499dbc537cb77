"""`matrix`: one column for each row."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator
from typing_extensions import override

from surveys.forms.complaints import Unfitting
from surveys.forms.places import Where
from surveys.forms.types.counting import Counted, CountedByRow
from surveys.forms.types.form_sheets import FormRow, FormSheets
from surveys.forms.types.options import Named
from surveys.forms.types.question import BaseQuestion, Schema, check_distinct


class Matrix(BaseQuestion):
    """One column for each row; a required one wants every row."""

    type: Literal["matrix"]
    rows: Annotated[list[Named], Field(min_length=1, max_length=50)]
    columns: Annotated[list[Named], Field(min_length=2, max_length=20)]

    seconds: ClassVar = 6
    """For each row."""

    @model_validator(mode="after")
    def _check(self) -> "Matrix":
        check_distinct("rows", [r.key for r in self.rows])
        check_distinct("columns", [c.key for c in self.columns])
        return self

    @override
    def judge(self, given: object, where: Where) -> object:
        if not isinstance(given, dict):
            raise Unfitting("matrix")
        rows, columns = {r.key for r in self.rows}, {c.key for c in self.columns}
        for row, column in given.items():
            if row not in rows:
                raise Unfitting("matrix")
            if not isinstance(column, str) or column not in columns:
                raise Unfitting("option", f"/{row}")
        if self.required and len(given) < len(rows):
            raise Unfitting("rows")
        return {row.key: given[row.key] for row in self.rows if row.key in given}

    @override
    def answer_schema(self) -> Schema:
        columns = {"enum": [column.key for column in self.columns]}
        rows = [row.key for row in self.rows]
        return {
            "type": "object",
            "properties": dict.fromkeys(rows, columns),
            "additionalProperties": False,
            "minProperties": 1,
            "required": rows if self.required else [],
        }

    @classmethod
    @override
    def seconds_of(cls, stored: Mapping[str, Any]) -> int:
        return cls.seconds * len(stored.get("rows", ()))

    @override
    def counted(self) -> Counted:
        return CountedByRow(self.rows, self.columns)

    @classmethod
    @override
    def lines(cls, worded: Mapping[str, Any]) -> list[str]:
        columns = " / ".join(column["label"] for column in worded["columns"])
        return [f"{row['label']}: {columns}" for row in worded["rows"]]

    @override
    def xlsform(self, sheets: FormSheets) -> FormRow:
        sheets.options(self.key, self.columns)
        if self.help:
            sheets.note(self.key, "Its explanation is left out: a table has none.")
        return {"type": "begin_group", "appearance": "table-list"}

    @override
    def write_xlsform(self, sheets: FormSheets, row: FormRow) -> None:
        heading = {name: text for name, text in row.items() if not name.startswith("hint") and name != "required"}
        needed = {"required": row["required"]} if self.required else {}
        sheets.survey.append({**self.xlsform(sheets), **heading})
        for line in self.rows:
            text = sheets.text("label", line.label)
            sheets.survey.append({"type": f"select_one {self.key}", "name": line.key, **text, **needed})
        sheets.survey.append({"type": "end_group"})
