"""How much releases tell: the share of figures shown, over fixed surveys, ordinary ones and odd ones.

Run as `python -m benchmarks.utility [FOLDER]`: with the insights of this version, or of another one that is checked out
in FOLDER, whose figures it prints with the same surveys and the same people.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from tests.insights.disclosure_control.reader import ways_to_answer
from tests.insights.disclosure_control.wild import crowd, questionnaire

K = 5


def main() -> None:
    """Print the share for each kind of survey."""
    if len(sys.argv) > 1:
        sys.path.insert(0, str(Path(sys.argv[1]).resolve()))
    for name, survey, people in _surveys():
        totals.setdefault(name, []).append(_shown(survey, people))
    for name, counts in totals.items():
        shown, listed = (sum(pair[place] for pair in counts) for place in (0, 1))
        none = sum(not pair[1] for pair in counts)
        print(
            f"{name}: {shown} of {listed} figures shown, {shown / listed:.1%}, in {len(counts)} surveys, "
            f"{none} of them without a release"
        )


totals: dict[str, list[tuple[int, int]]] = {}


def _surveys() -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    for seed in range(40):
        random = Random(seed)
        for name, breakdowns, conditions, answers in (
            ("ordinary, no breakdown", 0, False, 120),
            ("ordinary, one breakdown", 1, False, 400),
            ("ordinary, two breakdowns", 2, False, 800),
            ("with conditions, no breakdown", 0, True, 120),
            ("with conditions, one breakdown", 1, True, 400),
        ):
            survey = {
                "title": {"nb": "?"},
                "languages": ["nb"],
                "questions": list(_questions(random, breakdowns, conditions)),
            }
            yield name, survey, [_answered(random, survey) for _ in range(answers)]
    yield from _odd()


def _odd() -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """The questionnaires that releases are attacked with, as far as their ways to answer can be written down."""
    for breakdowns, answers in ((0, 120), (1, 400), (2, 800)):
        for seed in range(60):
            survey: dict[str, Any] = questionnaire(seed, breakdowns).stored()
            ways = ways_to_answer(survey, dict(_listed(survey)), 500)
            if ways is not None:
                people = [dict(way) for way in crowd(seed, ways, answers)]
                yield f"odd, {breakdowns} breakdowns", survey, people


def _listed(survey: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """The bands of each question, as releases call them."""
    from insights.counting.bands import bands_of
    from surveys.forms.document import SurveyDocument
    from surveys.forms.types import Words

    for question in SurveyDocument.model_validate(survey).questions:
        bands = None if isinstance(question, Words) else bands_of(question.counted())
        yield question.key, [band.key for band in bands.bands] if bands is not None else []


def _questions(random: Random, breakdowns: int, conditions: bool) -> Iterator[dict[str, Any]]:
    def asked(key: str, kind: str, **more: Any) -> dict[str, Any]:
        return {"key": key, "type": kind, "label": {"nb": key}, "required": True, **more}

    def options(key: str, number: int) -> list[dict[str, Any]]:
        return [{"key": f"{key}{place}", "label": {"nb": key}} for place in range(number)]

    for key in ("d", "e")[:breakdowns]:
        yield asked(key, "single", options=options(key, 3), breakdown=True)
    yield asked("a", "single", options=options("a", random.randint(3, 6)))
    yield asked("n", "number", min=0, max=10, integer=True)
    yield asked("m", "multiple", options=options("m", 4), required=False)
    yield asked("s", "scale", min=1, max=5)
    if conditions:
        yield asked("x", "single", options=options("x", 3), show_if={"question": "n", "at_least": 2})
        either = [{"question": "a", "is": "a0"}, {"question": "a", "is": "a1"}]
        yield asked("y", "single", options=options("y", 2), show_if={"any": either})
        yield asked("z", "scale", min=1, max=3, show_if={"question": "m", "any_of": ["m0", "m1"]}, required=False)


def _answered(random: Random, survey: dict[str, Any]) -> dict[str, Any]:
    """Answers of one person: the first options more often than the last ones."""
    given: dict[str, Any] = {}
    for question in survey["questions"]:
        key, keys = question["key"], [option["key"] for option in question.get("options", ())]
        if (key == "x" and given["n"] < 2) or (key == "y" and given["a"] not in ("a0", "a1")):
            continue
        if (key == "z" and not {"m0", "m1"} & set(given.get("m", ()))) or (
            not question["required"] and random.random() < 0.2
        ):
            continue
        falling = [1 / (place + 1) for place in range(len(keys))]
        if question["type"] == "single":
            given[key] = random.choices(keys, falling)[0]
        elif question["type"] == "multiple":
            given[key] = [one for one in keys if random.random() < 0.4] or keys[:1]
        else:
            given[key] = min(question["max"], question["min"] + int(random.expovariate(0.5)))
    return given


def _shown(survey: dict[str, Any], people: list[dict[str, Any]]) -> tuple[int, int]:
    """How many figures a release shows, and how many it lists."""
    from surveys.forms.document import SurveyDocument

    document = SurveyDocument.model_validate(survey)
    from insights.counting.structure import structure_of
    from insights.counting.tabulation import tabulate
    from insights.disclosure_control.protection import CannotProtect
    from insights.disclosure_control.suppression import suppress

    ready = structure_of(document)
    try:
        content = suppress(ready, tabulate(ready, people), K)[0].content
    except CannotProtect:
        return 0, 0
    counts = [count for question in content["questions"] for count in _counts(question)]
    for table in content["breakdowns"].values():
        counts += [c for question in table["questions"] for group in question["groups"] for c in _counts(group)]
    return sum(count is not None for count in counts), len(counts)


def _counts(table: dict[str, Any]) -> list[int | None]:
    return [table["answered"], *(cell["count"] for cell in table["cells"])]


if __name__ == "__main__":
    main()
