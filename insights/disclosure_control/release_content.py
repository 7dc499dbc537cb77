"""A release as JSON: every question and cell stays listed, and what may not be shown is null."""

from collections.abc import Mapping, Sequence
from typing import Any

from insights.counting.partitions import Partition, Partitions
from insights.counting.structure import Structure
from insights.counting.tabulation import Tally
from insights.disclosure_control.intruder_knowledge import Figure
from surveys.forms.types import Answerable
from surveys.forms.types.counting import CountedByRow, value_labels

Values = Mapping[Figure, int]


def content_of(structure: Structure, tally: Tally, k: int, shown: Values) -> dict[str, Any]:
    """The content of a release of which only the figures in `shown` may be seen."""
    partitions = structure.partitions
    document = partitions.document
    asked = {question.key: question for question in partitions.asked()}
    return {
        "title": document.title,
        "languages": list(document.languages),
        "answers": tally.answers,
        "assurance": document.assurance,
        "self_reported_position": document.eligibility.kind == "present",
        "smallest_group": k,
        "questions": [_question(structure, asked[key], tally, shown) for key in asked],
        "breakdowns": {by: _breakdown(partitions, asked, by, shown) for by in partitions.breakdowns},
    }


def _question(structure: Structure, question: Answerable, tally: Tally, shown: Values) -> dict[str, Any]:
    partitions = structure.partitions
    parts = partitions.of(question.key)
    rows = [shown.get(("answered", question.key, row)) for row in dict.fromkeys(part.row for part in parts)]
    cells = [cell for part in parts for cell in _cells(partitions, question, part, shown, ())]
    # Rows of a matrix are answered one by one; as many as the row with most is what can be said of the whole.
    answered = rows[0] if len(rows) == 1 else max((row for row in rows if row is not None), default=None)
    return {
        "key": question.key,
        "type": question.type,
        "label": question.label,
        "answered": answered,
        "cells": cells,
        **_centre(structure, question, tally, answered, cells),
    }


def _breakdown(partitions: Partitions, asked: Mapping[str, Answerable], by: str, shown: Values) -> dict[str, Any]:
    (groups,) = partitions.of(by)
    tabulated = []
    for question in asked.values():
        parts = [part for part in partitions.of(question.key) if part.shown]
        if question.key == by or not parts:
            continue
        tabulated.append(
            {
                "key": question.key,
                "type": question.type,
                "label": question.label,
                "groups": [
                    {
                        "value": group,
                        "label": _label(asked[by], group),
                        "answered": shown.get(("answered", question.key, parts[0].row, by, group)),
                        "cells": [
                            cell for part in parts for cell in _cells(partitions, question, part, shown, (by, group))
                        ],
                    }
                    for group in groups.cells
                ],
            }
        )
    return {"label": asked[by].label, "questions": tabulated}


def _cells(
    partitions: Partitions, question: Answerable, part: Partition, shown: Values, group: tuple[str, ...]
) -> Sequence[dict[str, Any]]:
    answered = shown.get(("answered", part.question, part.row, *group))
    counted = question.counted()
    found = []
    for value in part.shown:
        atom = partitions.atom(part, value, *group) if group else (part.question, part.row, value)
        count = shown.get(("cell", *atom))
        cell = {
            "value": value,
            "label": _label(question, value),
            "count": count,
            "share": None if count is None or not answered else round(count / answered, 4),
            "suppressed": count is None,
        }
        if isinstance(counted, CountedByRow):
            cell["row"] = part.row
            cell["row_label"] = next(dict(row.label) for row in counted.rows if row.key == part.row)
        found.append(cell)
    return found


def _label(question: Answerable, value: str) -> dict[str, str] | None:
    """What staff called an option or a column; None for numbers and days, which speak for themselves."""
    return next((dict(named.label) for named in value_labels(question.counted()) if named.key == value), None)


def _centre(
    structure: Structure, question: Answerable, tally: Tally, answered: int | None, cells: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Mean and median, where every cell is shown and no band is without an end.

    The mean of numbers in bands is rounded to a tenth of the narrowest band; where a condition tells numbers of one
    band apart it is left out, since it could say how many are on either side. The median is worked out from the shown
    cells alone, within its band as if answers lay evenly in it.
    """
    bands = structure.partitions.bands.get(question.key)
    if bands is None or not bands.numeric:
        return {}
    if answered is None or not bands.closed or any(cell["suppressed"] for cell in cells):
        return {"mean": None, "median": None}
    mean = tally.sums.get(question.key, 0) / answered
    widths = [band.high - band.low for band in bands.bands if band.high is not None and band.low is not None]
    exact = all(band.exact for band in bands.bands)
    step = 0.01 if exact else min(widths) / 10
    mean_shown = None if _parted(structure, question) else _rounded(mean, step)
    half, below = answered / 2, 0
    for band, cell in zip(bands.bands, cells, strict=True):
        if below + cell["count"] >= half:
            assert band.low is not None
            assert band.high is not None
            inside = (half - below) / cell["count"] * (band.high - band.low)
            median = band.low if exact else band.low + inside
            return {"mean": mean_shown, "median": _rounded(median, step)}
        below += cell["count"]
    return {"mean": None, "median": None}


def _parted(structure: Structure, question: Answerable) -> bool:
    """Whether conditions tell answers in one cell of a question apart."""
    cells = [cell for _, cell in structure.views[question.key].pairs[""]]
    return len(cells) != len(set(cells))


def _rounded(value: float, step: float) -> float:
    return round(round(value / step) * step, 6)
