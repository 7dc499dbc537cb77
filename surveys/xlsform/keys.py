"""Names of a form as keys of ours."""

import re
import unicodedata
from collections.abc import Container

_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "Æ": "Ae",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "þ": "th",
        "ß": "ss",
        "ł": "l",
        "Ł": "L",
        "ŧ": "t",
        "Ŧ": "T",
        "ŋ": "n",
        "Ŋ": "N",
    }
)


def safe_key(name: str, before: str = "q") -> str:
    """A name as the keys of questions may be: letters, digits, - and _, beginning with a letter."""
    bare = _plain(name)
    return bare if re.match(r"[A-Za-z]", bare) else f"{before}{bare}"


def safe_option(name: str) -> str:
    """A name as the keys of options, rows and columns may be: as of questions, or beginning with a digit."""
    bare = _plain(name)
    return bare if re.match(r"[A-Za-z0-9]", bare) else f"o{bare}"


def unique(key: str, taken: Container[str]) -> str:
    """The key, or the first of key_2, key_3, … that is not taken."""
    if key not in taken:
        return key
    number = 2
    while f"{key[:56]}_{number}" in taken:
        number += 1
    return f"{key[:56]}_{number}"


def _plain(name: str) -> str:
    parted = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    bare = "".join(sign for sign in parted if not unicodedata.combining(sign))
    return re.sub(r"[^A-Za-z0-9_-]", "_", bare)[:60]
