"""The pages speak three languages, and never show a key in place of a sentence."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import base.translation
from base.translation import LANGUAGES, page_texts
from console.rendering import BASE_TEXTS, FOLDER
from console.texts import choose, saying
from surveys.forms.types import BY_NAME, DRAWN

SOURCES = [*FOLDER.glob("templates/*.html"), *FOLDER.glob("static/app/**/*.js")]
KEY = re.compile(r"""\bt\(\s*["'`]([a-z-]+\.[^"'`]*)["'`]""")
CHOICE = re.compile(
    r"""["'`]((?:app|survey|zones|result|oversight|hearing|whom|message|people|beacon|trigger|trial|place)\.[a-z-]+)["'`]"""
)
LOCALE = Path(base.translation.__file__).parent / "locale"
PLACE = re.compile(r"\{(\w+)\}")


def test_every_language_says_the_same_things() -> None:
    keys = {language: set(page_texts(language)) for language in LANGUAGES}
    assert keys["nb"] == keys["nn"] == keys["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_every_place_is_filled_in_each_language(language: str) -> None:
    for key, text in page_texts(language).items():
        assert text.strip(), key
        assert set(PLACE.findall(text)) == set(PLACE.findall(page_texts("nb")[key])), key


def used() -> Iterator[tuple[Path, str]]:
    """Every text that a page asks for, as far as its source says; where a part is computed, what comes before it."""
    for path in SOURCES:
        source = path.read_text()
        for key in {*KEY.findall(source), *CHOICE.findall(source)}:
            yield path, re.split(r"\$\{|\" ?~|' ?~", key)[0]


def test_pages_ask_for_no_text_that_is_missing() -> None:
    known = page_texts("nb")
    for path, key in used():
        assert key in known or (key[-1] in ".-" and any(text.startswith(key) for text in known)), f"{path.name}: {key}"


def test_no_text_is_left_over() -> None:
    asked = {key for _, key in used()} | {"problem."}
    computed = tuple(key for key in asked if key.endswith((".", "-")))
    spare = [key for key in page_texts("nb") if key not in asked and not key.startswith(computed)]
    assert not spare


def test_what_scripts_say_is_handed_to_them() -> None:
    from console.pages import PAGES, SIGN_IN

    for page in [*PAGES, SIGN_IN]:
        assert "<script" not in (FOLDER / "templates" / page.template).read_text(), "a page declares its script"
        for script in reached([f"app/{page.script}"] if page.script else []):
            for key in KEY.findall((FOLDER / "static" / script).read_text()):
                assert key.split(".")[0] in {*page.texts, *BASE_TEXTS}, f"{page.path}: {script} says {key}"


def test_what_question_types_say_is_handed_to_the_pages_that_draw_them() -> None:
    from console.pages import PAGES

    pages = {page.template: {*page.texts, *BASE_TEXTS} for page in PAGES}
    for name in DRAWN:
        script = (FOLDER / "static" / "app" / "question-types" / f"{name}.js").read_text()
        assert {key.split(".")[0] for key in KEY.findall(script)} <= pages["app.html"], "what residents read"
        written = {key.split(".")[0] for key in CHOICE.findall(script) if key not in KEY.findall(script)}
        assert written <= pages["survey_edit.html"], "what staff write"


def test_every_question_type_has_its_words() -> None:
    known = page_texts("nb")
    assert all(f"survey.type-{name}" in known for name in BY_NAME)
    drawn = [path.stem for path in (FOLDER / "static" / "app" / "question-types").glob("*.js")]
    assert sorted(drawn) == sorted(DRAWN)
    for name in DRAWN:
        registered = re.findall(r'register\("(\w+)"', (FOLDER / "static/app/question-types" / f"{name}.js").read_text())
        assert name in registered
        assert all(f"survey.help-{one}" in known for one in registered)


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


def english(language: str) -> dict[str | None, object]:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return {entry.context: entry.id for entry in read_po(file) if entry.context}


def test_the_english_of_a_page_is_the_same_beside_each_translation() -> None:
    assert english("nb") == english("nn")


def test_a_key_is_a_group_and_a_name() -> None:
    assert all(re.fullmatch(r"[a-z-]+\.[\w-]+", key) for key in page_texts("nb"))
