"""The registry of question types."""

from inspect import isabstract
from typing import Literal

from surveys.forms.types import ANSWERABLE
from surveys.forms.types.question import BaseQuestion


class Slider(BaseQuestion):
    """A type that is only begun."""

    type: Literal["slider"]


def test_a_type_that_does_not_say_everything_is_seen_when_the_program_starts() -> None:
    assert isabstract(Slider)
    assert not any(isabstract(kind) for kind in ANSWERABLE)
