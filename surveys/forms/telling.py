"""Where a text may tell who somebody is: marked for whoever decides whether it is published. A guess, in both ways."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from surveys.forms.redaction import BLOT, numbers

_ELEVEN: Final = re.compile(r"(?<![\d.,-])\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{5}(?!\d)")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_INITIAL: Final = re.compile(r"[^\W\d_]")
_PARTICLES: Final = re.compile(r"af|al|bin|da|de|der|di|du|el|la|ter|van|von")
_NO_NAME: Final = re.compile(
    r"alle|at|bare|da|dear|den|deres|dere|det|dette|din|disse|eg|eit?|ein|en|er|et|etter|for|fordi|fra|før|frå|gode?|"
    r"hallo|hello|her|hi|hva|hvem|hver|hvis|hvor|hvorfor|i|ikke|ingen|ja|jeg|jf|korleis|kva|kvifor|kvar|kven|man|me|med|"
    r"men|mine?|mitt|my|no|noen|når|nei|og|om|på|please|ring|se|sjå|snakk|som|spør|så|takk|the|til|this|vi|vår|våre|we|"
    r"when|who|why|yes|indre|ytre|nedre|øvre|nord|sør|vest|øst|nye?|gamle|norges|norske?|statens|sankt|store|lille",
    re.IGNORECASE,
)
"""Words that begin a sentence, a letter or the name of a place, and no person's name."""
_PLACE: Final = re.compile(
    r"(?:gate|gata|gaten|veien|vegen|plassen|torg|torget|park|parken|skole|skolen|skule|skulen|kirke|kirken|kyrkje|"
    r"kyrkja|brygge|brygga|havn|havna|hamna|fylke|fylket|kommune|kommunen|verket|vesen|vesenet|foreningen|forening|"
    r"laget|lag|senter|senteret|sentrum|banen|fjorden|elva|avis|stiftelsen|direktoratet|tilsynet)$",
    re.IGNORECASE,
)
_CALLED: Final = (
    r"(?:hilsen|helsing|mvh|regards|heter|heiter|named|navn|namn|fru|frk|herr|hr|mr|mrs|ms|dr|kjære|hei|familien|"
    r"nabo\w*|grann\w*|sønn\w*|son|datter\w*|dotter\w*|mann\w*|kone\w*|kona|bror\w*|søster\w*|far|mor|lærer\w*|lærar\w*|"
    r"rektor\w*|ordfører\w*|ordførar\w*|rådmann\w*|saksbehandler\w*|legen|presten)"
)
_CUE: Final = re.compile(rf"\b{_CALLED}[.:,]?\s(?:(?:min|mi|mitt|fra|frå|er|vår|til)\s)?$", re.IGNORECASE)
_CALLS: Final = re.compile(_CALLED, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """From which character of a text to which it may tell of somebody: by a number or address, or by a name."""

    start: int
    end: int
    kind: Literal["number", "name"]


def marks(text: str, known: str = "") -> list[Mark]:
    """What to look at before the text is published, in its order. Names made of `known` words are known anyway.

    Numbers are those that comments lose (`redaction`), and any eleven digits, whether or not they can be an identity
    number: a mistyped one names its owner too.
    """
    found = [Mark(start, end, "number") for start, end in numbers(text)]
    for eleven in _ELEVEN.finditer(text):
        if not any(one.start < eleven.end() and eleven.start() < one.end for one in found):
            found.append(Mark(eleven.start(), eleven.end(), "number"))
    given = {word.casefold() for word in _WORD.findall(known)}
    found += [Mark(start, end, "name") for start, end in _names(text, given)]
    return sorted(found, key=lambda one: one.start)


def blotted(text: str) -> str:
    """The text without the numbers and addresses that `marks` finds."""
    for one in reversed(marks(text)):
        if one.kind == "number":
            text = text[: one.start] + BLOT + text[one.end :]
    return text


def _names(text: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    for run in _runs(text):
        while run and any(no.fullmatch(run[0][0]) for no in (_CALLS, _NO_NAME, _PARTICLES)):
            run = run[1:]
        while run and _PARTICLES.fullmatch(run[-1][0]):
            run = run[:-1]
        words = [word for word, _ in run]
        if not run or any(_PLACE.search(word) for word in words) or {word.casefold() for word in words} <= set(known):
            continue
        start, (last, at) = run[0][1], run[-1]
        if len(run) > 1 or _CUE.search(text[max(0, start - 40) : start]):
            yield start, at + len(last)


def _runs(text: str) -> Iterator[list[tuple[str, int]]]:
    """Capitalised words that stand one after another, with particles and initials between them, and where each is."""
    run: list[tuple[str, int]] = []
    for found in _WORD.finditer(text):
        word, at = found[0], found.start()
        if run and not re.fullmatch(r"[ \u00a0]|\. ", _gap(text, run[-1], at)):
            yield run
            run = []
        if _is_capitalised(word) or (run and _PARTICLES.fullmatch(word)):
            run.append((word, at))
        else:
            yield run
            run = []
    yield run


def _gap(text: str, before: tuple[str, int], at: int) -> str:
    """What stands between two words; a point after an initial does not end a name."""
    gap = text[before[1] + len(before[0]) : at]
    return "|" if gap == ". " and not _INITIAL.fullmatch(before[0]) else gap


def _is_capitalised(word: str) -> bool:
    return all(part[:1].isupper() and part[1:] == part[1:].lower() for part in re.split(r"['’-]", word) if part)
