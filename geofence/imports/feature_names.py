"""What a feature of a file is called: found among its properties, in the languages it is given in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from base.findings import Finding, finding
from base.localized import pick
from base.text import is_visible, one_line
from geofence.engine.geometry import GeometryRefused

LONGEST: Final = 200
MOST_LANGUAGES: Final = 20
_FIRST: Final = ("name", "navn", "namn", "namma")
_LAST: Final = ("kommunenavn", "kommunenamn", "fylkesnavn", "fylkesnamn", "countryname", "landnavn")
"""What a zone lies in rather than what it is."""
_OF_SOMETHING_ELSE: Final = ("filename", "layername", "username", "typename", "fieldname", "tablename")
_TAGS: Final = {
    "nor": "nb",
    "nob": "nb",
    "nno": "nn",
    "sme": "se",
    "eng": "en",
    "swe": "sv",
    "dan": "da",
    "fin": "fi",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "pol": "pl",
    "ukr": "uk",
    "rus": "ru",
    "spa": "es",
    "ara": "ar",
    "som": "so",
    "no": "nb",
    "bokmål": "nb",
    "nynorsk": "nn",
    "norsk": "nb",
    "nordsamisk": "se",
}
"""Languages by what files call them (ISO 639-2, 639-3), as BCP 47 says them."""
_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_LANGUAGE_KEYS: Final = (
    "sprak",
    "språk",
    "spraak",
    "language",
    "lang",
    "languagecode",
    "sprakkode",
    "språkkode",
    "locale",
)
_TEXT_KEYS: Final = ("navn", "name", "namn", "tekst", "text", "value", "verdi", "skrivemate", "skrivemåte")


def name_of(
    properties: Mapping[str, Any], languages: Sequence[str], chosen: str | None, notes: list[Finding]
) -> dict[str, str]:
    """The name in the municipality's first language, and in the others it is given in.

    `chosen` is the property that holds it; without one it is `name` or `navn`, else another that ends so, whatever the
    case of its letters. Raises GeometryRefused with the properties that are there; a name that is cut gets a note.
    """
    for key in _candidates(properties, chosen):
        if texts := _texts(properties[key], languages[0]):
            judged = {tag: _judged(text, f"/properties/{key[:40]}") for tag, text in texts.items()}
            if any(len(text) > LONGEST for text in judged.values()):
                notes.append(finding("", "the name is longer than {most} letters: cut", most=LONGEST))
            short = {tag: text[:LONGEST].rstrip() for tag, text in judged.items()}
            return short if languages[0] in short else {languages[0]: pick(short, languages)[0], **short}
    here = ", ".join(_shown(key) for key in list(properties)[:20])
    if chosen is not None:
        raise GeometryRefused(
            "there is no name in {property}; the properties here are: {here}",
            "/properties",
            property=_shown(chosen),
            here=here or "-",
        )
    raise GeometryRefused(
        "a zone needs a name; say which property holds it (name=…). The properties here are: {here}",
        "/properties/name",
        here=here or "-",
    )


def property_named(properties: Mapping[str, Any], chosen: str) -> str | None:
    """The property that is meant: as it is spelt, else whatever the case of its letters."""
    if chosen in properties:
        return chosen
    return next((key for key in properties if key.casefold() == chosen.casefold()), None)


def _candidates(properties: Mapping[str, Any], chosen: str | None) -> list[str]:
    if chosen is not None:
        key = property_named(properties, chosen)
        return [] if key is None else [key]

    def rank(key: str) -> int | None:
        low = key.casefold()
        if low in _FIRST:
            return _FIRST.index(low)
        if low.endswith(_LAST):
            return 200 + next(i for i, last in enumerate(_LAST) if low.endswith(last))
        if low.endswith(_FIRST) and low not in _OF_SOMETHING_ELSE:
            return 100
        return 300 if low in ("title", "tittel") else None

    ranked = [(rank(key), place, key) for place, key in enumerate(properties)]
    return [key for _, _, key in sorted(one for one in ranked if one[0] is not None)]


def _texts(given: object, first: str) -> dict[str, str]:
    """The texts by language; the name alone is in the first language. Empty where there is none."""
    if isinstance(given, str | int | float) and not isinstance(given, bool):
        text = _plain(given)
        return {first: text} if is_visible(text) else {}
    by_language: dict[str, str] = {}
    for tag, text in _pairs(given, first):
        if is_visible(text) and len(by_language) < MOST_LANGUAGES:
            by_language.setdefault(tag, text)
    return by_language


def _plain(given: str | float) -> str:
    return str(int(given) if isinstance(given, float) and given.is_integer() else given).strip()


def _pairs(given: object, first: str) -> Iterator[tuple[str, str]]:
    if isinstance(given, Mapping):
        lowered = {str(key).casefold(): value for key, value in given.items()}
        text = next((lowered[key] for key in _TEXT_KEYS if isinstance(lowered.get(key), str)), None)
        if text is not None:
            said = next((lowered[key] for key in _LANGUAGE_KEYS if isinstance(lowered.get(key), str)), None)
            yield (first if said is None else _tag(said) or first), text.strip()
            return
        for key, value in given.items():
            if isinstance(value, str) and (tag := _tag(str(key))) is not None:
                yield tag, value.strip()
    elif isinstance(given, list):
        for one in given[:50]:
            if isinstance(one, str):
                yield first, one.strip()
            elif isinstance(one, Mapping):
                yield from _pairs(one, first)


def _tag(said: str) -> str | None:
    low = said.strip().casefold()
    tag = _TAGS.get(low) or said.strip().replace("_", "-")
    head, _, rest = tag.partition("-")
    tag = head.casefold() + ("-" + rest if rest else "")
    tag = _TAGS.get(head.casefold(), tag)
    return tag if _TAG.fullmatch(tag) and len(tag) <= 16 else None


def _judged(text: str, pointer: str) -> str:
    """A line of text; line breaks and tabs become spaces."""
    try:
        return one_line(" ".join(re.split(r"[\n\r\t\u2028\u2029]+", text)))
    except ValueError:
        raise GeometryRefused("the name has characters that are not text", pointer) from None


def _shown(key: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in key[:40])
