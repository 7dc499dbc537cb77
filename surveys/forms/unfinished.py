"""A survey document that may not be one yet: what it is as far as it has come, and what is missing."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from base.errors import FieldError, invalid
from base.field_errors import SENTENCES, field_errors
from base.findings import finding
from base.text import readable
from surveys.forms.document import SurveyDocument
from surveys.forms.proofreading import Proofreading, proofread, text_missing, texts_in

_DEEPEST = 40
_FARTHEST = 1e15


def judged(written: Mapping[str, Any]) -> tuple[SurveyDocument | None, list[FieldError]]:
    """The document, or what keeps it from being one: each empty text by its language, each field at fault."""
    try:
        return SurveyDocument.model_validate_json(json.dumps(written)), []
    except ValidationError as errors:
        empty = [*_empty_texts(written)]
        known = {one.pointer.rpartition("/")[0] for one in empty}
        found = [_plainer(one) for one in field_errors(errors, written) if one.pointer not in known]
        return None, [*empty, *found]


_PLAINER: Final = (
    (re.compile(r"/title"), "Write a title."),
    (re.compile(r"/questions"), "Write at least one question."),
    (re.compile(r"/questions/\d+/options"), "Write at least two options."),
    (re.compile(r"/questions/\d+/columns"), "Write at least two columns."),
    (re.compile(r"/questions/\d+/rows"), "Write at least one row."),
    (re.compile(r"/questions/\d+/options/\d+/image"), "Choose a picture."),
    (re.compile(r"/questions/\d+/(min|max)"), "Write a number here."),
    (re.compile(r"/questions/\d+/layers/\d+/geojson"), "Choose a file."),
    (re.compile(r"/questions/\d+/show_if(/.*)?/(any_of|none_of)"), "Choose at least one answer."),
    (re.compile(r"/eligibility/areas"), "Choose at least one district."),
    (re.compile(r"/eligibility/triggers"), "Choose the place where people are to be invited."),
)
_LACKING: Final = frozenset({SENTENCES["missing"], SENTENCES["too_short"], SENTENCES["string_too_short"]})


def _plainer(error: FieldError) -> FieldError:
    """What is missing, said of what it is."""
    if error.sentence in _LACKING:
        for place, sentence in _PLAINER:
            if place.fullmatch(error.pointer):
                return FieldError(error.pointer, sentence)
    return error


def proofread_so_far(written: Mapping[str, Any], at: datetime, smallest_group: int) -> Proofreading:
    """Read a document through that may not be one yet, at that moment, where the town shows no smaller groups."""
    document, errors = judged(written)
    found = proofread(document) if document is not None else Proofreading(errors)
    least = FieldError("/smallest_group", SENTENCES["greater_than_equal"], {"ge": smallest_group})
    told = [least if one.pointer == least.pointer else one for one in found.errors]
    warnings = [*found.warnings, *_small(document, smallest_group)]
    return replace(found, errors=[*told, *_over(written, at)], warnings=warnings)


def _over(written: Mapping[str, Any], at: datetime) -> Iterator[FieldError]:
    try:
        closes_at = datetime.fromisoformat(str(written.get("closes_at")))
    except ValueError:
        return
    if closes_at.tzinfo is not None and closes_at <= at:
        yield finding("/closes_at", "This day is over. Choose a later one.")


def _small(document: SurveyDocument | None, smallest_group: int) -> Iterator[FieldError]:
    if document is not None and document.smallest_group < smallest_group:
        sentence = "The municipality shows no group of fewer than {least}: that holds here too."
        yield finding("/smallest_group", sentence, least=smallest_group)


def _empty_texts(written: Mapping[str, Any]) -> Iterator[FieldError]:
    """Texts that are wanted, in each language in which they are missing."""
    wanted = [tag for tag in written.get("languages", ()) if isinstance(tag, str)]
    for pointer, text in texts_in(written):
        for language in wanted:
            if isinstance(text, dict) and not text.get(language):
                yield text_missing(pointer, language)


def kept(value: Any, depth: int = 0) -> Any:
    """JSON as it can be kept: without what is no text. Raises Invalid for what is nested too deep, or no number."""
    if depth > _DEEPEST:
        raise invalid("", "This is nested too deep.")
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, dict):
        return {readable(name): kept(inside, depth + 1) for name, inside in value.items()}
    if isinstance(value, list):
        return [kept(inside, depth + 1) for inside in value]
    if isinstance(value, int | float) and not abs(value) <= _FARTHEST:
        raise invalid("", "This must be a finite number.")
    return value
