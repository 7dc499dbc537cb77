"""Texts in several languages, and which one a reader gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from base.localized import Localized, languages, pick

TEXT = {"nb": "Hei", "en": "Hello", "se": "Bures"}


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        (["en"], "en"),
        (["nn"], "nb"),
        (["no"], "nb"),
        (["pl", "se"], "se"),
        (["en-GB"], "en"),
        (["pl"], "nb"),
        ([], "nb"),
    ],
)
def test_a_reader_gets_the_first_of_their_languages_that_is_there(wanted: list[str], got: str) -> None:
    assert pick(TEXT, wanted) == (TEXT[got], got)


def test_accept_language_is_read_by_weight() -> None:
    assert languages("en;q=0.5, nn, se;q=0.9, *;q=0.1, xx;q=0", ["nb"]) == ["nn", "se", "en", "nb"]


@given(st.text(max_size=300))
def test_no_header_is_too_odd_to_read(header: str) -> None:
    assert languages(header, ["nb"])[-1] == "nb"


@pytest.mark.parametrize("bad", [{}, {"nb": ""}, {"Norsk": "Hei"}, {"nb": "  "}, "Hei"])
def test_a_text_needs_a_language_and_words(bad: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Localized).validate_python(bad)
