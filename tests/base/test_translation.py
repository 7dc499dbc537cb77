"""What the code says to people is said in their language."""

import ast
import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import base.translation
from api.http.body import NOT_RIGHT
from api.staff.subjects import NONE_SUCH
from base.errors import Problem, said_by
from base.field_errors import SENTENCES
from base.translation import translate, translations
from consent.inventory import TABLES
from consent.ledger import OF_AGE
from consent.processing import BASES, OWN, RISKS, SECURITY
from consent.purposes import DUTIES
from insights.exposure import EXPOSED
from residents.erasure import BALLOTS, EVIDENCE, PARTICIPATION
from tests.town import Town

CATALOGUES = sorted((Path(base.translation.__file__).parent / "locale").glob("*.po"))


def spoken() -> Iterator[str]:
    yield from (kept.until for kept in TABLES.values())
    yield from (EVIDENCE, BALLOTS, PARTICIPATION, SECURITY, OF_AGE, "Residents who have consented")
    yield from (
        *BASES.values(),
        *(duty.concerns for duty in DUTIES.values()),
        *(part for parts in OWN.values() for part in parts),
    )
    yield from (part for risk in RISKS for part in risk)
    yield from (words for reached in EXPOSED.values() for category in reached for words in category[:2])


@pytest.mark.parametrize("language", ["nb", "nn"])
async def test_every_table_and_every_reason_is_said_in_norwegian(language: str, town: Town) -> None:
    tables = {
        row[0]
        for row in await town.sql(
            "select obj_description(oid, 'pg_class') from pg_class where relnamespace = 'public'::regnamespace "
            "and relkind = 'r' and obj_description(oid, 'pg_class') is not null"
        )
    }
    assert len(tables) > 30
    missing = [text for text in (*tables, *spoken()) if text not in translations(language)]
    assert not missing, f"add these to base/locale/{language}.po"


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_a_translation_fills_in_the_same_numbers(language: str) -> None:
    for english, text in translations(language).items():
        wanted, found = ({name for _, name, _, _ in string.Formatter().parse(t) if name} for t in (english, text))
        assert wanted == found, english


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_sentence_stands_twice(path: Path) -> None:
    entries = re.findall(r'^(?:msgctxt "(.*)"\n)?msgid ((?:".*"\n)+)', path.read_text(encoding="utf-8"), re.M)
    assert len(entries) == len(set(entries))


def test_both_written_forms_of_norwegian_translate_the_same_sentences() -> None:
    assert translations("nb").keys() == translations("nn").keys()
    assert len(translations("nb")) > 450


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_catalogues_are_gettexts(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, path.stem, abort_invalid=True)
    assert catalogue.locale_identifier == path.stem
    assert all(entry.string and not entry.fuzzy for entry in catalogue if entry.id)


def test_a_sentence_comes_in_the_first_language_that_the_house_speaks() -> None:
    assert translate("three days", ["nn"]) == "tre døgn"
    assert translate("three days", ["de", "nb-NO", "en"]) == "tre døgn"
    assert translate("three days", ["en-GB", "nb"]) == "three days"
    assert translate("{audit_months} months", ["nb"], audit_months=24) == "24 måneder"
    assert translate("New message", ["pl-PL", "nb"]) == "Nowa wiadomość"
    assert translate("three days", ["pl", "nn"]) == "tre døgn"
    assert translate("never translated {braces}", ["nb"]) == "never translated {braces}"


ROOT = Path(base.translation.__file__).parents[1]
ROOMS = ("api", "base", "consent", "geofence", "insights", "municipality", "push", "residents", "surveys")
SAID_AT = {"invalid": 1, "FieldError": 1, "finding": 1, "wrong": 0, "refuse_unknown": 3, "Sentence": 0}
"""What says a sentence: at which place of its arguments."""


def problems() -> list[type[Problem]]:
    """Every refusal that there is."""
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    found, waiting = [], [Problem]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(found[-1].__subclasses__())
    return [one for one in found if one.__module__.split(".")[0] in ROOMS]


def written(room: str) -> Iterator[tuple[str, ast.expr]]:
    """What stands in the code of a room where a sentence is said, and where."""
    names = {one.__name__ for one in problems()} - {"Invalid"}
    for path in (ROOT / room).rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            at = 1 if name == "Invalid" else 0 if name in names else SAID_AT.get(name)
            if at is not None and len(call.args) > at:
                yield f"{path.relative_to(ROOT)}:{call.lineno}", call.args[at]


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_refusal_is_said_in_norwegian(language: str) -> None:
    said = {said_by(one) for one in problems()} | {one.title for one in problems()} | {*SENTENCES.values()}
    said |= {*NOT_RIGHT.values(), *NONE_SUCH.values()}
    for room in ROOMS:
        said |= {
            part.value for _, part in written(room) if isinstance(part, ast.Constant) and isinstance(part.value, str)
        }
    assert len(said) > 300
    missing = sorted(said - translations(language).keys())
    assert not missing, f"add these to base/locale/{language}.po"


@pytest.mark.parametrize("room", ROOMS)
def test_no_refusal_is_put_together_from_pieces(room: str) -> None:
    """Such a sentence has no translation: what varies in it is a value in {braces}."""
    assert [place for place, part in written(room) if isinstance(part, ast.JoinedStr)] == []
