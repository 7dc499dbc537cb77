"""What the pages say, in the three languages of the house; the words stand in `texts/*.json`."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

LANGUAGES: Mapping[str, str] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
"""Languages the pages are written in, with their own names; content may come in any language."""

_FOLDER = Path(__file__).parent / "texts"
_ALSO = {"no": "nb"}


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
        for tag in _by_weight(wish or ""):
            language = tag.split("-")[0].lower()
            language = _ALSO.get(language, language)
            if language in LANGUAGES:
                return language
    return "nb"


def _by_weight(header: str) -> list[str]:
    """Language tags of an Accept-Language header (RFC 9110, 12.5.4), the most wanted first."""
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            weighed.append((weight, tag.strip()))
    return [tag for _, tag in sorted(weighed, key=lambda pair: -pair[0])]
