"""Whether answers fit their survey, and what they are once they do.

Pure: `judge` takes whatever JSON came in and never raises. What it accepts is in one form only (places snapped to their
cell, empty answers left out), and is all that the box ever keeps.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from base.text import is_visible, prose
from geofence.territory import Territory
from surveys.forms import places, questions
from surveys.forms.complaints import Complaint, Unfitting
from surveys.forms.conditions import Chosen, holds
from surveys.forms.document import SurveyDocument
from surveys.forms.questions import Question, Words
from surveys.forms.redaction import redacted

OTHER_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Judged:
    """Either the answers as they are kept, or what is wrong with them; never both."""

    kept: Mapping[str, object]
    complaints: Sequence[Complaint]


def judge(
    document: SurveyDocument,
    answers: Mapping[str, object],
    epsg: int,
    root: str = "/answers",
    *,
    territory: Territory | None = None,
) -> Judged:
    """Judge all the answers of one respondent.

    `epsg` is the municipality's metric coordinate system and `territory` its ground, for places; `root` the pointer of
    the answers in what was sent. A question that conditions hide must not be answered; null, "" and [] count as not
    answered.
    """
    where = places.Where(epsg, territory)
    kept: dict[str, object] = {}
    chosen: dict[str, Chosen] = {}
    complaints: list[Complaint] = []
    asked = {q.key for q in document.questions if not isinstance(q, Words)}
    complaints.extend(Complaint(_below(root, key), "unknown") for key in answers if key not in asked)
    for question in document.questions:
        if isinstance(question, Words):
            continue
        given = answers.get(question.key)
        if given in ("", [], {}):
            given = None
        shown = question.show_if is None or holds(question.show_if, chosen)
        if given is None:
            if shown and question.required:
                complaints.append(Complaint(_below(root, question.key), "required"))
            continue
        if not shown:
            complaints.append(Complaint(_below(root, question.key), "hidden"))
            continue
        try:
            fitting = _FITTING[question.type](question, given, where)
        except Unfitting as unfitting:
            pointer = _below(root, question.key) + unfitting.at
            complaints.append(Complaint(pointer, unfitting.about, unfitting.limits))
            continue
        if fitting is None:
            if question.required:
                complaints.append(Complaint(_below(root, question.key), "required"))
            continue
        kept[question.key] = fitting
        chosen[question.key] = chosen_of(question, fitting)
    return Judged({}, complaints) if complaints else Judged(kept, ())


def chosen_of(question: Question, kept: object) -> Chosen:
    """A kept answer as conditions see it; words and places count as answered and as nothing else."""
    if question.type in ("single", "multiple", "ranking", "image_choice"):
        parts: list[Any] = kept if isinstance(kept, list) else [kept]
        other = next((o.key for o in getattr(question, "options", []) if getattr(o, "other", False)), "")
        return frozenset(other if isinstance(part, dict) else part for part in parts)
    if isinstance(kept, str | int | float) and question.type != "text":
        return frozenset({kept})
    return frozenset({"\x00answered"})


def shown(document: SurveyDocument, kept: Mapping[str, object]) -> set[str]:
    """The questions (and headings) that one respondent was shown, given the answers that were kept."""
    found: set[str] = set()
    chosen: dict[str, Chosen] = {}
    for question in document.questions:
        if question.show_if is None or holds(question.show_if, chosen):
            found.add(question.key)
            if question.key in kept and not isinstance(question, Words):
                chosen[question.key] = chosen_of(question, kept[question.key])
    return found


def _below(root: str, key: str) -> str:
    return f"{root}/{key[:100].replace('~', '~0').replace('/', '~1')}"


def words(given: object, longest: int, at: str = "") -> str:
    """Text that can be kept, as it was written. Raises Unfitting."""
    if not isinstance(given, str):
        raise Unfitting("text", at)
    if len(given) > longest:
        raise Unfitting("too_long", at, max=longest)
    try:
        text = prose(given).strip()
    except ValueError:
        raise Unfitting("letters", at) from None
    return text if is_visible(text) else ""


def _choice(options: Iterable[Any], given: object, at: str = "") -> str | dict[str, str]:
    if isinstance(given, str):
        if not any(o.key == given for o in options):
            raise Unfitting("option", at)
        return given
    if not isinstance(given, dict) or set(given) != {"other"} or not any(getattr(o, "other", False) for o in options):
        raise Unfitting("option", at)
    text = words(given["other"], OTHER_LENGTH, f"{at}/other")
    if not text:
        raise Unfitting("text", f"{at}/other")
    return {"other": redacted(text)}


def _single(question: questions.Single | questions.ImageChoice, given: object, where: places.Where) -> object:
    return _choice(question.options, given)


def _several(given: object, longest: int) -> list[object]:
    if not isinstance(given, list):
        raise Unfitting("options")
    if len(given) > longest:
        raise Unfitting("too_many", max=longest)
    return given


def _multiple(question: questions.Multiple, given: object, where: places.Where) -> object:
    parts = _several(given, len(question.options))
    chosen = [_choice(question.options, part, f"/{place}") for place, part in enumerate(parts)]
    other = next((o.key for o in question.options if o.other), "")
    keys = [other if isinstance(part, dict) else part for part in chosen]
    if len(set(keys)) != len(keys):
        raise Unfitting("options")
    if len(keys) > 1 and any(o.exclusive and o.key in keys for o in question.options):
        raise Unfitting("exclusive")
    if question.max is not None and len(keys) > question.max:
        raise Unfitting("too_many", max=question.max)
    alone = any(o.exclusive and o.key in keys for o in question.options)
    if question.min is not None and len(keys) < question.min and not alone:
        raise Unfitting("too_few", min=question.min)
    return chosen


def _ranking(question: questions.Ranking, given: object, where: places.Where) -> object:
    parts = _several(given, len(question.options))
    known = {o.key for o in question.options}
    for place, part in enumerate(parts):
        if not isinstance(part, str) or part not in known:
            raise Unfitting("option", f"/{place}")
    if len({str(part) for part in parts}) != len(parts):
        raise Unfitting("options")
    if len(parts) != (question.top or len(question.options)):
        raise Unfitting("ranked", min=question.top or len(question.options))
    return parts


def _within(value: float, low: float | None, high: float | None) -> None:
    if low is not None and value < low:
        raise Unfitting("below", min=f"{low:g}")
    if high is not None and value > high:
        raise Unfitting("above", max=f"{high:g}")


def _scale(question: questions.Scale, given: object, where: places.Where) -> object:
    if isinstance(given, bool) or not isinstance(given, int):
        raise Unfitting("whole")
    _within(given, question.min, question.max)
    return given


def _number(question: questions.NumberAsked, given: object, where: places.Where) -> object:
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) <= 1e12:
        raise Unfitting("number")
    if question.integer and (not math.isfinite(given) or given != int(given)):
        raise Unfitting("whole")
    _within(given, question.min, question.max)
    return int(given) if question.integer else given


def _text(question: questions.TextAsked, given: object, where: places.Where) -> object:
    return redacted(words(given, question.max_length)) or None


def _date(question: questions.DateAsked, given: object, where: places.Where) -> object:
    day = questions.a_day(given) if isinstance(given, str) else None
    if day is None:
        raise Unfitting("date")
    if question.min is not None and day < question.min:
        raise Unfitting("below", min=question.min.isoformat())
    if question.max is not None and day > question.max:
        raise Unfitting("above", max=question.max.isoformat())
    return day.isoformat()


def _matrix(question: questions.Matrix, given: object, where: places.Where) -> object:
    if not isinstance(given, dict):
        raise Unfitting("matrix")
    rows, columns = {r.key for r in question.rows}, {c.key for c in question.columns}
    for row, column in given.items():
        if row not in rows:
            raise Unfitting("matrix")
        if not isinstance(column, str) or column not in columns:
            raise Unfitting("option", f"/{row}")
    if question.required and len(given) < len(rows):
        raise Unfitting("rows")
    return {row.key: given[row.key] for row in question.rows if row.key in given}


def _map(question: questions.MapAsked, given: object, where: places.Where) -> object:
    if not isinstance(given, dict):
        raise Unfitting("geometry", kind=places.KINDS[question.geometry])
    if not question.comment or "type" in given:
        return places.snapped(given, question.geometry, question.snap_m, where)
    if "geometry" not in given or not set(given) <= {"geometry", "comment"}:
        raise Unfitting("geometry", kind=places.KINDS[question.geometry])
    place = places.snapped(given["geometry"], question.geometry, question.snap_m, where, "/geometry")
    comment = redacted(words(given["comment"], OTHER_LENGTH, "/comment")) if given.get("comment") is not None else ""
    return {"geometry": place, "comment": comment} if comment else {"geometry": place}


_FITTING: Mapping[str, Callable[[Any, object, places.Where], object]] = {
    "single": _single,
    "multiple": _multiple,
    "scale": _scale,
    "rating": _scale,
    "number": _number,
    "text": _text,
    "date": _date,
    "ranking": _ranking,
    "matrix": _matrix,
    "map": _map,
    "image_choice": _single,
}
