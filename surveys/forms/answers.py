"""Whether answers fit their survey, and what they are once they do.

Pure: `judge` takes whatever JSON came in and never raises. What it accepts is in one form only (places snapped to their
cell, empty answers left out), and is all that the box ever keeps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geofence.territory import Territory
from surveys.forms import places
from surveys.forms.complaints import Complaint, Unfitting
from surveys.forms.conditions import Chosen, holds
from surveys.forms.document import SurveyDocument
from surveys.forms.types import Words


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
            fitting = question.judge(given, where)
        except Unfitting as unfitting:
            pointer = _below(root, question.key) + unfitting.at
            complaints.append(Complaint(pointer, unfitting.about, unfitting.limits))
            continue
        if fitting is None:
            if question.required:
                complaints.append(Complaint(_below(root, question.key), "required"))
            continue
        kept[question.key] = fitting
        chosen[question.key] = question.chosen(fitting)
    return Judged({}, complaints) if complaints else Judged(kept, ())


def shown(document: SurveyDocument, kept: Mapping[str, object]) -> set[str]:
    """The questions (and headings) that one respondent was shown, given the answers that were kept."""
    found: set[str] = set()
    chosen: dict[str, Chosen] = {}
    for question in document.questions:
        if question.show_if is None or holds(question.show_if, chosen):
            found.add(question.key)
            if question.key in kept and not isinstance(question, Words):
                chosen[question.key] = question.chosen(kept[question.key])
    return found


def _below(root: str, key: str) -> str:
    return f"{root}/{key[:100].replace('~', '~0').replace('/', '~1')}"
