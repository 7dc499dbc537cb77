"""Texts that staff write in several languages: `{"nb": "…", "nn": "…", "en": "…"}`."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


def _language(tag: str) -> str:
    if not _TAG.fullmatch(tag):
        raise ValueError("not a language tag (BCP 47), such as nb or en")
    return tag


def _some(text: dict[str, str]) -> dict[str, str]:
    if not text:
        raise ValueError("needs a text in at least one language")
    return text


Language = Annotated[str, AfterValidator(_language)]
"""A BCP 47 tag: a language, and perhaps a script or region."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000, pattern=r"^[^\x00]*$")]
Localized = Annotated[dict[Language, Text], AfterValidator(_some)]
"""One text in each of its languages."""


def pick(text: Mapping[str, str], wanted: Sequence[str]) -> tuple[str, str]:
    """The text in the first wanted language that it has (the bare language counts), and which that is.

    Where none fits, the first language that the text has. nb and nn stand in for one another.
    """
    for tag in wanted:
        for candidate in (tag, tag.split("-")[0], *_NEIGHBOURS.get(tag.split("-")[0], ())):
            if candidate in text:
                return text[candidate], candidate
    first = next(iter(text))
    return text[first], first


_NEIGHBOURS: Mapping[str, tuple[str, ...]] = {"nb": ("nn",), "nn": ("nb",), "no": ("nb", "nn")}


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
        if _TAG.fullmatch(tag.strip()) and weight > 0:
            found.append((-weight, place, tag.strip()))
    return tuple(tag for _, _, tag in sorted(found))
