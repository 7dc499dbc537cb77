"""What the pages say, in the three languages of the house; the words stand in `texts/*.json`."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from base.localized import languages

LANGUAGES: Mapping[str, str] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
"""Languages the pages are written in, with their own names; content may come in any language."""

_FOLDER = Path(__file__).parent / "texts"


class Says(Protocol):
    """A text by its key, its `{places}` filled in."""

    def __call__(self, key: str, /, **values: object) -> str:
        """The text; KeyError where there is none."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All texts of one language by their dotted key, such as `zones.save`."""
    groups: dict[str, dict[str, str]] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return {f"{group}.{key}": text for group, texts in groups.items() for key, text in texts.items()}


def saying(language: str) -> Says:
    """The function by which templates speak; an unknown key is a KeyError, never an empty page."""
    texts = catalogue(language)

    def say(key: str, /, **values: object) -> str:
        text = texts[key]
        for name, value in values.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    return say


def for_scripts(language: str, groups: Iterable[str]) -> dict[str, str]:
    """The texts of some groups, to be handed to a page's scripts."""
    wanted = tuple(f"{group}." for group in groups)
    return {key: text for key, text in catalogue(language).items() if key.startswith(wanted)}


def choose(*wishes: str | None) -> str:
    """The language of a page: the first wish that can be met, Bokmål if none can.

    A wish is a language tag (`nn`, `en-GB`, `no`) or a whole Accept-Language header.
    """
    for wish in wishes:
        for tag in languages(wish or "", ()):
            language = tag.split("-")[0]
            if language in LANGUAGES:
                return language
    return "nb"
