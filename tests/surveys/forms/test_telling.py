"""What a moderator is shown of a text before it is published: numbers and names that may tell who somebody is."""

import pytest

from surveys.forms.telling import marks


def found(text: str, known: str = "") -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in marks(text, known)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Fnr 01019012345 står her", "01019012345"),
        ("Fnr 010190 12345.", "010190 12345"),
        ("Tallet 99999999999 er kanskje et nummer", "99999999999"),
        ("Ring 912 34 567 eller", "912 34 567"),
        ("Skriv til kari@example.no nå", "kari@example.no"),
    ],
)
def test_a_number_or_address_is_marked_whether_or_not_it_is_valid(text: str, told: str) -> None:
    assert found(text) == [("number", told)]


@pytest.mark.parametrize("text", ["Det koster 12 500 000 000 kroner", "Tom.", "Gnr 12 bnr 345, sak 26/1234"])
def test_amounts_and_cases_are_not_marked(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Naboen Per Hansen er imot", "Per Hansen"),
        ("Hilsen Kari", "Kari"),
        ("Jeg snakket med Anne-Marie O'Brien i går", "Anne-Marie O'Brien"),
        ("Ludvig van Beethoven bodde her", "Ludvig van Beethoven"),
        ("Spør K. Nordmann", "K. Nordmann"),
        ("Min nabo Ola klager", "Ola"),
        ("Fru Ødegård eier tomten", "Ødegård"),
        ("Vi eier den. Åse Lund vet det", "Åse Lund"),
    ],
)
def test_a_likely_name_is_marked(text: str, name: str) -> None:
    assert found(text) == [("name", name)]


@pytest.mark.parametrize(
    "text",
    [
        "Torvet trenger trær. Badeparken også.",
        "Nedre Torggata og Storgata 5 i Sandefjord Kommune",
        "Det Norske lag i Vestfold",
        "",
    ],
)
def test_places_and_beginnings_of_sentences_are_not(text: str) -> None:
    assert found(text) == []


def test_the_name_that_stands_over_the_text_is_known_already() -> None:
    assert found("Hilsen Kari Nordmann", "Kari Nordmann") == []
    assert found("Hilsen Kari og Ola Nordmann", "Kari Nordmann") == [("name", "Ola Nordmann")]


def test_a_mark_counts_characters_and_not_bytes() -> None:
    text = "😀 Hilsen Per"
    assert found(text) == [("name", "Per")]
