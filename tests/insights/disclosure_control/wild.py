"""Questionnaires as odd as they can be, and people who answer them; the same for the same seed."""

from collections.abc import Iterator
from random import Random
from typing import Any

from surveys.forms.document import SurveyDocument, misplaced
from tests.insights.asked import Given, asked, options

DAYS = [("2026-01-01", "2026-04-30"), ("2026-03-10", "2026-05-20"), ("2019-01-01", "2026-12-31")]
FAMILIES = (
    "number",
    "date",
    "ranking",
    "any of one single",
    "exclusive",
    "scale in bands",
    "matrix",
    "several",
    "nested",
    "wild",
    "wild",
    "wild",
)


def questionnaire(seed: int, breakdowns: int, family: str | None = None) -> SurveyDocument:
    """A random questionnaire with this many breakdowns."""
    for attempt in range(1000):
        random = Random(f"{seed} {breakdowns} {family} {attempt}")
        questions = [*_breakdowns(random, breakdowns), *_asked(random, family or random.choice(FAMILIES), breakdowns)]
        document = SurveyDocument.model_validate(
            {"title": {"nb": "?"}, "languages": ["nb"], "smallest_group": 5, "questions": questions}
        )
        if not misplaced(document):
            return document
    raise AssertionError("no questionnaire came out")


def _breakdowns(random: Random, number: int) -> Iterator[dict[str, Any]]:
    for place in range(number):
        sizes = (2, 3) if number > 1 else (2, 3, 4)
        keys = [f"{'def'[place]}{n}" for n in range(random.choice(sizes))]
        yield asked("def"[place], "single", options=options(*keys), breakdown=True, required=random.random() < 0.8)


def _asked(random: Random, family: str, breakdowns: int) -> list[dict[str, Any]]:
    several = family in ("several", "nested", "wild")
    first = {
        "number": _number,
        "date": _date,
        "ranking": _ranking,
        "any of one single": _single,
        "exclusive": _multiple,
        "scale in bands": _scale,
        "matrix": _matrix,
    }
    made = [first[family](random, "a")] if family in first else []
    while len(made) < (random.choice((2, 3)) if several else 1):
        made.append(random.choice(list(first.values()))(random, "abc"[len(made)]))
    if breakdowns and random.random() < 0.3:
        made = made[:1]
    out: list[dict[str, Any]] = []
    for question in made:
        if out and family in ("nested", "wild") and random.random() < 0.5:
            question["show_if"] = _condition(random, out, 2)
        out.append(question)
    known = [*out]
    for place in range(random.choice((1, 1, 2)) if family == "wild" else 1):
        last = _single(random, "xy"[place]) if random.random() < 0.7 else _any(random, "xy"[place])
        last["show_if"] = _condition(random, known, 1 if family in first else 3)
        last["required"] = random.random() < 0.75
        out.append(last)
        if random.random() < 0.4:
            known.append(last)
    return out


def _any(random: Random, key: str) -> dict[str, Any]:
    return random.choice((_number, _multiple, _scale, _text, _ranking, _matrix, _date))(random, key)


def _required(random: Random) -> bool:
    return random.random() < 0.65


def _single(random: Random, key: str) -> dict[str, Any]:
    keys = [f"{key}{n}" for n in range(random.choice((2, 3, 4)))]
    return asked(key, "single", options=options(*keys), required=_required(random))


def _multiple(random: Random, key: str) -> dict[str, Any]:
    chosen = options(*(f"{key}{n}" for n in range(random.choice((2, 3, 4)))))
    alone = random.choice((0, 0, 1, 1, 2)) if len(chosen) > 2 else 0
    for option in chosen[:alone]:
        option["exclusive"] = True
    more: dict[str, Any] = {}
    if random.random() < 0.4:
        more["min"] = random.randint(1, len(chosen) - alone)
    if random.random() < 0.5:
        more["max"] = random.randint(more.get("min", 1), len(chosen))
    return asked(key, "multiple", options=chosen, required=_required(random), **more)


def _scale(random: Random, key: str) -> dict[str, Any]:
    low, high = random.choice(((1, 3), (0, 4), (0, 30), (1, 25), (0, 100)))
    return asked(key, "scale", min=low, max=high, required=_required(random))


def _number(random: Random, key: str) -> dict[str, Any]:
    more = random.choice(
        (
            {},
            {"min": 0},
            {"min": 0, "max": 8, "integer": True},
            {"min": 0, "max": 90, "integer": True},
            {"min": 0, "max": 12.5},
            {"integer": True},
            {"max": 20},
        )
    )
    return asked(key, "number", required=_required(random), **more)


def _date(random: Random, key: str) -> dict[str, Any]:
    bounds = random.choice((*DAYS, None))
    more = {} if bounds is None else {"min": bounds[0], "max": bounds[1]}
    return asked(key, "date", required=_required(random), **more)


def _ranking(random: Random, key: str) -> dict[str, Any]:
    keys = [f"{key}{n}" for n in range(random.choice((2, 3, 4)))]
    more = {} if random.random() < 0.3 else {"top": random.randint(1, len(keys))}
    return asked(key, "ranking", options=options(*keys), required=_required(random), **more)


def _matrix(random: Random, key: str) -> dict[str, Any]:
    rows, columns = options(*(f"{key}r{n}" for n in range(random.choice((1, 2))))), options(f"{key}p", f"{key}q")
    return asked(key, "matrix", rows=rows, columns=columns, required=_required(random))


def _text(random: Random, key: str) -> dict[str, Any]:
    return asked(key, "text", required=_required(random))


def _condition(random: Random, earlier: list[dict[str, Any]], deep: int) -> dict[str, Any]:
    shape = random.random()
    if deep and shape < 0.45:
        parts = [_condition(random, earlier, deep - 1) for _ in range(random.choice((1, 2, 2, 3)))]
        return {random.choice(("any", "all")): parts}
    if deep and shape < 0.55:
        return {"not": _condition(random, earlier, deep - 1)}
    return _leaf(random, random.choice(earlier))


def _leaf(random: Random, question: dict[str, Any]) -> dict[str, Any]:
    key, kind = question["key"], question["type"]
    if kind in ("matrix", "text") or random.random() < 0.08:
        return {"question": key, "answered": random.random() < 0.8}
    if "options" in question:
        keys = [option["key"] for option in question["options"]]
        operator = random.choice(("is", "is_not", "any_of", "any_of", "none_of"))
        some = random.sample(keys, random.randint(1, max(1, len(keys) - 1)))
        return {"question": key, operator: some if operator.endswith("_of") else some[0]}
    value: Any
    if kind == "date":
        low, high = question.get("min", "2026-01-01"), question.get("max", "2026-06-30")
        value = random.choice((low, high, f"{low[:4]}-02-10", f"{high[:4]}-{high[5:7]}-01", f"{high[:4]}-04-15"))
    else:
        low, high = question.get("min", -3), question.get("max", 40)
        value = random.choice((low, low + 1, (low + high) // 2, high, 2, 7))
    operator = random.choice(("at_least", "at_least", "at_most", "is", "is_not", "any_of"))
    return {"question": key, operator: [value] if operator == "any_of" else value}


def crowd(seed: int, ways: list[Given], size: int) -> list[Given]:
    """People who answer in some of these ways, many in few of them."""
    random = Random(f"crowd {seed}")
    rare = random.choice((0.6, 1.0, 1.6, 2.5))
    weights = [random.paretovariate(rare) * (random.random() < 0.9) + 1e-9 for _ in ways]
    return random.choices(ways, weights, k=size)
