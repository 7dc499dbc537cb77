"""How answers of every kind are counted."""

from collections.abc import Sequence
from typing import Any

import pytest

from insights.counting.partitions import MISSING
from insights.counting.structure import structure_of
from insights.counting.tabulation import Tally, tabulate
from tests.insights.asked import Given, asked, options, survey


def counted(question: dict[str, Any], answers: Sequence[Given]) -> dict[str, int]:
    tally = tabulate(structure_of(survey(question)), answers)
    return {"/".join(part for part in atom[1:] if part): count for atom, count in tally.counts.items()}


def test_an_other_answer_counts_for_the_option_that_asked_for_words() -> None:
    question = asked(
        "way", "single", options=[*options("walk"), {"key": "else", "label": {"nb": "Annet"}, "other": True}]
    )
    assert counted(question, [{"way": "walk"}, {"way": {"other": "på ski"}}]) == {"walk": 1, "else": 1}


def test_whoever_leaves_out_a_question_with_several_choices_is_one_person() -> None:
    question = asked("wish", "multiple", options=options("trees", "benches"), required=False)
    assert counted(question, [{}, {"wish": ["trees"]}]) == {MISSING: 1, "trees": 1, "~benches": 1}


@pytest.mark.parametrize(
    ("question", "answers", "counts"),
    [
        (asked("n", "scale", min=1, max=5), [1, 5, 5], {"1": 1, "5": 2}),
        (asked("n", "scale", min=0, max=100), [0, 9, 10, 100], {"0–10": 2, "10–20": 1, "100–101": 1}),
        (asked("n", "number", min=0, max=50), [0, 4.9, 5, 50], {"0–5": 2, "5–10": 1, "45–50": 1}),
        (asked("n", "number", min=2, max=4, integer=True), [2, 4], {"2": 1, "4": 1}),
        (asked("n", "number"), [-3, 0, 7, 3_000_000], {"<0": 1, "0–1": 1, "5–10": 1, "1e+06+": 1}),
        (
            asked("n", "date", min="2026-11-01", max="2027-02-01"),
            ["2026-11-30", "2027-01-01"],
            {"2026-11": 1, "2027-01": 1},
        ),
        (asked("n", "date", min="2000-01-01", max="2027-02-01"), ["2026-11-30"], {"2026": 1}),
        (asked("n", "date"), ["2026-11-30"], {"~answered": 1}),
        (asked("n", "text"), ["Mer skygge"], {"~answered": 1}),
        (asked("n", "ranking", options=options("a", "b")), [["b", "a"]], {"b": 1}),
        (
            asked("n", "matrix", rows=options("r", "s"), columns=options("c", "d"), required=False),
            [{"r": "d"}],
            {"r/d": 1, f"s/{MISSING}": 1},
        ),
    ],
)
def test_each_kind_of_answer_falls_into_its_cell(
    question: dict[str, Any], answers: list[Any], counts: dict[str, int]
) -> None:
    assert counted(question, [{"n": answer} for answer in answers]) == counts


def test_a_breakdown_counts_every_other_question_in_each_of_its_groups() -> None:
    document = survey(
        asked("age", "single", options=options("young", "old"), breakdown=True),
        asked("way", "single", options=options("walk", "bus"), required=False),
    )
    tally = tabulate(
        structure_of(document), [{"age": "old", "way": "bus"}, {"age": "old"}, {"age": "young", "way": "bus"}]
    )
    assert tally.counts["way", "", "bus", "age", "old"] == 1
    assert tally.counts["way", "", MISSING, "age", "old"] == 1
    assert tally.counts["age", "", "old"] == 2


def test_counts_are_not_printed_by_accident() -> None:
    assert "walk" not in repr(Tally(1, {}, {("way", "", "walk"): 1}, {"way": 1.0}))
