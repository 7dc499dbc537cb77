"""Where a text may tell who somebody is, for whoever decides whether it is published."""

from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel

from surveys.forms.telling import marks


class MarkShown(BaseModel, title="Mark"):
    """From which character (code point) of a text to which it may tell who somebody is; a guess."""

    start: int
    end: int
    kind: Literal["number", "name"]


def marked(text: str, known: str = "") -> list[MarkShown]:
    """What to look at before the text is published; names made of `known` words are known anyway."""
    return [MarkShown(**asdict(one)) for one in marks(text, known)]
