"""What is found in something that people wrote or brought, said in the language of the one who reads it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from base.errors import FieldError, Invalid
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


@contextmanager
def said_in(languages: Sequence[str]) -> Iterator[None]:
    """Say what is refused inside in the first of the languages that the house speaks."""
    try:
        yield
    except Invalid as refused:
        raise Invalid([in_words(error, languages) for error in refused.errors], refused.detail) from None
