"""Free text without what tells who somebody is, before it is kept or anybody reads it."""

import re
from datetime import date

_ELEVEN = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})[ -]?\d{5}(?!\d)", re.ASCII)
_ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(
    r"(?<![\d+.,])(?:(?:\+|00)\d{1,3}[ -]?)?(?:[2-9]\d(?: ?\d{2}){3}|[489]\d{2} ?\d{2} ?\d{3})(?![\d]|[.,]\d)",
    re.ASCII,
)


def redacted(text: str) -> str:
    """The text with identity numbers, e-mail addresses and phone numbers blotted out as [•••].

    An identity number is eleven digits that begin with a plausible day: also a D-number (day + 40) and a synthetic one
    (month + 40 or + 80), and whatever its checksum. A phone number has eight digits as Norwegians write them, perhaps
    after a country code.
    """
    text = _ADDRESS.sub("[•••]", text)
    text = _ELEVEN.sub(lambda found: "[•••]" if _a_day(found) else found[0], text)
    return _PHONE.sub("[•••]", text)


def _a_day(found: re.Match[str]) -> bool:
    day, month = int(found[1]), int(found[2])
    try:
        date(2000, month % 40, day - 40 if day > 40 else day)
    except ValueError:
        return False
    return True
