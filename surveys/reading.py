"""A survey read out in one language."""

from collections.abc import Sequence
from typing import Any

from base.localized import pick
from surveys.document import SurveyDocument
from surveys.proofreading import estimated_minutes

_TEXTS = ("title", "intro", "label", "help")


def language_for(document: SurveyDocument, wanted: Sequence[str]) -> str:
    """The survey's language that suits the reader best."""
    return pick(dict.fromkeys(document.languages, ""), wanted)[1]


def read_out(document: SurveyDocument, wanted: Sequence[str]) -> dict[str, Any]:
    """The document with each text in the one language that suits the reader best, and the `minutes` it takes."""
    language = language_for(document, wanted)
    said: dict[str, Any] = _in(document.stored(), [language, *wanted])
    return {**said, "language": language, "minutes": estimated_minutes(document)}


def _in(part: Any, wanted: Sequence[str]) -> Any:
    if isinstance(part, list):
        return [_in(inside, wanted) for inside in part]
    if not isinstance(part, dict):
        return part
    return {
        name: inside
        if name in ("show_if", "eligibility")
        else pick(inside, wanted)[0]
        if name in _TEXTS
        else {end: pick(text, wanted)[0] for end, text in inside.items()}
        if name == "labels"
        else _in(inside, wanted)
        for name, inside in part.items()
    }
