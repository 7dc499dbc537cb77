"""Reading a survey through before it is launched: what stops it, and what deserves a second thought."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from base.errors import FieldError
from surveys.document import SurveyDocument, misplaced
from surveys.questions import Question, TextAsked, Words
from surveys.reach import unreachable


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found: `errors` stop a launch, `warnings` do not; `minutes` is how long answering takes, about."""

    errors: list[FieldError] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)
    minutes: int = 1


_IDENTIFYING = re.compile(
    r"""\b(
    fødselsnummer | fødselsdato | personnummer | fullt\s+navn | (ditt|hele|fornavn\s+og)\s+(navn|etternavn) | etternavn
    | namnet\s+ditt | navnet\s+ditt | e-?post(adresse)? | telefon(nummer)? | mobilnummer | (post|bo|gate)?adresse(n)?
    | kontonummer | (your|full|last)\s+name | surname | e-?mail(\s+address)? | phone(\s+number)? | home\s+address
    | date\s+of\s+birth | national\s+id(entity)?(\s+number)? | social\s+security | reg(istrerings)?nummer
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SECONDS = {
    "single": 8, "multiple": 12, "scale": 6, "rating": 6, "number": 8, "text": 30, "date": 8, "ranking": 20,
    "map": 30, "image_choice": 8, "section": 3, "info": 8,
}  # fmt: skip


def proofread(document: SurveyDocument) -> Proof:
    """Read the whole document: keys and conditions, translations, what nobody reaches, what asks who you are."""
    errors = misplaced(document)
    if not errors:
        errors.extend(
            FieldError(f"/questions/{place}/show_if", "No answers to the questions before it ever show this question.")
            for place in unreachable(document)
        )
    warnings: list[FieldError] = []
    for pointer, text in texts(document):
        missing = [language for language in document.languages if language not in text]
        errors.extend(
            FieldError(f"{pointer}/{language}", f"This text is missing in {language}.") for language in missing
        )
        warnings.extend(
            FieldError(f"{pointer}/{language}", "This language is not among the survey's.")
            for language in text
            if language not in document.languages
        )
    for place, question in enumerate(document.questions):
        warnings.extend(_second_thoughts(question, f"/questions/{place}"))
    return Proof(errors, warnings, estimated_minutes(document))


def _second_thoughts(question: Question, pointer: str) -> Iterator[FieldError]:
    if isinstance(question, Words):
        return
    asks = [*question.label.values(), *(question.help or {}).values()]
    if question.type in ("text", "number", "date") and any(_IDENTIFYING.search(text) for text in asks):
        yield FieldError(
            f"{pointer}/label", "This seems to ask who somebody is. Answers here are anonymous: leave it out."
        )
    if question.required and isinstance(question, TextAsked):
        yield FieldError(
            f"{pointer}/required", "Many stop at a text that must be written. Consider making it optional."
        )


def texts(document: SurveyDocument) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text of the document with its pointer."""
    yield from _texts(document.stored(), "")


def _texts(part: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(part, list):
        for place, inside in enumerate(part):
            yield from _texts(inside, f"{pointer}/{place}")
    elif isinstance(part, dict):
        for name, inside in part.items():
            if name in ("title", "intro", "label", "help"):
                yield f"{pointer}/{name}", inside
            elif name == "labels":
                yield from ((f"{pointer}/labels/{end}", text) for end, text in inside.items())
            elif name not in ("show_if", "eligibility"):
                yield from _texts(inside, f"{pointer}/{name}")


def estimated_minutes(document: SurveyDocument) -> int:
    """How long answering takes: a usual time for each kind of question and 200 words a minute for reading."""
    first = document.languages[0]
    words = sum(len(text.get(first, "").split()) for _, text in texts(document))
    seconds = sum(
        _SECONDS.get(q.type, 0) if q.type != "matrix" else 6 * len(getattr(q, "rows", ())) for q in document.questions
    )
    return max(1, round((seconds + words * 0.3) / 60))
