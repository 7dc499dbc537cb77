"""What residents of the demo municipality answer: thrown, for each question, as its survey says."""

import math
import random
from collections.abc import Mapping
from typing import Any

from surveys.forms.conditions import Chosen, holds
from surveys.forms.document import SurveyDocument
from surveys.forms.types import Question, Words
from surveys.forms.types.map import MapAsked
from surveys.forms.types.matrix import Matrix
from surveys.forms.types.multiple import Multiple
from surveys.forms.types.number import NumberAsked
from surveys.forms.types.ranking import Ranking
from surveys.forms.types.scale import Scale
from surveys.forms.types.text import TextAsked

_SPREAD_M = 220
_DEGREE_M = 111_320.0


def thrown(
    document: SurveyDocument, likely: Mapping[str, Any], dice: random.Random, number: int | None = None
) -> dict[str, object]:
    """The answers of the resident of that number to the questions that they come to; without one, none in words."""
    found: dict[str, object] = {}
    chosen: dict[str, Chosen] = {}
    for question in document.questions:
        if isinstance(question, Words) or question.key not in likely:
            continue
        if question.show_if is not None and not holds(question.show_if, chosen):
            continue
        answer = _answer(question, likely[question.key], dice, number)
        if answer is not None:
            found[question.key] = answer
            if not isinstance(question, MapAsked | Matrix | TextAsked):
                chosen[question.key] = question.chosen(answer)
    return found


def _answer(question: Question, likely: Mapping[str, Any], dice: random.Random, number: int | None) -> object:
    if not question.required and dice.random() > likely.get("share", 1.0):  # type: ignore[union-attr]  # no Words come here
        return None
    match question:
        case Multiple():
            most = question.max or len(question.options)
            return _several(likely, dice.randint(1, min(2, most)), dice)
        case Ranking():
            return _several(likely, question.top or len(question.options), dice)
        case Scale() | NumberAsked():
            return int(_one(likely, dice))
        case TextAsked():
            return None if number is None else _said(likely, number)
        case MapAsked():
            return _place(question, likely["near"], dice)
        case Matrix():
            return {row.key: _one(likely[row.key], dice) for row in question.rows if dice.random() < 0.9} or None
        case _:
            return _one(likely, dice)


def _said(likely: Mapping[str, Any], number: int) -> str | None:
    """What every so manieth writes, each their own."""
    place, left = divmod(number, likely["every"])
    return likely["said"][place] if left == 0 and place < len(likely["said"]) else None


def _one(likely: Mapping[str, Any], dice: random.Random) -> str:
    weights = {key: weight for key, weight in likely.items() if key != "share"}
    return dice.choices(list(weights), list(weights.values()))[0]


def _several(likely: Mapping[str, Any], how_many: int, dice: random.Random) -> list[str]:
    left = dict(likely)
    found: list[str] = []
    while len(found) < how_many:
        found.append(_one(left, dice))
        del left[found[-1]]
    return found


def _place(question: MapAsked, near: list[list[float]], dice: random.Random) -> dict[str, object]:
    def point() -> list[float]:
        lon, lat, _ = dice.choices(near, [weight for *_, weight in near])[0]
        east, north = dice.gauss(0, _SPREAD_M), dice.gauss(0, _SPREAD_M)
        return [lon + east / (_DEGREE_M * math.cos(math.radians(lat))), lat + north / _DEGREE_M]

    if question.geometry == "points":
        return {"type": "MultiPoint", "coordinates": [point() for _ in range(dice.choice((1, 1, 2, 3)))]}
    return {"type": "Point", "coordinates": point()}
