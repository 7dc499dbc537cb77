"""What the pages say, in the three languages of the house; the words stand in `base/locale`, by their keys."""

from collections.abc import Iterable
from typing import Protocol

from base.localized import languages
from base.translation import house_language, page_texts


class Says(Protocol):
    """A text by its key, its `{places}` filled in."""

    def __call__(self, key: str, /, **values: object) -> str:
        """The text; KeyError where there is none."""


def saying(language: str) -> Says:
    """The function by which templates speak; an unknown key is a KeyError, never an empty page."""
    texts = page_texts(language)

    def say(key: str, /, **values: object) -> str:
        return texts[key].format(**values) if values else texts[key]

    return say


def for_scripts(language: str, groups: Iterable[str]) -> dict[str, str]:
    """The texts of some groups, to be handed to a page's scripts."""
    wanted = tuple(f"{group}." for group in groups)
    return {key: text for key, text in page_texts(language).items() if key.startswith(wanted)}


def choose(*wishes: str | None) -> str:
    """The language of a page: the first wish that can be met, Bokmål if none can.

    A wish is a language tag (`nn`, `en-GB`, `no`) or a whole Accept-Language header.
    """
    return house_language([tag for wish in wishes for tag in languages(wish or "", ())], default="nb")
