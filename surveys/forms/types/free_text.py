"""What residents write in their own words, in any question."""

from base.text import is_visible, prose
from surveys.forms.complaints import Unfitting

OTHER_LENGTH = 500
"""How many characters another option and a comment on a place can have."""


def checked_text(given: object, longest: int, at: str = "") -> str:
    """Text that can be kept, as it was written. Raises Unfitting."""
    if not isinstance(given, str):
        raise Unfitting("text", at)
    if len(given) > longest:
        raise Unfitting("too_long", at, max=longest)
    try:
        text = prose(given).strip()
    except ValueError:
        raise Unfitting("letters", at) from None
    return text if is_visible(text) else ""
