"""What tells who somebody is does not stay in free text, and what does not stays."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.forms.redaction import redacted

LABELLED = Path(__file__).parent.parent.parent / "data" / "free_text.txt"
_LABEL = re.compile(r"\[(id|tel|keep):([^\]]*)\]")
_SPACES = str.maketrans({"~": "\u00a0", "^": "\u2009", "_": "\u202f"})


def sentences() -> dict[str, list[str]]:
    """The labelled sentences by language, with the spaces that they stand for."""
    found: dict[str, list[str]] = {}
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found[line[3:]] = []
        elif line and not line.startswith("#"):
            found[list(found)[-1]].append(line.translate(_SPACES))
    return found


def test_of_three_hundred_sentences_what_tells_who_somebody_is_goes_and_what_does_not_stays() -> None:
    told, kept, left, lost = 0, 0, [], []
    for language, written in sentences().items():
        assert len(written) == 60, language
        for sentence in written:
            plain = _LABEL.sub(lambda label: label[2], sentence)
            after = redacted(plain)
            for kind, number in _LABEL.findall(sentence):
                if kind == "keep":
                    kept += 1
                    lost += [] if number in after else [(language, plain, after)]
                else:
                    told += 1
                    parts = [part for part in re.findall(r"\d+", number) if len(part) > 1] or [number]
                    blots = after.count("[•••]") >= len(re.findall(r"\[(?:id|tel):", sentence))
                    gone = blots and not any(part in after for part in parts if part not in _innocent(sentence))
                    left += [] if gone else [(language, plain, after)]
    print(f"gone {told - len(left)} of {told}, kept {kept - len(lost)} of {kept}")
    assert told >= 200
    assert kept >= 100
    assert len(left) <= 0.02 * told, left
    assert len(lost) <= 0.02 * kept, lost


def _innocent(sentence: str) -> str:
    return " ".join(number for kind, number in _LABEL.findall(sentence) if kind == "keep")


@pytest.mark.parametrize(
    "told",
    [
        *("01019012345", "010190 12345", "410190-12345", "014190 12345", "018190 12345", "01.01.70 12345"),
        *("kari@kommune.no", "k.n+x@a-b.co.uk", "91234567", "912 34 567", "22 33 44 55", "+47 91 23 45 67"),
        *("0047 91234567", "412 34 567", "412.34.567", "+48 601 234 567", "+380 67 123 45 67", "010170\u00a012345"),
        *("(+47) 412 34 567", "412\u201134\u2011567", "+47\u00a0412\u00a034\u00a0567", "4\u200b1234567", "٤١٢٣٤٥٦٧"),
        *("41-23-45-67", "+1 202-555-0143", "+49 (0) 30 901820", "010170–12345"),
    ],
)
def test_what_tells_who_somebody_is_goes(told: str) -> None:
    assert redacted(told) == "[•••]"
    assert redacted(f"Ring {told}, da.") == "Ring [•••], da."
    assert redacted(f"tlf.{told}") == "tlf.[•••]" or "@" in told


@pytest.mark.parametrize(
    "kept",
    [
        *("Storgata 12, 3210 Sandefjord", "990190 12345", "1 000 000 kr", "sak 26/12345", "2026-12-15", "a @ b", "E18"),
        *("kl. 21.30-22.30", "22.11.2026", "25 000 000", "kr 91 234 567", "planid 39070101", "2024–2036", "59.1312"),
        *("2023 2024", "gnr. 43 bnr. 12", "12,500,000", "1999-2014", "20261215"),
    ],
)
def test_what_does_not_stays(kept: str) -> None:
    assert redacted(kept) == kept


@given(st.text(max_size=200) | st.text("0123456789 +-@.ab()/", max_size=60))
def test_it_never_stumbles_never_grows_much_and_is_done_once(text: str) -> None:
    once = redacted(text)
    assert len(once) <= len(text)
    assert redacted(once) == once
