"""What people paste is text; what hides or harms is not, and the answer says where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text import is_visible, one_line, prose, visible

_PASTED = (
    "Det koster 12\u00a0000 kroner",  # no-break space, from a word processor
    "10\u202f000",  # narrow no-break space
    "Kommunedel\u00adplanen",  # soft hyphen
    "Bra \U0001f468\u200d\U0001f469\u200d\U0001f467",  # a family, joined
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",  # a flag, spelled by tags
    "می\u200cخواهم",  # Persian needs the non-joiner
    "שלום\u200f 5",  # a right-to-left mark
    "क्\u200dष",
    "\ufefftekst",  # a byte order mark that came along
    "\ue000",  # private use
    "\U0001fae9",  # an emoji younger than this Python's tables
    "\u202a+47 912 34 567\u202c",  # a telephone's contact list
    "\u2068navn\u2069",
    "Áŋŋá č đ š ŧ ž",
    "Łódź, Київ, Ærøskøbing",
    "a\u2009b\u3000c",
)


@pytest.mark.parametrize("pasted", _PASTED)
def test_what_people_paste_is_text_and_stays_as_it_was(pasted: str) -> None:
    assert prose(pasted) == pasted
    assert one_line(pasted) == pasted
    assert is_visible(pasted)


@pytest.mark.parametrize(
    "sign",
    [
        "\x00",
        "\x07",
        "\x0b",
        "\x1b",
        "\x7f",
        "\x80",
        "\x85",
        "\u202e",
        "\u202d",
        "\ud800",
        "\ufdd0",
        "\uffff",
        "\U0001fffe",
    ],
)
def test_what_is_not_text_is_refused_with_its_place(sign: str) -> None:
    with pytest.raises(ValueError, match=f"character 4 is U\\+{ord(sign):04X}"):
        prose(f"abc{sign}d")
    with pytest.raises(ValueError, match="character 4"):
        one_line(f"abc{sign}d")


@pytest.mark.parametrize("sign", ["\n", "\r", "\t", "\u2028", "\u2029"])
def test_lines_and_tabs_are_prose_and_not_one_line(sign: str) -> None:
    assert prose(f"a{sign}b") == f"a{sign}b"
    with pytest.raises(ValueError, match="one line"):
        one_line(f"a{sign}b")


def test_a_direction_that_is_left_open_is_taken_out() -> None:
    assert prose("a\u202bb\nc\u202cd") == "ab\ncd"
    assert prose("\u2067a\u202bb\u2069") == "ab"
    assert prose("\u2067a\u202bb\u202c\u2069\u2069") == "\u2067a\u202bb\u202c\u2069"


@pytest.mark.parametrize("nothing", ["", " ", "\u00a0\u200b", "\u2060\u00ad", "\u3164"])
def test_what_nobody_can_see_is_no_text(nothing: str) -> None:
    with pytest.raises(ValueError, match="nothing to read"):
        visible(nothing)


@given(st.text())
def test_what_was_taken_is_taken_again_as_it_is(text: str) -> None:
    try:
        once = prose(text)
    except ValueError:
        return
    assert prose(once) == once
