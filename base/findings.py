"""What is found in something that people wrote or brought, said in the language of the one who reads it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from base.errors import FieldError, Invalid

Finding = FieldError


def finding(pointer: str, sentence: str, **values: object) -> FieldError:
    """Something found at a place; the sentence stands in `base/words/*.toml` in the other languages."""
    return FieldError(pointer, sentence, values)


def refused(pointer: str, sentence: str, **values: object) -> Invalid:
    """One field at fault, in a sentence that `said_in` says in other languages."""
    return Invalid([finding(pointer, sentence, **values)])


def in_words(found: FieldError, languages: Sequence[str]) -> FieldError:
    """The same in the first of the languages that the house speaks."""
    return FieldError(found.pointer, found.said(languages))


@contextmanager
def said_in(languages: Sequence[str]) -> Iterator[None]:
    """Say what is refused inside in the first of the languages that the house speaks."""
    try:
        yield
    except Invalid as refused:
        raise Invalid([in_words(error, languages) for error in refused.errors], refused.detail) from None
