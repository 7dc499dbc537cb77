"""Questions become a document; those that a survey does not allow are left out, and told, until the rest stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from base.errors import FieldError
from base.translation import LANGUAGES as SPOKEN
from base.translation import translate
from surveys.forms.document import MOST_QUESTIONS, SurveyDocument, misplaced
from surveys.forms.types import Question
from surveys.xlsform.languages import Languages
from surveys.xlsform.making import Making
from surveys.xlsform.notes import NotAnXlsform, Note, sentence

_MOST_LANGUAGES: Final = 12
_QUESTION: Final[TypeAdapter[Any]] = TypeAdapter(Question)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A question at its place in the survey, and the row that it was made from."""

    question: dict[str, Any]
    making: Making


def assemble(
    placed: Sequence[Placed], title: dict[str, str], languages: Languages, house: str, notes: list[Note]
) -> tuple[SurveyDocument | None, set[Placed]]:
    """The document, None where nothing is asked any more, and the questions that had to go."""
    if len(placed) > MOST_QUESTIONS:
        raise NotAnXlsform(
            "The form becomes {number} questions; a survey has at most {most}. Split it into several forms.",
            "/survey",
            number=len(placed),
            most=MOST_QUESTIONS,
        )
    gone: set[Placed] = set()
    for each in placed:
        try:
            _QUESTION.validate_python(each.question)
        except ValidationError as refused:
            _leave_out(each, refused.errors()[0]["msg"].removeprefix("Value error, "), notes)
            gone.add(each)
    while staying := [each for each in placed if each not in gone]:
        questions = [each.question for each in staying]
        if all(question["type"] in ("section", "info") for question in questions):
            return None, set(placed)
        try:
            document = SurveyDocument.model_validate(_whole(questions, title, languages, house, notes))
        except ValidationError as refused:
            reason = refused.errors()[0]["msg"].removeprefix("Value error, ")
            raise NotAnXlsform("A survey does not allow it: {reason}", reason=reason) from None
        wrong: dict[int, FieldError] = {}
        for error in misplaced(document):
            wrong.setdefault(int(error.pointer.split("/")[2]), error)
        if not wrong:
            return document, gone
        for place, found in wrong.items():
            _leave_out(staying[place], found.detail, notes)
            gone.add(staying[place])
    return None, set(placed)


def _leave_out(placed: Placed, reason: str, notes: list[Note]) -> None:
    row = placed.making.row
    told = sentence("A survey does not allow it: {reason}", reason=reason)
    notes.append(Note(row.number, row.text("name"), "left_out", told))


def _whole(
    questions: list[dict[str, Any]], title: dict[str, str], languages: Languages, house: str, notes: list[Note]
) -> dict[str, Any]:
    met = languages.in_order(_spoken(questions))
    if len(met) > _MOST_LANGUAGES:
        told = sentence(
            "A survey has at most {most} languages; {left} are left out.",
            most=_MOST_LANGUAGES,
            left=", ".join(met[_MOST_LANGUAGES:]),
        )
        notes.append(Note(1, "", "left_out", told))
    kept = met[:_MOST_LANGUAGES]
    if not title:
        untitled = translate("Untitled", [house])
        title = {tag: translate("Untitled", [tag]) if tag in SPOKEN else untitled for tag in kept}
        told = sentence("The form has no title; the survey is called {title}.", title=untitled)
        notes.append(Note(None, name="", kind="changed", sentence=told, sheet="settings", column="form_title"))
    elif len(title) < len(kept):
        first = next(iter(title.values()))
        title = {tag: title.get(tag, first) for tag in kept}
    return {"title": title, "languages": kept, "questions": questions}


def _spoken(part: Any) -> list[str]:
    """The languages of all texts, in the order in which they are met."""
    found: dict[str, None] = {}
    parts = [part]
    while parts:
        inside = parts.pop(0)
        if isinstance(inside, list):
            parts.extend(inside)
        elif isinstance(inside, dict):
            for name, value in inside.items():
                if name in ("label", "help"):
                    found.update(dict.fromkeys(value))
                elif name in ("options", "rows", "columns"):
                    parts.extend(value)
    return list(found)
