"""What tells who somebody is does not stay in free text, and what does not stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.forms.redaction import redacted


@pytest.mark.parametrize(
    "told",
    ["01019012345", "010190 12345", "410190-12345", "014190 12345", "018190 12345", "kari@kommune.no",
     "k.n+x@a-b.co.uk", "91234567", "912 34 567", "22 33 44 55", "+47 91 23 45 67", "0047 91234567"],
)  # fmt: skip
def test_what_tells_who_somebody_is_goes(told: str) -> None:
    assert redacted(told) == "[•••]"
    assert redacted(f"Ring {told}, da.") == "Ring [•••], da."


@pytest.mark.parametrize(
    "kept",
    ["Storgata 12, 3210 Sandefjord", "990190 12345", "1 000 000 kr", "sak 26/12345", "2026-12-15", "a @ b", "E18"],
)  # fmt: skip
def test_what_does_not_stays(kept: str) -> None:
    assert redacted(kept) == kept


@given(st.text(max_size=200) | st.text("0123456789 +-@.ab", max_size=60))
def test_it_never_stumbles_never_grows_and_is_done_once(text: str) -> None:
    once = redacted(text)
    assert len(once) <= len(text)
    assert redacted(once) == once
