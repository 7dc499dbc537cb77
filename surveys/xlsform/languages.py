"""The languages of a form: which tag its columns mean, and which of them comes first."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from base.localized import canonical
from surveys.xlsform.notes import Note, sentence
from surveys.xlsform.sheets import Sheet, SheetCell

_FOLDER: Final = Path(__file__).parent
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_BETWEEN: Final = re.compile(r"[/()|,;–—-]")
_REGIONS: Final = frozenset({"UK", "GB", "US", "CA", "AU", "NZ", "BR"})
"""What stands behind `English` or `Portuguese` for a country; UK is Ukrainian elsewhere."""
_TRANSLATED: Final = (
    ("label",),
    ("hint",),
    ("guidance_hint",),
    ("media", "image"),
    ("media", "big-image"),
    ("media", "audio"),
    ("media", "video"),
    ("bind", "jr:constraintMsg"),
    ("bind", "jr:requiredMsg"),
    ("title",),
)


@cache
def _names() -> Mapping[str, str]:
    """Tags by the names of languages (CLDR): in English, Norwegian and the language itself."""
    names: dict[str, str] = json.loads((_FOLDER / "languages.json").read_text(encoding="utf-8"))
    return names


@cache
def _other_words() -> Mapping[str, str]:
    words: dict[str, str] = json.loads((_FOLDER / "other_words.json").read_text(encoding="utf-8"))
    return words


def other_word(tag: str) -> str:
    """What the answer "something else" is called in a language; in English where that is not known."""
    words = _other_words()
    return words.get(tag) or words.get(tag.split("-")[0]) or words["en"]


def language_of(name: str) -> str | None:
    """The tag of a column's language, such as `English (en)`, `NB` or `Nynorsk`; None where it is not known."""
    bare = name.strip()
    if found := re.search(r"\(([^()]*)\)\s*$", bare):
        tag = canonical(found[1])
        if found[1].strip() in _REGIONS and (known := _names().get(bare[: found.start()].strip().casefold())):
            return known
        if _TAG.fullmatch(tag) and (len(tag) == 2 or "-" in tag or tag in _codes()):
            return tag
    if bare.casefold() in _names():
        return _names()[bare.casefold()]
    tag = canonical(bare)
    if _TAG.fullmatch(tag) and tag.split("-")[0] in _codes():
        return tag
    parts = [part.strip().casefold() for part in _BETWEEN.split(bare)]
    return next((_names()[part] for part in parts if part in _names()), None)


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names().values())


@dataclass(slots=True)
class Languages:
    """The languages of a form's columns, and the one that texts without a language are in."""

    default: str
    tags: Mapping[str, str] = field(default_factory=dict)

    def tag(self, cell: SheetCell, column: Sequence[str]) -> str | None:
        """The tag of a cell in a column that may be translated; None where the language is not known."""
        named = cell.path[len(column) :]
        return self.default if not named else self.tags.get(named[0])

    def in_order(self, met: Iterable[str]) -> list[str]:
        """The languages that texts were found in: the form's default first, then in the order of the columns."""
        found = dict.fromkeys([self.default, *self.tags.values(), *met])
        return [tag for tag in found if tag in set(met)]


def languages_of(sheets: Iterable[Sheet], named: str, house: str, notes: list[Note]) -> Languages:
    """The languages of the columns; `named` is what the form calls its default, `house` is used where it does not.

    Where no language of the labels is known, the first one's words are kept as the default language's.
    """
    default = (language_of(named) if named and named != "default" else None) or house
    found: dict[str, SheetCell] = {}
    places: dict[str, tuple[int, int]] = {}
    plain = False
    for number, sheet in enumerate(sheets):
        for row in sheet.rows:
            for cell in row.cells:
                column = next((t for t in _TRANSLATED if cell.path[: len(t)] == t), None)
                if column is not None and len(cell.path) > len(column):
                    name = cell.path[len(column)]
                    place = (number, sheet.headers.index(cell.column))
                    if place < places.get(name, (9, 0)):
                        found[name], places[name] = cell, place
                plain = plain or cell.path == ("label",)
    tags = {name: default if name == named else language_of(name) for name in sorted(found, key=places.__getitem__)}
    unknown = [name for name, tag in tags.items() if tag is None]
    if unknown and not plain and all(tag is None for tag in tags.values()):
        tags[unknown[0]] = default
    for name in found:
        if language_of(name) is None:
            kept = tags[name]
            english = (
                "The language {language} is not known; its texts are kept as {kept}. Write it as 'Name (code)'."
                if kept
                else "The language {language} is not known; its texts are left out. Write it as 'Name (code)'."
            )
            said = sentence(english, language=name, **({"kept": kept} if kept else {}))
            notes.append(
                Note(
                    1,
                    name=name,
                    kind="changed" if kept else "left_out",
                    sentence=said,
                    sheet="survey",
                    column=found[name].column,
                )
            )
    return Languages(default, {name: tag for name, tag in tags.items() if tag is not None})
