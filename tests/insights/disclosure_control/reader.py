"""A reader of releases who knows the questionnaire and the public rules, and reasons about whole people.

Every way to answer the questionnaire is written down (answers that no figure and no condition tells apart as one). The
unknowns are how many answered in each way, whole and not negative; each published figure is an equation. By integer
programming (HiGHS) the reader finds out how few or many a group of people can be. Nothing here is shared with how
releases are protected.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, permutations, product
from typing import Any, TypeAlias

import highspy
import numpy as np

from tests.insights.asked import Given

Question = Mapping[str, Any]
NOBODY = "nothing"
Fits: TypeAlias = Callable[[Given], bool]
"""Whether somebody who answers in this way belongs to a group."""


def told(question: Question, answer: Any) -> list[tuple[str, str]]:
    """The cells of a release (row, value) that an answer is counted in."""
    match question["type"]:
        case "multiple":
            return [("", key) for key in answer]
        case "ranking":
            return [("", answer[0])]
        case "matrix":
            return list(answer.items())
        case "single" | "image_choice":
            return [("", answer)]
        case _:
            return []


def within(question: Question, value: str, answer: Any) -> bool:
    """Whether a number or day lies in a band as releases write it; the greatest number lies in the last band."""
    if isinstance(answer, str):
        return answer.startswith(value)
    number = r"-?[\d.]+(?:e[+-]\d+)?"
    if found := re.fullmatch(rf"({number})–({number})", value):
        last = question["type"] == "number" and not question.get("integer") and answer == question.get("max")
        return float(found[1]) <= answer < float(found[2]) or (last and answer == float(found[2]))
    if value.startswith("<"):
        return bool(answer < float(value[1:]))
    return bool(answer >= float(value[:-1])) if value.endswith("+") else bool(answer == float(value))


def holds(condition: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether a condition holds, by its description."""
    if "all" in condition:
        return all(holds(part, given) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, given) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], given)
    answer = given.get(condition["question"])
    several = answer if isinstance(answer, list) else [] if answer is None else [answer]
    ((operator, operand),) = ((name, value) for name, value in condition.items() if name != "question")
    match operator:
        case "answered":
            return (answer is not None) is operand
        case "is":
            return operand in several
        case "is_not":
            return operand not in several
        case "any_of":
            return any(one in operand for one in several)
        case "none_of":
            return not any(one in operand for one in several)
        case "at_least":
            return any(one >= operand for one in several)
        case _:
            return any(one <= operand for one in several)


def leaves(condition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parts of a condition that are about one question."""
    for part in [
        *condition.get("all", ()),
        *condition.get("any", ()),
        *([condition["not"]] if "not" in condition else []),
    ]:
        yield from leaves(part)
    if "question" in condition:
        yield condition


def _every(question: Question, named: Sequence[Any], values: Sequence[str]) -> Iterable[Any]:
    """Every answer that can be given, or of numbers and days enough to stand for all."""
    keys = [option["key"] for option in question.get("options", ())]
    match question["type"]:
        case "single" | "image_choice":
            return keys
        case "multiple":
            return _choices(question, keys)
        case "ranking":
            return [list(some) for some in permutations(keys, question.get("top") or len(keys))]
        case "matrix":
            return _rows(question)
        case "scale":
            return range(question["min"], question["max"] + 1)
        case "number":
            return _numbers(question, named, values)
        case "date":
            return _days(question, named, values)
        case _:
            return ["words"]


def _choices(question: Question, keys: Sequence[str]) -> Iterator[list[str]]:
    alone = {option["key"] for option in question["options"] if option.get("exclusive")}
    for size in range(1, (question.get("max") or len(keys)) + 1):
        for some in combinations(keys, size):
            if alone & set(some):
                if size == 1:
                    yield list(some)
            elif size >= (question.get("min") or 1):
                yield list(some)


def _rows(question: Question) -> Iterator[dict[str, str]]:
    columns: list[str | None] = [column["key"] for column in question["columns"]]
    rows = [row["key"] for row in question["rows"]]
    for chosen in product(columns if question.get("required") else [*columns, None], repeat=len(rows)):
        given = {row: column for row, column in zip(rows, chosen, strict=True) if column is not None}
        if given:
            yield given


def _numbers(question: Question, named: Sequence[Any], values: Sequence[str]) -> Iterator[float]:
    ends = {float(end) for value in values for end in re.findall(r"-?[\d.]+(?:e[+-]\d+)?", value.replace("–", " "))}
    marks = {*ends, *map(float, named), *(question[end] for end in ("min", "max") if question.get(end) is not None)}
    whole = question.get("integer")
    steps = (-1, 0, 1) if whole else (-1, -0.25, 0, 0.25, 1)
    for value in sorted({int(mark // 1) + step if whole else mark + step for mark in marks for step in steps}):
        if (question.get("min") is None or value >= question["min"]) and (
            question.get("max") is None or value <= question["max"]
        ):
            yield value


def _days(question: Question, named: Sequence[Any], values: Sequence[str]) -> Iterator[str]:
    low, high = (
        date.fromisoformat(question.get(end) or f"{year}-01-01") for end, year in (("min", 2020), ("max", 2030))
    )
    near = {date.fromisoformat(mark) + timedelta(step) for mark in named for step in (-1, 0, 1)}
    near |= {low, high, *(date.fromisoformat(f"{value}-01-15"[:10]) for value in values if len(value) == 7)}
    near |= {date(int(value), month, 15) for value in values if len(value) == 4 for month in (1, 7, 12)}
    yield from (day.isoformat() for day in sorted(near) if low <= day <= high)


def ways_to_answer(document: Mapping[str, Any], values: Mapping[str, Sequence[str]], most: int) -> list[Given] | None:
    """Every way to answer, those that nothing tells apart once; None where there are more than `most`.

    values: of each question, the cells that a release lists.
    """
    asked: dict[str, list[Mapping[str, Any]]] = {}
    for question in document["questions"]:
        for leaf in leaves(question.get("show_if") or {}):
            asked.setdefault(leaf["question"], []).append(leaf)
    ways: list[dict[str, Any]] = [{}]
    for question in document["questions"]:
        key = question["key"]
        about = asked.get(key, [])
        named = [
            value
            for leaf in about
            for name, operand in leaf.items()
            if name not in ("question", "answered")
            for value in (operand if isinstance(operand, list) else [operand])
        ]
        different: dict[str, Any] = {}
        for answer in _every(question, named, values[key]):
            truths = [holds(leaf, {key: answer}) for leaf in about]
            cells = told(question, answer) or [("", v) for v in values[key] if within(question, v, answer)]
            different.setdefault(json.dumps([truths, sorted(cells)]), answer)
        further: list[dict[str, Any]] = []
        for way in ways:
            shown = question.get("show_if") is None or holds(question["show_if"], way)
            if shown:
                further += [{**way, key: answer} for answer in different.values()]
            if not shown or not question.get("required"):
                further.append(way)
        ways = further
        if len(ways) > most:
            return None
    return list(ways)


@dataclass(frozen=True)
class Suspect:
    """A group of people that somebody could be curious about."""

    name: str
    fits: Fits
    silent: bool = False


def statements(document: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[tuple[Fits, int]]:
    """What a release says: of whom it tells how many there are."""
    asked = {question["key"]: question for question in document["questions"]}
    yield _anybody, content["answers"]
    tables: list[tuple[Mapping[str, Any], Fits]] = [(one, _anybody) for one in content["questions"]]
    for by, table in content["breakdowns"].items():
        for one in table["questions"]:
            for group in one["groups"]:
                fits = _fits(asked[by], "", group["value"], _anybody)
                tables.append(({**one, **group}, fits))
    for table, among in tables:
        question = asked[table["key"]]
        if table["answered"] is not None and question["type"] != "matrix":
            yield _answers(question["key"], among), table["answered"]
        for cell in table["cells"]:
            if cell["count"] is None:
                continue
            row = cell.get("row", "")
            yield _fits(question, row, cell["value"], among), cell["count"]
            if cell["share"]:
                # The share tells how many answered, near enough to be found by dividing.
                whole = round(cell["count"] / cell["share"])
                if question["type"] == "matrix" and round(cell["count"] / whole, 4) == cell["share"]:
                    unsure = [
                        n for n in range(whole - 3, whole + 4) if n and round(cell["count"] / n, 4) == cell["share"]
                    ]
                    if len(unsure) == 1:
                        yield _row(question["key"], row, among), whole


def _anybody(_: Given) -> bool:
    return True


def _fits(question: Question, row: str, value: str, among: Fits) -> Fits:
    key = question["key"]

    def fits(given: Given) -> bool:
        if key not in given or not among(given):
            return False
        cells = told(question, given[key])
        return (row, value) in cells if cells else within(question, value, given[key])

    return fits


def _answers(key: str, among: Fits) -> Fits:
    return lambda given: key in given and among(given)


def _row(key: str, row: str, among: Fits) -> Fits:
    return lambda given: row in given.get(key, {}) and among(given)


def suspects(document: Mapping[str, Any], values: Mapping[str, Sequence[str]]) -> Iterator[Suspect]:
    """All cells, those not in them, those who left a question out, were not shown or skipped it; by breakdowns too."""
    asked = document["questions"]
    among: list[tuple[str, str, Fits]] = [("", "", _anybody)]
    for by in asked:
        if by.get("breakdown"):
            among += [
                (by["key"], f" among {by['key']}={group['key']}", _fits(by, "", group["key"], _anybody))
                for group in by["options"]
            ]
    for question in asked:
        key = question["key"]
        for by, name, fits in among:
            if by == key:
                continue
            rows = [row["key"] for row in question.get("rows", ())] or [""]
            columns = [column["key"] for column in question.get("columns", ())]
            for row, value in product(rows, columns or values[key] or [NOBODY]):
                inside = _fits(question, row, value, fits) if value != NOBODY else _answers(key, fits)
                yield Suspect(f"{key}/{row}={value}{name}", inside)
                if question["type"] == "multiple":
                    yield Suspect(f"{key}≠{value}{name}", _other(key, inside, fits))
            yield Suspect(f"{key} left out{name}", _silent(key, fits), silent=True)
            if question.get("show_if") is not None:
                for shown in (True, False):
                    yield Suspect(f"{key} left out, shown {shown}{name}", _unseen(question, shown, fits), silent=True)


def _other(key: str, inside: Fits, among: Fits) -> Fits:
    return lambda given: key in given and among(given) and not inside(given)


def _silent(key: str, among: Fits) -> Fits:
    return lambda given: key not in given and among(given)


def _unseen(question: Question, shown: bool, among: Fits) -> Fits:
    key, condition = question["key"], question["show_if"]
    return lambda given: key not in given and among(given) and holds(condition, given) is shown


class Reader:
    """Knows the releases of a survey, one after the other."""

    def __init__(
        self, document: Mapping[str, Any], ways: Sequence[Given], releases: Sequence[Mapping[str, Any]]
    ) -> None:
        self.document, self.ways, self.waves = document, ways, len(releases)
        rows, sums = [], []
        for number, content in enumerate(releases):
            for fits, value in statements(document, content):
                inside = np.array([fits(way) for way in ways], dtype=float)
                zero = np.zeros_like(inside)
                rows.append(np.concatenate([inside if wave <= number else zero for wave in range(self.waves)]))
                sums.append(value)
        self.rows, self.sums = np.array(rows), np.array(sums, dtype=float)

    def finds(self, truth: Sequence[Sequence[int]], groups: Iterable[Suspect], k: int) -> tuple[list[str], int]:
        """The groups of fewer than k people that are narrowed down; and how many such groups there are.

        truth: how many in each wave answered in each way; it says which groups are small, and is one whole table that
        agrees with all that was published.
        """
        here = np.array([number for wave in truth for number in wave], dtype=float)
        assert np.array_equal(self.rows @ here, self.sums), "what was published is not what was answered"
        wanted: dict[bytes, tuple[str, Any]] = {}
        for group in groups:
            inside = np.array([group.fits(way) for way in self.ways], dtype=float)
            if not inside.any():
                continue  # The questionnaire leaves nobody there.
            for wave in range(self.waves):
                size = inside @ np.array(truth[wave], dtype=float)
                if size < k and (size > 0 or (wave == 0 and not group.silent)):
                    form = np.zeros(len(here))
                    form[wave * len(self.ways) : (wave + 1) * len(self.ways)] = inside
                    wanted.setdefault(form.tobytes(), (f"{group.name} in wave {wave}: {int(size)}", form))
        if not wanted:
            return [], 0
        return self._narrowed(here, list(wanted.values()), k), len(wanted)

    def _narrowed(self, here: Any, wanted: list[tuple[str, Any]], k: int) -> list[str]:
        forms = np.array([form for _, form in wanted])
        # Ways that no figure and no group tells apart are one.
        _, first, which = np.unique(np.vstack([self.rows, forms]), axis=1, return_index=True, return_inverse=True)
        forms, rows = forms[:, first], self.rows[:, first]
        start = np.bincount(np.ravel(which), weights=here, minlength=len(first))
        program = _Program(rows, self.sums)
        low = high = forms @ start

        def open_() -> list[int]:
            return [int(n) for n in np.flatnonzero((high < k) | (high - low < k))]

        for _ in range(3):  # A few tables that make many groups large at once.
            if not (left := open_()):
                return []
            solution = program.most(forms[left].sum(axis=0))
            low, high = np.minimum(low, forms @ solution), np.maximum(high, forms @ solution)
        found = []
        for number in open_():
            for sign in (1, -1):
                if number in open_():
                    solution = program.most(sign * forms[number])
                    low, high = np.minimum(low, forms @ solution), np.maximum(high, forms @ solution)
            if high[number] < k or high[number] - low[number] < k:
                found.append(f"{wanted[number][0]}, between {int(low[number])} and {int(high[number])}")
        return found


class _Program:
    """Whole numbers of people that agree with what was published."""

    def __init__(self, rows: Any, sums: Any) -> None:
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the package is typed but for this
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = rows.shape
        model.col_cost_ = np.zeros(rows.shape[1])
        model.col_lower_ = np.zeros(rows.shape[1])
        # What nothing published bounds could be anybody; the total is published, and bounds all.
        model.col_upper_ = np.full(rows.shape[1], float(sums.max()))
        model.row_lower_ = model.row_upper_ = sums
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        nonzero = [np.flatnonzero(row) for row in rows]
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in nonzero])])
        model.a_matrix_.index_ = np.concatenate(nonzero)
        model.a_matrix_.value_ = np.ones(sum(len(row) for row in nonzero))
        self._solver.passModel(model)
        self._solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._columns = np.arange(rows.shape[1], dtype=np.int32)

    def most(self, weights: Any) -> Any:
        """A table of whole numbers in which a sum is as large as it can be."""
        number = len(self._columns)
        self._solver.changeColsCost(number, self._columns, weights.astype(float))
        self._solver.changeColsIntegrality(number, self._columns, np.zeros(number, dtype=np.uint8))
        self._solver.run()
        solution = np.array(self._solver.getSolution().col_value)
        if np.abs(solution - np.round(solution)).max() > 1e-6:
            self._solver.changeColsIntegrality(number, self._columns, np.ones(number, dtype=np.uint8))
            self._solver.run()
            solution = np.array(self._solver.getSolution().col_value)
        assert self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, self._solver.getModelStatus()
        return np.round(solution)
