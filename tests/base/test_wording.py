"""What the code says to people is said in their language."""

import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import base.wording
from api.validation import SENTENCES
from base.wording import said, translations
from consent.inventory import TABLES
from consent.processing import BASES, CONCERNS, OWN, RISKS, SECURITY
from municipality.reach import REACHES
from residents.erasure import BALLOTS, EVIDENCE, PARTICIPATION
from tests.town import Town

WORDS = Path(base.wording.__file__).parent / "words"


def spoken() -> Iterator[str]:
    yield from (kept.until for kept in TABLES.values())
    yield from (EVIDENCE, BALLOTS, PARTICIPATION, SECURITY, "Residents who have consented")
    yield from (*BASES.values(), *CONCERNS.values(), *(part for parts in OWN.values() for part in parts))
    yield from (part for risk in RISKS for part in risk)
    yield from (words for reached in REACHES.values() for category in reached for words in category[:2])


@pytest.mark.parametrize("language", ["nb", "nn"])
async def test_every_table_and_every_reason_is_said_in_norwegian(language: str, town: Town) -> None:
    tables = {row[0] for row in await town.sql(
        "select obj_description(oid, 'pg_class') from pg_class where relnamespace = 'public'::regnamespace "
        "and relkind = 'r' and obj_description(oid, 'pg_class') is not null"
    )}  # fmt: skip
    assert len(tables) > 30
    missing = [text for text in (*tables, *spoken()) if text not in translations(language)]
    assert not missing, f"add these to base/words/{language}.toml"


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_translation_fills_in_the_same_numbers(language: str) -> None:
    for english, text in translations(language).items():
        wanted, found = ({name for _, name, _, _ in string.Formatter().parse(t) if name} for t in (english, text))
        assert wanted == found, english


def test_no_sentence_stands_in_two_groups() -> None:
    for path in WORDS.glob("*.toml"):
        groups = tomllib.loads(path.read_text(encoding="utf-8"))
        sentences = [english for group in groups.values() for english in group]
        assert len(sentences) == len(set(sentences)), path.name


def test_a_sentence_comes_in_the_first_language_that_the_house_speaks() -> None:
    assert said("three days", ["nn"]) == "tre døgn"
    assert said("three days", ["de", "nb-NO", "en"]) == "tre døgn"
    assert said("three days", ["en-GB", "nb"]) == "three days"
    assert said("{audit_months} months", ["nb"], audit_months=24) == "24 måneder"
    assert said("never translated {braces}", ["nb"]) == "never translated {braces}"


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_what_is_wrong_with_a_field_is_said_in_norwegian(language: str) -> None:
    missing = [sentence for sentence in SENTENCES.values() if sentence not in translations(language)]
    assert not missing, f"add these to base/words/{language}.toml"
