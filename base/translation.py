"""What the house itself says to people, in their language: one catalogue for code, pages and letters.

The catalogue is gettext's (`locale/<language>.po`). What is said by the code is written in English where it is said,
and found by that. What is said by pages is found by a key, the context of its entry (`zones.save`); its English stands
in the entry. English has no file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel.core import negotiate_locale
from babel.messages.pofile import read_po

from base.localized import canonical

LANGUAGES: Final[Mapping[str, str]] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
"""The languages in which everything is said, with their own names; what people write may come in any language."""

_FOLDER: Final = Path(__file__).parent / "locale"
_NORWEGIAN_FIGURE: Final = str.maketrans({",": "\u00a0", ".": ",", "%": "\u00a0%"})
_TRANSLATED: Final = frozenset(path.stem for path in _FOLDER.glob("*.po"))


def house_language(wanted: Sequence[str], default: str = "en") -> str:
    """The first of the wanted languages in which everything is said, else the default."""
    return negotiate_locale([canonical(tag) for tag in wanted], list(LANGUAGES), sep="-") or default


def translate(english: str, languages: Sequence[str], /, **values: object) -> str:
    """A sentence in the first of these languages in which it can be said, its `{places}` filled in; else in English."""
    text, norwegian = english, False
    for tag in languages:
        language = canonical(tag).partition("-")[0]
        if language == "en":
            break
        if (found := translations(language).get(english)) is not None:
            text, norwegian = found, True
            break
    return text.format(**_filled(values, languages, norwegian)) if values else text


def in_every_language(english: str, /, **values: object) -> dict[str, str]:
    """A sentence in each of `LANGUAGES`, as localized texts are kept."""
    return {language: translate(english, [language], **values) for language in LANGUAGES}


def translations(language: str) -> Mapping[str, str]:
    """Every English sentence that the code says, and what it is in a language; none for English itself."""
    return _catalogue(language)[0] if language in _TRANSLATED else {}


def page_texts(language: str) -> Mapping[str, str]:
    """Every text of the pages by its key, in one of `LANGUAGES`."""
    if language == "en":
        return _catalogue("nb")[2]
    return _catalogue(language)[1]


@cache
def _catalogue(language: str) -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
    """What one file holds: sentences by their English, page texts by key, and the English of page texts by key."""
    with (_FOLDER / f"{language}.po").open("rb") as file:
        entries = [entry for entry in read_po(file, language) if entry.id]
    sentences = {str(entry.id): str(entry.string) for entry in entries if not entry.context}
    keyed = {entry.context: entry for entry in entries if entry.context}
    return (
        sentences,
        {key: str(entry.string) for key, entry in keyed.items()},
        {key: str(entry.id) for key, entry in keyed.items()},
    )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is said later, when its reader's language is known; a value may be such a sentence itself."""

    english: str
    values: tuple[tuple[str, object], ...] = ()

    def in_language(self, languages: Sequence[str]) -> str:
        """In the first of these languages in which it can be said."""
        return translate(self.english, languages, **dict(self.values))

    def __str__(self) -> str:
        return self.in_language(("en",))


class Figure(str):
    """A number as English writes it (1,234.5): said in Norwegian it is written as Norwegian does."""

    __slots__ = ()


def _filled(values: Mapping[str, object], languages: Sequence[str], norwegian: bool) -> dict[str, object]:
    """Values by name, the sentences among them said in the same languages, and figures as they are written there."""
    return {name: _said(value, languages, norwegian) for name, value in values.items()}


def _said(value: object, languages: Sequence[str], norwegian: bool) -> object:
    if isinstance(value, Sentence):
        return value.in_language(languages)
    if norwegian and isinstance(value, Figure):
        return value.translate(_NORWEGIAN_FIGURE)
    return value
