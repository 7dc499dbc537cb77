"""A purpose is one record and one file of words; whatever else tells of it follows from them."""

import tomllib
from dataclasses import fields

import pytest

from consent.inventory import TABLES
from consent.notice_text import NoticeText
from consent.notices import FIRST
from consent.processing import OWN
from consent.purposes import DUTIES, PURPOSES, Purpose, legal_basis

PARTS = {field.name for field in fields(NoticeText)}


def test_every_purpose_has_its_terms_and_is_in_the_list() -> None:
    assert list(PURPOSES.values()) == Purpose.__subclasses__()
    for purpose in PURPOSES.values():
        assert purpose.dpv_purpose.startswith("dpv:")
        assert purpose.dpv_data
        assert all(term.startswith("pd:") for term in purpose.dpv_data)
        assert legal_basis(purpose.key) == "consent"
    assert not PURPOSES.keys() & DUTIES.keys()


@pytest.mark.parametrize("key", [*PURPOSES, *DUTIES])
def test_its_first_notice_is_written_in_three_languages(key: str) -> None:
    written = tomllib.loads((FIRST / f"{key}.toml").read_text(encoding="utf-8"))
    assert list(written) == ["nb", "nn", "en"]
    for parts in written.values():
        assert parts.keys() == PARTS


def test_there_are_no_words_of_anything_else() -> None:
    assert {file.stem for file in FIRST.iterdir()} == {*PURPOSES, *DUTIES}


def test_a_table_rests_on_a_purpose_on_a_duty_or_concerns_no_resident() -> None:
    assert {kept.activity for kept in TABLES.values()} <= {*PURPOSES, *DUTIES, *OWN}
