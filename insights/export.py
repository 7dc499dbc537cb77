"""Releases as files: CSV (RFC 4180) and JSON-stat 2.0 (json-stat.org/full). What is left out stays empty."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from base.csv_text import csv_text
from insights.localized_release import language_of, localized, localized_by
from insights.models import Release

COLUMNS = (
    "question",
    "question_label",
    "group",
    "group_label",
    "row",
    "row_label",
    "value",
    "label",
    "count",
    "share",
    "suppressed",
)


def as_csv(release: Release, by: str | None, wanted: list[str]) -> bytes:
    """One line for each cell, in UTF-8."""
    table = localized(release, wanted) if by is None else localized_by(release, by, wanted)
    lines = (
        (
            question["key"],
            question["label"],
            group.get("value"),
            group.get("label"),
            cell.get("row"),
            cell.get("row_label"),
            cell["value"],
            cell["label"],
            cell["count"],
            cell["share"],
            "yes" if cell["suppressed"] else "no",
        )
        for question, group, cell in _lines(table)
    )
    return csv_text(COLUMNS, lines).encode()


def as_json_stat(release: Release, by: str | None, wanted: list[str]) -> bytes:
    """A collection with one dataset for each question; the status of a cell that is left out is `c`, confidential."""
    table = localized(release, wanted) if by is None else localized_by(release, by, wanted)
    items = [_dataset(question, table) for question in table["questions"] if _has_cells(question)]
    collection = {
        "version": "2.0",
        "class": "collection",
        "label": table["title"],
        "updated": table["released_at"],
        "extension": {"language": language_of(release, wanted), "assurance": table["assurance"]},
        "link": {"item": items},
    }
    return json.dumps(collection, ensure_ascii=False).encode()


def _lines(table: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]]:
    for question in table["questions"]:
        for group in question.get("groups", [{"cells": question.get("cells", [])}]):
            for cell in group["cells"]:
                yield question, group, cell


def _has_cells(question: Mapping[str, Any]) -> bool:
    return bool(question.get("cells") or question.get("groups"))


def _dataset(question: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    groups = question.get("groups") or [{"value": None, "cells": question["cells"]}]
    cells = groups[0]["cells"]
    axes = {"group": [(g["value"], g["label"]) for g in groups]} if question.get("groups") else {}
    if any("row" in cell for cell in cells):
        axes["row"] = list(dict.fromkeys((cell["row"], cell["row_label"]) for cell in cells))
    axes["answer"] = list(dict.fromkeys((cell["value"], cell["label"] or cell["value"]) for cell in cells))
    flat = [cell for group in groups for cell in group["cells"]]
    return {
        "class": "dataset",
        "label": question["label"],
        "updated": table["released_at"],
        "id": list(axes),
        "size": [len(places) for places in axes.values()],
        "dimension": {
            axis: {
                "label": table["by"]["label"] if axis == "group" else question["label"],
                "category": {"index": [value for value, _ in places], "label": dict(places)},
            }
            for axis, places in axes.items()
        },
        "value": [cell["count"] for cell in flat],
        "status": {str(place): "c" for place, cell in enumerate(flat) if cell["suppressed"]},
    }
