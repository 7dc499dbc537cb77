"""What the code itself says to people, in their language: written in English where it is meant, translated beside."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from base.localized import pick

LANGUAGES: Final = ("nb", "nn", "en")
_FOLDER: Final = Path(__file__).parent / "words"


@cache
def translations(language: str) -> Mapping[str, str]:
    """Every English sentence and what it is in a language, from `words/<language>.toml`; none for English itself."""
    path = _FOLDER / f"{language}.toml"
    if not path.exists():
        return {}
    groups: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return {english: said for group in groups.values() for english, said in group.items()}


def said(english: str, languages: Sequence[str], **values: object) -> str:
    """A sentence in the first of these languages that the house speaks, its `{places}` filled in.

    A sentence that nobody has translated yet is said in English.
    """
    language = pick({tag: tag for tag in ("en", "nb", "nn")}, languages)[1]
    text = translations(language).get(english, english)
    return text.format(**in_language(tuple(values.items()), languages)) if values else text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that is said later, when its reader's language is known; a value may be such a sentence itself."""

    english: str
    values: tuple[tuple[str, object], ...] = ()

    def said(self, languages: Sequence[str]) -> str:
        """In the first of these languages that the house speaks."""
        return said(self.english, languages, **dict(self.values))

    def __str__(self) -> str:
        return self.said(("en",))


def in_language(values: Sequence[tuple[str, object]], languages: Sequence[str]) -> dict[str, object]:
    """Values by name, the sentences among them said in the first of these languages that the house speaks."""
    return {name: value.said(languages) if isinstance(value, Sentence) else value for name, value in values}
