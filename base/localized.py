"""Texts that staff write in several languages: `{"nb": "…", "nn": "…", "en": "…"}`."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from base.text import Prose
from base.validation import wrong

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


_SHORTEST: Mapping[str, str] = {"no": "nb", "nor": "nb", "nob": "nb", "nno": "nn", "sme": "se", "eng": "en"}


def canonical(tag: str) -> str:
    """A language tag as it is kept: the language in small letters and by its shortest code; `no` is Bokmål.

    What is no tag comes back as it was, but for its first letters.
    """
    language, hyphen, rest = tag.strip().replace("_", "-").partition("-")
    language = language.lower()
    return _SHORTEST.get(language, language) + hyphen + rest


def _language(tag: str) -> str:
    found = canonical(tag)
    if not _TAG.fullmatch(found):
        raise wrong("not a language tag (BCP 47), such as nb or en")
    return found


def _each_once(text: object) -> object:
    """`no` and `nb` are one language: two texts in it would be one too many, and which is meant nobody knows."""
    if isinstance(text, dict) and len({canonical(tag) for tag in text if isinstance(tag, str)}) < len(text):
        raise wrong("two texts in the same language")
    return text


def _some(text: dict[str, str]) -> dict[str, str]:
    if not text:
        raise wrong("needs a text in at least one language")
    return text


Language = Annotated[str, AfterValidator(_language)]
"""A BCP 47 tag: a language, and perhaps a script or region."""

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=5000),
    Prose,
]
Localized = Annotated[dict[Language, Text], BeforeValidator(_each_once), AfterValidator(_some)]
"""One text in each of its languages."""


def pick(text: Mapping[str, str], wanted: Sequence[str]) -> tuple[str, str]:
    """The text in the first wanted language that it has (the bare language counts), and which that is.

    Where none fits, the first language that the text has. nb and nn stand in for one another.
    """
    for tag in map(canonical, wanted):
        for candidate in (tag, tag.split("-")[0], *_NEIGHBOURS.get(tag.split("-")[0], ())):
            if candidate in text:
                return text[candidate], candidate
    first = next(iter(text))
    return text[first], first


_NEIGHBOURS: Mapping[str, tuple[str, ...]] = {"nb": ("no", "nn"), "nn": ("nb", "no")}


def languages(header: str, default: Sequence[str]) -> list[str]:
    """The languages of an Accept-Language header (RFC 9110 §12.5.4), best first, then the default ones."""
    return [*_in_header(header[:200]), *default]


@lru_cache(512)
def _in_header(header: str) -> tuple[str, ...]:
    found: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            continue
        if _TAG.fullmatch(tag := canonical(tag)) and weight > 0:
            found.append((-weight, place, tag))
    return tuple(tag for _, _, tag in sorted(found))
