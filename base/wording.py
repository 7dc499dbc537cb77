"""What the code itself says to people, in their language: written in English where it is meant, translated beside."""

import tomllib
from collections.abc import Mapping, Sequence
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
    return text.format(**values) if values else text
