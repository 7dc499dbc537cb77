"""A survey read out in one language."""

from collections.abc import Sequence
from typing import Any

from cachetools import LRUCache

from base.localized import pick
from surveys.forms.document import WITHOUT_TEXTS, SurveyDocument
from surveys.forms.proofreading import estimated_minutes
from surveys.models import Survey

_TEXTS = ("title", "intro", "label", "help")


def language_for(document: SurveyDocument, wanted: Sequence[str]) -> str:
    """The survey's language that suits the reader best."""
    return pick(dict.fromkeys(document.languages, ""), wanted)[1]


def said(survey: Survey, wanted: Sequence[str]) -> dict[str, Any]:
    """A survey read out. One that was launched says the same to everybody until its words or times change: once read
    out it is kept at hand, one for each choice of languages. Not to be changed by whoever gets it.
    """
    if survey.state == "draft":
        return read_out(survey.document, wanted)
    key = (survey.id, survey.text_version, survey.opens_at, survey.closes_at, *wanted)
    found = _said.get(key)
    if found is None:
        found = _said[key] = read_out(survey.document, wanted)
    return found


_said: LRUCache[tuple[object, ...], dict[str, Any]] = LRUCache(200)


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
        if name in WITHOUT_TEXTS
        else pick(inside, wanted)[0]
        if name in _TEXTS
        else {end: pick(text, wanted)[0] for end, text in inside.items()}
        if name == "labels"
        else _in(inside, wanted)
        for name, inside in part.items()
    }
