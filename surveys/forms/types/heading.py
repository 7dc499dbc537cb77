"""`section`, a heading that begins a page, and `info`, something to read: not answered."""

from collections.abc import Mapping
from typing import Any, Literal

from base.localized import Localized
from surveys.forms.conditions import Condition
from surveys.forms.types.question import FormPart, Key


class Words(FormPart):
    """A heading that begins a page (`section`), or something to read (`info`); not answered."""

    type: Literal["section", "info"]
    key: Key
    label: Localized
    help: Localized | None = None
    show_if: Condition | None = None

    @classmethod
    def seconds_of(cls, stored: Mapping[str, Any]) -> int:
        """How many seconds it takes beside reading its texts."""
        return 3 if stored["type"] == "section" else 8
