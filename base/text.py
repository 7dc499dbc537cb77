"""What counts as text in everything that people write: one judgement for the whole house.

Letters, marks, digits, signs, emoji, private-use characters and spaces of every script are text, and so are the format
characters that scripts and word processors need: joiners (U+200C, U+200D), soft hyphens, no-break and thin spaces,
directional marks, variation selectors, tags. Not text are control characters (category Cc) other than line breaks and
tabs, halves of surrogate pairs, noncharacters (Unicode §23.7), and the directional overrides (U+202D, U+202E), by which
a text is read otherwise than it is stored. Directional embeddings and isolates (U+202A, U+202B, U+2066 to U+2068) are
kept where they are closed in the same line and taken out where not: left open they would turn round what follows.
"""

import re
import unicodedata
from typing import Final, Literal

from pydantic import AfterValidator, ValidationInfo
from pydantic_core import PydanticCustomError

_NONCHARACTERS: Final = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
_NOT_TEXT: Final = rf"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}\u202d\u202e"
_IN_PROSE: Final = re.compile(f"[{_NOT_TEXT}]")
_IN_A_LINE: Final = re.compile(f"[{_NOT_TEXT}\t\n\r\u2028\u2029]")
_DIRECTIONS: Final = re.compile("[\u202a-\u202c\u2066-\u2069]")
_LINE_BREAKS: Final = re.compile("([\n\r\u2028\u2029])")
_CLOSED_BY: Final = {"\u202a": "\u202c", "\u202b": "\u202c", "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}
_ONE_LINE: Final = "one line of text; character {place} is {sign}"
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def prose(text: str) -> str:
    """The text, of any number of lines; PydanticCustomError (a ValueError) at the first character that is not text."""
    return _judged(text, _IN_PROSE, "text_character")


def one_line(text: str) -> str:
    """The text; PydanticCustomError (a ValueError) at the first line break, tab or character that is not text."""
    return _judged(text, _IN_A_LINE, "text_line")


def is_visible(text: str) -> bool:
    """Whether there is anything to see: not only spaces, joiners and marks of direction."""
    return any(_shows(sign) for sign in text)


def _shows(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category in ("Co", "Cn") or (category[0] not in "ZC" and sign not in _BLANK_LETTERS)


def visible(text: str) -> str:
    """The text; PydanticCustomError (a ValueError) where there is nothing to see in it."""
    if not is_visible(text):
        raise PydanticCustomError("text_empty", "there is nothing to read in this")
    return text


def readable(text: str) -> str:
    """The text without what is not text in it: for what was kept before it was judged as it is now."""
    return _closed(_IN_PROSE.sub("", text))


def _given_prose(text: str, info: ValidationInfo) -> str:
    return readable(text) if info.context is STORED else visible(prose(text))


def _given_line(text: str, info: ValidationInfo) -> str:
    return readable(text) if info.context is STORED else visible(one_line(text))


STORED: Final = {"stored": True}
"""pydantic's context for what comes from the database: it is read, never refused."""
Prose: Final = AfterValidator(_given_prose)
"""For a field of any number of lines in which there is something to read."""
OneLine: Final = AfterValidator(_given_line)
"""For a field of one line in which there is something to read."""


def _judged(text: str, unfit: re.Pattern[str], fault: Literal["text_character", "text_line"]) -> str:
    found = unfit.search(text)
    if found is not None:
        sentence = "character {place} is {sign}, which is not text" if fault == "text_character" else _ONE_LINE
        raise PydanticCustomError(fault, sentence, {"place": found.start() + 1, "sign": f"U+{ord(found[0]):04X}"})
    return _closed(text) if _DIRECTIONS.search(text) else text


def _closed(text: str) -> str:
    return "".join(_closed_line(part) for part in _LINE_BREAKS.split(text))


def _closed_line(line: str) -> str:
    open_at: list[int] = []
    unmatched: set[int] = set()
    for place, sign in enumerate(line):
        if sign in _CLOSED_BY:
            open_at.append(place)
        elif sign in "\u202c\u2069":
            if open_at and _CLOSED_BY[line[open_at[-1]]] == sign:
                open_at.pop()
            else:
                unmatched.add(place)
    unmatched.update(open_at)
    return "".join(sign for place, sign in enumerate(line) if place not in unmatched)
