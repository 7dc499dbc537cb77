"""Surveys and answers that hypothesis makes up."""

from typing import Any

from hypothesis import strategies as st

from surveys.forms.document import SurveyDocument

Doc = dict[str, Any]
LABEL = {"nb": "Hva?", "en": "What?"}


def label() -> dict[str, str]:
    return dict(LABEL)


def options(draw: st.DrawFn, least: int = 2, flags: bool = False) -> list[Doc]:
    count = draw(st.integers(least, 5))
    made: list[Doc] = [{"key": f"o{n}", "label": label()} for n in range(count)]
    if flags and draw(st.booleans()):
        made[-1]["other"] = True
    if flags and count > 2 and draw(st.booleans()):
        made[0]["exclusive"] = True
    return made


@st.composite
def a_question(draw: st.DrawFn, key: str) -> Doc:
    kind = draw(
        st.sampled_from(
            [
                "single",
                "multiple",
                "scale",
                "rating",
                "number",
                "text",
                "date",
                "ranking",
                "matrix",
                "map",
                "image_choice",
            ]
        )
    )
    made: Doc = {"key": key, "type": kind, "label": label(), "required": draw(st.booleans())}
    match kind:
        case "single":
            made["options"] = options(draw, flags=True)
        case "multiple":
            made["options"] = options(draw, 3, flags=True)
            if draw(st.booleans()):
                made["min"] = draw(st.integers(0, 2))
                made["max"] = draw(st.integers(2, 4))
        case "image_choice":
            made["options"] = [{**o, "image": "/i.png"} for o in options(draw)]
        case "scale" | "rating":
            made["min"] = draw(st.integers(-2, 2))
            made["max"] = made["min"] + draw(st.integers(1, 9))
        case "number":
            made["integer"] = draw(st.booleans())
            if draw(st.booleans()):
                made["min"], made["max"] = draw(st.integers(-5, 0)), draw(st.integers(0, 100))
        case "text":
            made["max_length"] = draw(st.integers(1, 20))
        case "date":
            if draw(st.booleans()):
                made["min"], made["max"] = "2026-01-01", "2026-12-31"
        case "ranking":
            made["options"] = options(draw)
            if draw(st.booleans()):
                made["top"] = draw(st.integers(1, 2))
        case "matrix":
            made["rows"] = [{"key": f"r{n}", "label": label()} for n in range(draw(st.integers(1, 3)))]
            made["columns"] = [{"key": f"c{n}", "label": label()} for n in range(draw(st.integers(2, 3)))]
        case _:
            made["geometry"] = draw(st.sampled_from(["point", "points", "line", "area"]))
            made["snap_m"] = draw(st.sampled_from([50, 100, 500]))
            made["comment"] = draw(st.booleans())
    return made


def leaf(draw: st.DrawFn, about: Doc) -> Doc:
    kind, key = about["type"], about["key"]
    operators = ["answered"]
    value: Any = None
    if kind in ("single", "multiple", "ranking", "image_choice"):
        operators += ["is", "is_not", "any_of", "none_of"]
        value = draw(st.sampled_from([o["key"] for o in about["options"]]))
    elif kind in ("scale", "rating", "number"):
        operators += ["is", "is_not", "any_of", "none_of", "at_least", "at_most"]
        value = draw(st.integers(-3, 12))
    elif kind == "date":
        operators += ["is", "is_not", "at_least", "at_most"]
        value = draw(st.sampled_from(["2026-01-01", "2026-05-17", "2027-01-01"]))
    operator = draw(st.sampled_from(operators))
    if operator == "answered":
        return {"question": key, "answered": draw(st.booleans())}
    return {"question": key, operator: [value] if operator.endswith("_of") else value}


def condition(draw: st.DrawFn, earlier: list[Doc], depth: int = 2) -> Doc:
    kind = draw(st.sampled_from(["leaf", "leaf", "leaf", "all", "any", "not"])) if depth else "leaf"
    if kind == "leaf":
        return leaf(draw, draw(st.sampled_from(earlier)))
    if kind == "not":
        return {"not": condition(draw, earlier, depth - 1)}
    return {kind: [condition(draw, earlier, depth - 1) for _ in range(draw(st.integers(1, 3)))]}


@st.composite
def a_survey(draw: st.DrawFn) -> Doc:
    questions: list[Doc] = []
    for place in range(draw(st.integers(1, 6))):
        made = draw(a_question(f"q{place}"))
        conditional: bool = draw(st.booleans())
        if questions and conditional:
            made["show_if"] = condition(draw, questions)
        questions.append(made)
    return {"title": label(), "languages": ["nb", "en"], "questions": questions}


near = st.builds(
    lambda e, n: [round(10.2 + e / 100, 5), round(59.1 + n / 100, 5)], st.integers(0, 20), st.integers(0, 20)
)


def an_answer(draw: st.DrawFn, question: Doc) -> Any:
    """Mostly right, often nearly so."""
    keys = [o["key"] for o in question.get("options", [])] + ["nosuch"]
    other = st.builds(lambda words: {"other": words}, st.text(max_size=4))
    match question["type"]:
        case "single" | "image_choice":
            return draw(st.sampled_from(keys) | other)
        case "multiple" | "ranking":
            return draw(
                st.permutations(keys[:-1]).flatmap(lambda o: st.integers(0, 4).map(lambda n: list(o)[:n]))
                | st.lists(st.sampled_from(keys) | other, max_size=4)
            )
        case "scale" | "rating":
            return draw(st.integers(-4, 14) | st.floats(0, 9) | st.booleans())
        case "number":
            return draw(st.integers(-9, 120) | st.floats() | st.just(True) | st.just(10**400))
        case "text":
            return draw(st.text(max_size=25) | st.text(st.characters(max_codepoint=140), max_size=5))
        case "date":
            return draw(
                st.dates().map(str) | st.sampled_from(["2026-02-30", "2026-05-17", "17.05.2026", "２０２６-01-01"])
            )
        case "matrix":
            rows = [r["key"] for r in question["rows"]] + (["r9"] if draw(st.booleans()) else [])
            return {row: draw(st.sampled_from(["c0", "c1", "c2"])) for row in rows if draw(st.integers(0, 5))}
    shape = draw(st.sampled_from([question["geometry"]] * 4 + ["point"]))
    return a_place(draw, shape, question["comment"])


def a_place(draw: st.DrawFn, shape: str, comment: bool) -> Any:
    points = draw(st.lists(near, min_size=1, max_size=5))
    made: Doc = {
        "point": {"type": "Point", "coordinates": points[0]},
        "points": {"type": "MultiPoint", "coordinates": points},
        "line": {"type": "LineString", "coordinates": points},
        "area": {"type": "Polygon", "coordinates": [[*points, points[0]]]},
    }[shape]
    if comment and draw(st.booleans()):
        return {"geometry": made, "comment": draw(st.text(max_size=5) | st.none())}
    return made


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "other", "geometry", "r0", "x"]), inside, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def a_survey_and_answers(draw: st.DrawFn) -> tuple[Doc, SurveyDocument, dict[str, Any]]:
    survey = draw(a_survey())
    answers: dict[str, Any] = {}
    for question in survey["questions"]:
        luck = draw(st.integers(0, 9))
        if luck < 7:
            answers[question["key"]] = an_answer(draw, question)
        elif luck == 9:
            answers[question["key"]] = draw(junk)
    if draw(st.integers(0, 9)) == 9:
        answers["stranger"] = draw(junk)
    document = SurveyDocument.model_validate(survey)
    return document.stored(), document, answers
