"""The registry of question types: one module each, listed here once."""

from inspect import isabstract
from typing import Annotated, Final, get_args

from pydantic import Field

from surveys.forms.types.date import DateAsked
from surveys.forms.types.heading import Words
from surveys.forms.types.image_choice import ImageChoice
from surveys.forms.types.map import MapAsked
from surveys.forms.types.matrix import Matrix
from surveys.forms.types.multiple import Multiple
from surveys.forms.types.number import NumberAsked
from surveys.forms.types.question import BaseQuestion
from surveys.forms.types.ranking import Ranking
from surveys.forms.types.scale import Scale
from surveys.forms.types.single import Single
from surveys.forms.types.text import TextAsked

Answerable = Single | Multiple | Scale | NumberAsked | TextAsked | DateAsked | Ranking | Matrix | MapAsked | ImageChoice
Question = Annotated[Answerable | Words, Field(discriminator="type")]

ANSWERABLE: Final[tuple[type[BaseQuestion], ...]] = get_args(Answerable)
"""Every type that is answered."""
if unfinished := [kind.__name__ for kind in ANSWERABLE if isabstract(kind)]:
    raise TypeError(f"question types that do not say all that one says: {', '.join(unfinished)}")


def names_of(kind: type[BaseQuestion] | type[Words]) -> tuple[str, ...]:
    """What a type is called in documents; the first is the usual name."""
    return get_args(kind.model_fields["type"].annotation)


ANSWERABLE_BY_NAME: Final[dict[str, type[BaseQuestion]]] = {
    name: kind for kind in ANSWERABLE for name in names_of(kind)
}
BY_NAME: Final[dict[str, type[BaseQuestion] | type[Words]]] = {
    **ANSWERABLE_BY_NAME,
    **dict.fromkeys(names_of(Words), Words),
}
"""The class of each type by its name in documents."""

DRAWN: Final = (
    "single",
    "multiple",
    "scale",
    "rating",
    "ranking",
    "matrix",
    "number",
    "date",
    "text",
    "map",
    "image_choice",
    "section",
    "info",
)
"""The types that pages draw (`console/static/app/question-types/<type>.js`), in the order in which staff are offered
them. Not all of them can residents answer on these pages yet: those whose module says no `field`.
"""

__all__ = [
    "ANSWERABLE",
    "ANSWERABLE_BY_NAME",
    "BY_NAME",
    "DRAWN",
    "Answerable",
    "DateAsked",
    "ImageChoice",
    "MapAsked",
    "Matrix",
    "Multiple",
    "NumberAsked",
    "Question",
    "Ranking",
    "Scale",
    "Single",
    "TextAsked",
    "Words",
    "names_of",
]
