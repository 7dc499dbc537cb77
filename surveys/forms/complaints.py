"""What is said when an answer does not fit its question, in the language of whoever answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from base.errors import FieldError
from base.translation import translate

_SENTENCES: Mapping[str, str] = {
    "unknown": "The survey does not have this question.",
    "hidden": "This question is not shown with the answers given, and cannot be answered.",
    "required": "This question needs an answer.",
    "option": "Choose among the options.",
    "options": "Answer with a list of options, each of them once.",
    "exclusive": "One of the options can only be chosen alone.",
    "too_few": "Choose at least {min}.",
    "too_many": "Choose at most {max}.",
    "ranked": "Put {min} options in order.",
    "whole": "Answer with a whole number.",
    "number": "Answer with a number.",
    "below": "The answer cannot be below {min}.",
    "above": "The answer cannot be above {max}.",
    "text": "Answer with text.",
    "letters": "The text has characters that cannot be kept.",
    "too_long": "The text can have at most {max} characters.",
    "date": "Answer with a date, like 2026-12-15.",
    "matrix": "Answer with a column for each row.",
    "rows": "Every row needs an answer.",
    "geometry": "Answer with a place on the map (GeoJSON {kind}, longitude and latitude).",
    "too_small": "The place is smaller than the map can show; it must be larger than {min} metres.",
    "elsewhere": "The place lies too far outside the municipality.",
    "outside": "The place lies outside the area that is asked about.",
    "swapped": "The place is not in the municipality: longitude and latitude are swapped. Longitude comes first.",
    "comment": "This question takes no comment, or the comment is not text.",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with one answer; `limits` fill the sentence and never hold what was answered."""

    pointer: str
    about: str
    limits: tuple[tuple[str, object], ...] = ()

    def in_language(self, languages: Sequence[str]) -> FieldError:
        """In the first of the languages that we speak, else in English."""
        return FieldError(self.pointer, translate(_SENTENCES[self.about], languages, **dict(self.limits)))


class Unfitting(Exception):
    """An answer does not fit; carries what to complain about."""

    def __init__(self, about: str, at: str = "", **limits: object) -> None:
        super().__init__(about)
        self.about = about
        self.at = at
        self.limits = tuple(limits.items())
