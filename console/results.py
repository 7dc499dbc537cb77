"""A release as the page draws it: bars for every question, and a table for every breakdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from console.charts import bars
from console.formats import picked

Json = Mapping[str, Any]


def result(content: Json, language: str) -> dict[str, Any]:
    """A release's content in one language; what is suppressed stays listed, without a number."""
    return {
        "number": content["number"],
        "released_at": content["released_at"],
        "answers": content["answers"],
        "smallest_group": content["smallest_group"],
        "self_reported_position": content["self_reported_position"],
        "questions": [_question(asked, content["breakdowns"], language) for asked in content["questions"]],
    }


def _question(asked: Json, breakdowns: Json, language: str) -> dict[str, Any]:
    return {
        "label": picked(asked["label"], language),
        "answered": asked["answered"],
        "mean": asked.get("mean"),
        "median": asked.get("median"),
        "bars": bars((_name(cell, language), cell["count"], cell["share"]) for cell in asked["cells"]),
        "tables": [
            _table(table["label"], question["groups"], language)
            for table in breakdowns.values()
            for question in table["questions"]
            if question["key"] == asked["key"]
        ],
    }


def _table(label: Mapping[str, str], groups: Sequence[Json], language: str) -> dict[str, Any]:
    """What each group of a breakdown answered: a row for a group, a column for an answer, None where hidden."""
    return {
        "label": picked(label, language),
        "columns": [_name(cell, language) for cell in groups[0]["cells"]] if groups else [],
        "rows": [
            {
                "label": _name(group, language),
                "answered": group["answered"],
                "counts": [cell["count"] for cell in group["cells"]],
            }
            for group in groups
        ],
    }


def _name(cell: Json, language: str) -> str:
    """What a cell or a group is called: staff's own words, or the value where it speaks for itself."""
    name = picked(cell["label"], language) or str(cell["value"])
    row = picked(cell.get("row_label"), language)
    return f"{row}: {name}" if row else name
