"""What is found in a survey document, said in the language of whoever wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass

from base.errors import FieldError
from base.wording import said


@dataclass(frozen=True, slots=True)
class Finding(FieldError):
    """Something found at a place; `detail` is in English, `sentence` with its places still open."""

    sentence: str
    values: tuple[tuple[str, object], ...] = ()


def finding(pointer: str, sentence: str, **values: object) -> Finding:
    """A finding; the sentence stands in `base/words/*.toml` in the other languages."""
    return Finding(pointer, sentence.format(**values), sentence, tuple(values.items()))


def in_words(found: FieldError, languages: Sequence[str]) -> FieldError:
    """The same in the first of the languages that the house speaks."""
    if not isinstance(found, Finding):
        return found
    return FieldError(found.pointer, said(found.sentence, languages, **dict(found.values)))
