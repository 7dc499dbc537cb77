"""What is said when an answer does not fit its question, in the language of whoever answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from base.errors import FieldError
from base.localized import pick

_WORDS: Mapping[str, Mapping[str, str]] = {
    "unknown": {
        "nb": "Undersøkelsen har ikke dette spørsmålet.",
        "nn": "Undersøkinga har ikkje dette spørsmålet.",
        "en": "The survey does not have this question.",
    },
    "hidden": {
        "nb": "Dette spørsmålet vises ikke med svarene som er gitt, og kan ikke besvares.",
        "nn": "Dette spørsmålet blir ikkje vist med svara som er gitt, og kan ikkje svarast på.",
        "en": "This question is not shown with the answers given, and cannot be answered.",
    },
    "required": {
        "nb": "Dette spørsmålet må besvares.",
        "nn": "Dette spørsmålet må svarast på.",
        "en": "This question needs an answer.",
    },
    "option": {
        "nb": "Velg blant alternativene.",
        "nn": "Vel blant alternativa.",
        "en": "Choose among the options.",
    },
    "options": {
        "nb": "Svar med en liste av alternativer, hvert av dem én gang.",
        "nn": "Svar med ei liste av alternativ, kvart av dei éin gong.",
        "en": "Answer with a list of options, each of them once.",
    },
    "exclusive": {
        "nb": "Ett av alternativene kan bare velges alene.",
        "nn": "Eitt av alternativa kan berre veljast åleine.",
        "en": "One of the options can only be chosen alone.",
    },
    "too_few": {"nb": "Velg minst {min}.", "nn": "Vel minst {min}.", "en": "Choose at least {min}."},
    "too_many": {"nb": "Velg høyst {max}.", "nn": "Vel høgst {max}.", "en": "Choose at most {max}."},
    "ranked": {
        "nb": "Sett {min} alternativer i rekkefølge.",
        "nn": "Set {min} alternativ i rekkjefølgje.",
        "en": "Put {min} options in order.",
    },
    "whole": {"nb": "Svar med et helt tall.", "nn": "Svar med eit heilt tal.", "en": "Answer with a whole number."},
    "number": {"nb": "Svar med et tall.", "nn": "Svar med eit tal.", "en": "Answer with a number."},
    "below": {"nb": "Svaret kan ikke være under {min}.", "nn": "Svaret kan ikkje vere under {min}.",
              "en": "The answer cannot be below {min}."},
    "above": {"nb": "Svaret kan ikke være over {max}.", "nn": "Svaret kan ikkje vere over {max}.",
              "en": "The answer cannot be above {max}."},
    "text": {"nb": "Svar med tekst.", "nn": "Svar med tekst.", "en": "Answer with text."},
    "letters": {
        "nb": "Teksten har tegn som ikke kan lagres.",
        "nn": "Teksten har teikn som ikkje kan lagrast.",
        "en": "The text has characters that cannot be kept.",
    },
    "too_long": {"nb": "Teksten kan ha høyst {max} tegn.", "nn": "Teksten kan ha høgst {max} teikn.",
                 "en": "The text can have at most {max} characters."},
    "date": {"nb": "Svar med en dato, slik: 2026-12-15.", "nn": "Svar med ein dato, slik: 2026-12-15.",
             "en": "Answer with a date, like 2026-12-15."},
    "matrix": {
        "nb": "Svar med en kolonne for hver rad.",
        "nn": "Svar med ei kolonne for kvar rad.",
        "en": "Answer with a column for each row.",
    },
    "rows": {"nb": "Hver rad må besvares.", "nn": "Kvar rad må svarast på.", "en": "Every row needs an answer."},
    "geometry": {
        "nb": "Svar med et sted i kartet (GeoJSON {kind}, lengdegrad og breddegrad).",
        "nn": "Svar med ein stad i kartet (GeoJSON {kind}, lengdegrad og breiddegrad).",
        "en": "Answer with a place on the map (GeoJSON {kind}, longitude and latitude).",
    },
    "too_small": {
        "nb": "Stedet er mindre enn det kartet kan vise; det må være større enn {min} meter.",
        "nn": "Staden er mindre enn det kartet kan vise; han må vere større enn {min} meter.",
        "en": "The place is smaller than the map can show; it must be larger than {min} metres.",
    },
    "elsewhere": {
        "nb": "Stedet ligger for langt utenfor kommunen.",
        "nn": "Staden ligg for langt utanfor kommunen.",
        "en": "The place lies too far outside the municipality.",
    },
    "swapped": {
        "nb": "Stedet ligger ikke i kommunen: lengdegrad og breddegrad er byttet om. Lengdegraden kommer først.",
        "nn": "Staden ligg ikkje i kommunen: lengdegrad og breiddegrad er bytte om. Lengdegraden kjem først.",
        "en": "The place is not in the municipality: longitude and latitude are swapped. Longitude comes first.",
    },
    "comment": {
        "nb": "Dette spørsmålet tar ikke imot kommentar, eller kommentaren er ikke tekst.",
        "nn": "Dette spørsmålet tek ikkje imot kommentar, eller kommentaren er ikkje tekst.",
        "en": "This question takes no comment, or the comment is not text.",
    },
}  # fmt: skip

LANGUAGES = ("nb", "nn", "en")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with one answer; `limits` fill the sentence and never hold what was answered."""

    pointer: str
    about: str
    limits: tuple[tuple[str, object], ...] = ()

    def said(self, languages: Sequence[str]) -> FieldError:
        """In the first of the languages that we speak, else in English."""
        words, _ = pick(_WORDS[self.about], [*languages, "en"])
        return FieldError(self.pointer, words.format(**dict(self.limits)))


class Unfitting(Exception):
    """An answer does not fit; carries what to complain about."""

    def __init__(self, about: str, at: str = "", **limits: object) -> None:
        super().__init__(about)
        self.about = about
        self.at = at
        self.limits = tuple(limits.items())
