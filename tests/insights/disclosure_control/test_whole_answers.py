"""Random questionnaires, and a reader of their releases who reasons about whole people: no small group is found."""

import os
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest

from insights.counting.structure import structure_of
from insights.counting.tabulation import tabulate
from insights.disclosure_control.protection import CannotProtect
from insights.disclosure_control.release_content import content_of
from insights.disclosure_control.suppression import Issued, TooFewNew, suppress
from surveys.forms.document import SurveyDocument
from tests.insights.asked import Given, asked, options, survey
from tests.insights.disclosure_control.reader import Reader, suspects, ways_to_answer
from tests.insights.disclosure_control.wild import crowd, questionnaire

K = 5
MOST_WAYS = {0: 1500, 1: 800, 2: 500, 3: 500}
"""How many ways to answer a questionnaire may have, by its breakdowns, to be attacked."""
PROVE = os.environ.get("MEDVIRK_PROVE") == "1"
Content = dict[str, Any]
Release = Callable[[SurveyDocument, Sequence[Sequence[Given]]], list[tuple[Content, int]]]
"""Makes the releases of a survey from the answers that had come; each with the number of the crowd it was made from."""


def released(document: SurveyDocument, come: Sequence[Sequence[Given]]) -> list[tuple[Content, int]]:
    structure, issued, out = structure_of(document), list[Issued](), []
    for number, people in enumerate(come):
        try:
            published, remembered = suppress(structure, tabulate(structure, people), K, issued)
        except (TooFewNew, CannotProtect):
            continue
        issued.append(remembered)
        out.append((dict(published.content), number))
    return out


def cells_of(document: SurveyDocument) -> dict[str, list[str]]:
    """What a release lists under each question, whoever answered."""
    structure = structure_of(document)
    content = content_of(structure, tabulate(structure, []), K, {})
    return {one["key"]: list(dict.fromkeys(cell["value"] for cell in one["cells"])) for one in content["questions"]}


def found(
    document: SurveyDocument, seed: int, sizes: Sequence[int], release: Release = released
) -> tuple[list[str], int] | None:
    """The small groups that a reader narrows down, and how many there are; None where there are too many ways."""
    stored: dict[str, Any] = document.stored()
    cells = cells_of(document)
    ways = ways_to_answer(stored, cells, MOST_WAYS[sum(q.get("breakdown", False) for q in stored["questions"])])
    if ways is None or len(ways) < 2:
        return None
    people = crowd(seed, ways, sizes[-1])
    releases = release(document, [people[:size] for size in sizes])
    if not releases:
        return [], 0
    place = {id(way): number for number, way in enumerate(ways)}
    truth, before = [], 0
    for _, number in releases:
        wave = [0] * len(ways)
        for person in people[before : sizes[number]]:
            wave[place[id(person)]] += 1
        truth.append(wave)
        before = sizes[number]
    return Reader(stored, ways, [content for content, _ in releases]).finds(truth, suspects(stored, cells), K)


def judged(name: str, breakdowns: int, cases: int, waves: int, first: int = 0) -> None:
    """Attack this many questionnaires, and tell what came of it."""
    tried = groups = 0
    narrowed: list[str] = []
    for seed in range(first, first + 2 * cases):
        if tried == cases:
            break
        random = Random(seed)
        size = random.choice((60, 120, 250, 500, 900) if breakdowns else (30, 60, 60, 120, 250))
        sizes = [size] if waves == 1 else [int(size * 0.55), size][:waves]
        come = found(questionnaire(seed, breakdowns), seed, sizes)
        if come is not None:
            tried, groups = tried + 1, groups + come[1]
            narrowed += [f"{seed}: {one}" for one in come[0]]
    print(f"{name}: {len(narrowed)} of {groups} small groups found, in {tried} questionnaires")
    assert tried == cases
    assert not narrowed


def test_no_condition_tells_more_than_a_release_allows_for() -> None:
    judged("conditions", 0, 700 if PROVE else 40, 1)


def test_one_breakdown_and_conditions_tell_no_more_together() -> None:
    judged("one breakdown", 1, 100 if PROVE else 8, 1, first=10_000)


def test_two_breakdowns_tell_no_more_together() -> None:
    judged("two breakdowns", 2, 210 if PROVE else 5, 1, first=20_000)


def test_three_breakdowns_tell_no_more_together() -> None:
    judged("three breakdowns", 3, 12 if PROVE else 2, 1, first=30_000)


def test_releases_in_time_tell_no_more_together() -> None:
    judged("two releases", 0, 150 if PROVE else 10, 2, first=40_000)
    judged("two releases with a breakdown", 1, 40 if PROVE else 3, 2, first=50_000)


def as_if_everybody_were_asked(document: SurveyDocument, come: Sequence[Sequence[Given]]) -> list[tuple[Content, int]]:
    """Protection that does not know the conditions."""
    blind = [
        question.model_copy(update={"show_if": None, "required": False}) if question.show_if is not None else question
        for question in document.questions
    ]
    return released(document.model_copy(update={"questions": blind}), come)


def each_breakdown_by_itself(document: SurveyDocument, come: Sequence[Sequence[Given]]) -> list[tuple[Content, int]]:
    """Protection of one breakdown that does not know of the other."""
    tables: dict[str, Any] = {}
    for key in "de":
        alone = [
            question.model_copy(update={"breakdown": question.key == key}) if question.key in "de" else question
            for question in document.questions
        ]
        ((content, number),) = released(document.model_copy(update={"questions": alone}), come)
        tables |= content["breakdowns"]
    return [({**content, "breakdowns": tables}, number)]


def test_the_reader_finds_small_groups_where_conditions_are_not_looked_at() -> None:
    document = survey(
        asked("s", "single", options=options("a", "b", "c", "d")),
        asked("q", "single", options=options("t", "u"), show_if={"question": "s", "any_of": ["b", "c"]}),
    )
    assert any(leaks(document, seed, [60], as_if_everybody_were_asked) for seed in range(60))
    assert not any(leaks(document, seed, [60], released) for seed in range(60))


def leaks(document: SurveyDocument, seed: int, sizes: Sequence[int], release: Release) -> bool:
    come = found(document, seed, sizes, release)
    return come is not None and bool(come[0])


def test_the_reader_finds_small_groups_where_breakdowns_do_not_know_of_each_other() -> None:
    document = survey(
        asked("d", "single", options=options("d0", "d1", "d2"), breakdown=True),
        asked("e", "single", options=options("e0", "e1", "e2"), breakdown=True),
        asked("q", "single", options=options("q0", "q1")),
    )
    assert any(leaks(document, seed, [120], each_breakdown_by_itself) for seed in range(60))
    assert not any(leaks(document, seed, [120], released) for seed in range(20))


@pytest.mark.parametrize(
    ("condition", "hidden"),
    [
        ({"any": [{"question": "s", "is": "b"}, {"question": "s", "is": "c"}]}, "b"),
        ({"not": {"question": "s", "any_of": ["a", "d"]}}, "b"),
        ({"question": "s", "none_of": ["a", "d"]}, "b"),
    ],
)
def test_a_condition_on_two_options_does_not_give_the_smaller_one_away(condition: Content, hidden: str) -> None:
    document = survey(
        asked("s", "single", options=options("a", "b", "c", "d")),
        asked("q", "single", options=options("t", "u"), show_if=condition),
    )
    people: list[dict[str, Any]] = [{"s": "c", "q": "tu"[n % 2]} for n in range(43)] + [{"s": "b", "q": "t"}] * 3
    people += [{"s": "a"}] * 14
    ((content, _),) = released(document, [people])
    s, q = content["questions"]
    counts = {cell["value"]: cell["count"] for cell in s["cells"]}
    assert counts[hidden] is None
    assert q["answered"] is None or counts["c"] is None


def test_who_was_shown_a_question_and_skipped_it_is_not_known_where_they_are_few() -> None:
    document = survey(
        asked("s", "single", options=options("a", "b")),
        asked("q", "single", options=options("t", "u"), required=False, show_if={"question": "s", "is": "a"}),
    )
    people: list[dict[str, Any]] = (
        [{"s": "a", "q": "tu"[n % 2]} for n in range(23)] + [{"s": "a"}] * 2 + [{"s": "b"}] * 20
    )
    ((content, _),) = released(document, [people])
    s, q = content["questions"]
    assert q["answered"] is None or s["cells"][0]["count"] is None


def test_two_breakdowns_by_each_other_show_the_same_numbers_both_ways() -> None:
    document = survey(
        asked("d", "single", options=options("d0", "d1"), breakdown=True),
        asked("e", "single", options=options("e0", "e1"), breakdown=True),
    )
    people: list[dict[str, Any]] = [{"d": f"d{n % 2}", "e": f"e{n % 3 % 2}"} for n in range(90)]
    ((content, _),) = released(document, [people])
    (one,), (other,) = (content["breakdowns"][key]["questions"] for key in "de")
    by_d = {(g["value"], c["value"]): c["count"] for g in one["groups"] for c in g["cells"]}
    by_e = {(c["value"], g["value"]): c["count"] for g in other["groups"] for c in g["cells"]}
    assert by_d == by_e
    assert None not in by_d.values()


def test_a_mean_is_left_out_where_a_condition_parts_a_band() -> None:
    def mean(at_least: int) -> object:
        document = survey(
            asked("n", "number", min=0, max=40, integer=True),
            asked("q", "text", show_if={"question": "n", "at_least": at_least}),
        )
        people: list[dict[str, Any]] = [
            {"n": n, **({"q": ""} if n >= at_least else {})} for n in range(41) for _ in range(6)
        ]
        ((content, _),) = released(document, [people])
        assert content["questions"][0]["median"] is not None
        return content["questions"][0]["mean"]

    assert mean(20) == 20.0
    assert mean(18) is None
