"""Reading a survey through before it is launched: what stops it, and what deserves a second thought."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from base.errors import FieldError
from base.findings import finding
from base.translation import Figure
from surveys.forms.document import WITHOUT_TEXTS, SurveyDocument, misplaced
from surveys.forms.reach import unreachable
from surveys.forms.types import BY_NAME, NumberAsked, Question, TextAsked, Words


@dataclass(frozen=True, slots=True)
class Proofreading:
    """What was found: `errors` stop a launch, `warnings` do not; `minutes` is how long answering takes, about."""

    errors: list[FieldError] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)
    minutes: int = 1


_IDENTIFYING = re.compile(
    r"""\b(
    fødselsnummer(et)? | fødselsdato(en)? | personnummer(et)? | fullt\s+na(vn|mn) | (ditt|hele|heile)\s+na(vn|mn)
    | (for|etter)na(vn|mn)(et)? | na(vn|mn)et\s+ditt | (hva\s+heter|kva\s+heiter)\s+du | e-?post(en|adress(e|en|a))?
    | (hvor\s+bor|kvar\s+bur|kor\s+bur)\s+du | (tele|mobil)(fon)?(en|nummer(et)?)?
    | (post|bo|bustad|gate)?adress(e|en|a)
    | kontonummer(et)? | (your|full|first|last)\s+name | surname | e-?mail(\s+address)? | (your|home)\s+address
    | (tele)?phone(\s+number)? | where\s+do\s+you\s+live | date\s+of\s+birth | social\s+security
    | national\s+id(entity)?(\s+number)? | reg(istrerings)?nummer(et)?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def proofread(document: SurveyDocument) -> Proofreading:
    """Read the whole document: keys and conditions, translations, what nobody reaches, what asks who you are."""
    errors = misplaced(document)
    if not errors:
        errors.extend(
            finding(f"/questions/{place}/show_if", "No answers to the questions before it ever show this question.")
            for place in unreachable(document)
        )
    warnings: list[FieldError] = []
    for pointer, text in texts(document):
        missing = [language for language in document.languages if language not in text]
        errors.extend(text_missing(pointer, language) for language in missing)
        warnings.extend(
            finding(f"{pointer}/{language}", "This language is not among the survey's.")
            for language in text
            if language not in document.languages
        )
    for place, question in enumerate(document.questions):
        warnings.extend(_second_thoughts(question, f"/questions/{place}"))
        errors.extend(_dead_ends(question, f"/questions/{place}"))
    warnings.extend(_empty_pages(document))
    return Proofreading(errors, warnings, estimated_minutes(document))


_MISSING: Final = {
    "nb": "This text is missing in Bokmål.",
    "nn": "This text is missing in Nynorsk.",
    "en": "This text is missing in English.",
    "se": "This text is missing in Northern Sami.",
}


def text_missing(pointer: str, language: str) -> FieldError:
    """That a text of the document is not written in one of its languages."""
    sentence = _MISSING.get(language, "This text is missing in {language}.")
    return finding(f"{pointer}/{language}", sentence, language=language)


def _dead_ends(question: Question, pointer: str) -> Iterator[FieldError]:
    """A question that must be answered and that no answer fits: nobody gets past it."""
    if not isinstance(question, NumberAsked) or not question.integer:
        return
    low, high = question.min, question.max
    if low is not None and high is not None and math.ceil(low) > math.floor(high):
        sentence = "There is no whole number between {low} and {high}: nobody can answer this question."
        yield finding(f"{pointer}/max", sentence, low=Figure(f"{low:g}"), high=Figure(f"{high:g}"))


def _empty_pages(document: SurveyDocument) -> Iterator[FieldError]:
    """Headings of pages on which there is nothing."""
    following = [*document.questions[1:], None]
    for place, (question, after) in enumerate(zip(document.questions, following, strict=True)):
        if question.type == "section" and (after is None or after.type == "section"):
            yield finding(f"/questions/{place}", "There is nothing on the page that this heading begins.")


def _second_thoughts(question: Question, pointer: str) -> Iterator[FieldError]:
    if isinstance(question, Words):
        return
    asks = [*question.label.values(), *(question.help or {}).values()]
    if question.asks_freely and any(_IDENTIFYING.search(text) for text in asks):
        yield finding(
            f"{pointer}/label", "This seems to ask who somebody is. Answers here are anonymous: leave it out."
        )
    if question.required and isinstance(question, TextAsked):
        yield finding(f"{pointer}/required", "Many stop at a text that must be written. Consider making it optional.")


def texts(document: SurveyDocument) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text of the document with its pointer."""
    yield from texts_in(document.stored())


def texts_in(part: Any, pointer: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text of a document as it is stored, finished or not, with its pointer."""
    if isinstance(part, list):
        for place, inside in enumerate(part):
            yield from texts_in(inside, f"{pointer}/{place}")
    elif isinstance(part, dict):
        for name, inside in part.items():
            if inside is None:
                continue  # What is not there says nothing, however that is written.
            if name in ("title", "intro", "label", "help"):
                yield f"{pointer}/{name}", inside
            elif name == "labels" and isinstance(inside, dict):
                yield from ((f"{pointer}/labels/{end}", text) for end, text in inside.items())
            elif name not in WITHOUT_TEXTS:
                yield from texts_in(inside, f"{pointer}/{name}")


def estimated_minutes(document: SurveyDocument) -> int:
    """How long answering takes: a usual time for each kind of question and 200 words a minute for reading."""
    return minutes_of(document.stored())


def minutes_of(stored: Mapping[str, Any]) -> int:
    """The same of a document as it is stored."""
    first, questions = stored["languages"][0], stored["questions"]
    words = sum(len(text.get(first, "").split()) for _, text in texts_in(stored))
    seconds = sum(BY_NAME[question["type"]].seconds_of(question) for question in questions)
    return max(1, round((seconds + words * 0.3) / 60))
