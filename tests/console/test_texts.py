"""The pages speak three languages, and never show a key in place of a sentence."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.rendering import BASE_TEXTS, FOLDER
from console.texts import LANGUAGES, catalogue, choose, saying

SOURCES = [*FOLDER.glob("templates/*.html"), *FOLDER.glob("static/app/**/*.js")]
KEY = re.compile(r"""\bt\(\s*["'`]([a-z-]+\.[^"'`]*)["'`]""")
CHOICE = re.compile(
    r"""["'`]((?:app|survey|zones|result|oversight|hearing|whom|message|people|beacon)\.[a-z-]+)["'`]"""
)
PLACE = re.compile(r"\{(\w+)\}")


def test_every_language_says_the_same_things() -> None:
    keys = {language: set(catalogue(language)) for language in LANGUAGES}
    assert keys["nb"] == keys["nn"] == keys["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_every_place_is_filled_in_each_language(language: str) -> None:
    for key, text in catalogue(language).items():
        assert text.strip(), key
        assert set(PLACE.findall(text)) == set(PLACE.findall(catalogue("nb")[key])), key


def used() -> Iterator[tuple[Path, str]]:
    """Every text that a page asks for, as far as its source says; where a part is computed, what comes before it."""
    for path in SOURCES:
        source = path.read_text()
        for key in {*KEY.findall(source), *CHOICE.findall(source)}:
            yield path, re.split(r"\$\{|\" ?~|' ?~", key)[0]


def test_pages_ask_for_no_text_that_is_missing() -> None:
    known = catalogue("nb")
    for path, key in used():
        assert key in known or (key[-1] in ".-" and any(text.startswith(key) for text in known)), f"{path.name}: {key}"


def test_no_text_is_left_over() -> None:
    asked = {key for _, key in used()} | {"problem."}
    computed = tuple(key for key in asked if key.endswith((".", "-")))
    spare = [key for key in catalogue("nb") if key not in asked and not key.startswith(computed)]
    assert not spare


def test_what_scripts_say_is_handed_to_them() -> None:
    from console.pages import PAGES, SIGN_IN

    for page in [*PAGES, SIGN_IN]:
        template = (FOLDER / "templates" / page.template).read_text()
        scripts = re.findall(r"/static/(app/[\w/-]+\.js)", template)
        for script in reached(scripts):
            for key in KEY.findall((FOLDER / "static" / script).read_text()):
                assert key.split(".")[0] in {*page.texts, *BASE_TEXTS}, f"{page.path}: {script} says {key}"


def reached(scripts: list[str]) -> set[str]:
    """The scripts, and all that they import of ours."""
    found: set[str] = set()
    waiting = list(scripts)
    while waiting:
        script = waiting.pop()
        if script in found:
            continue
        found.add(script)
        here = FOLDER / "static" / script
        for name in re.findall(r"""from ["'](\.[^"']+)["']""", here.read_text()):
            waiting.append(str((here.parent / name).resolve().relative_to(FOLDER / "static")))
    return found


def test_an_unknown_text_is_an_error_and_not_an_empty_page() -> None:
    with pytest.raises(KeyError):
        saying("nb")("zones.nothing")


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ((None, "nn-NO,nn;q=0.9,en;q=0.8"), "nn"),
        (("en", "nn"), "en"),
        (("xx", None, "de,en;q=0.5"), "en"),
        ((None, "no"), "nb"),
        ((None, "de;q=1,nb;q=0.1,en;q=0"), "nb"),
        ((None, None), "nb"),
        (("", "q=;;,,;q=x"), "nb"),
    ],
)
def test_the_page_comes_in_the_language_that_was_wished_for(wishes: tuple[str | None, ...], language: str) -> None:
    assert choose(*wishes) == language


def test_texts_are_plain_json_objects_of_groups() -> None:
    for language in LANGUAGES:
        groups = json.loads((FOLDER / "texts" / f"{language}.json").read_text())
        assert all(isinstance(text, str) for texts in groups.values() for text in texts.values())
