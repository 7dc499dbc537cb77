"""Texts in several languages, and which one a reader gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from base.localized import Language, Localized, languages, pick

TEXT = {"nb": "Hei", "en": "Hello", "se": "Bures"}


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        (["en"], "en"),
        (["nn"], "nb"),
        (["no"], "nb"),
        (["pl", "se"], "se"),
        (["en-GB"], "en"),
        (["NO"], "nb"),
        (["nob-NO"], "nb"),
        (["sme"], "se"),
        (["EN_gb"], "en"),
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


@pytest.mark.parametrize("written", ["no", "NO", "nb", "nor", "nob", "Nb "])
def test_norwegian_is_bokmal_however_its_code_is_written(written: str) -> None:
    assert TypeAdapter(Localized).validate_python({written: "Hei", "nn": "Hei"}) == {"nb": "Hei", "nn": "Hei"}
    assert TypeAdapter(Language).validate_python(written) == "nb"
    assert languages(f"{written};q=0.9, en;q=0.1", []) == ["nb", "en"]
    assert pick({"en": "Hello", "nb": "Hei"}, [written]) == ("Hei", "nb")


def test_a_text_in_norwegian_and_another_in_bokmal_are_one_too_many() -> None:
    with pytest.raises(ValidationError, match="same language"):
        TypeAdapter(Localized).validate_python({"no": "Hei", "nb": "Hallo"})
