"""All that is published of a survey, taken together, gives no small group away."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.counting.structure import structure_of
from insights.counting.tabulation import tabulate
from insights.disclosure_control.suppression import Issued, Published, TooFewNew, suppress
from tests.insights.asked import KNOTTED, Given, all_kinds_of_people, asked, options, survey
from tests.insights.disclosure_control.attacker import Attacker

K = 5
KINDS = all_kinds_of_people(KNOTTED)
EXAMPLES = 400 if os.environ.get("MEDVIRK_PROVE") == "1" else 25
crowds = st.tuples(*[st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 25))] * len(KINDS)).map(list)

Says = Callable[[Given], bool]


def statements(content: dict[str, Any]) -> Iterator[tuple[Says, int]]:
    """What a release says: of whom it tells how many there are."""
    yield _anybody, content["answers"]
    for question in content["questions"]:
        yield from _of_question(question, _anybody)
    for by, table in content["breakdowns"].items():
        for question in table["questions"]:
            for group in question["groups"]:
                yield from _of_question({**question, **group}, _answering(by, group["value"], _anybody))


def _anybody(_: Given) -> bool:
    return True


def _answering(key: str, value: str, among: Says) -> Says:
    return lambda person: among(person) and value in _as_list(person.get(key))


def _otherwise(key: str, value: str, among: Says, person: Given) -> bool:
    return among(person) and key in person and value not in _as_list(person[key])


def _speaking(key: str, among: Says, person: Given) -> bool:
    return among(person) and key in person


def _silent(key: str, among: Says, person: Given) -> bool:
    return among(person) and key not in person


def _of_question(table: dict[str, Any], among: Says) -> Iterator[tuple[Says, int]]:
    key = table["key"]
    if table["answered"] is not None:
        yield partial(_speaking, key, among), table["answered"]
    for cell in table["cells"]:
        if cell["count"] is not None:
            assert cell["count"] >= K
            yield _answering(key, cell["value"], among), cell["count"]


def _as_list(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def groups() -> Iterator[Says]:
    """Those whom somebody could be curious about: who answered so, or not so, in all and among an age."""
    for key, value in [("age", "young"), ("use", "daily"), ("like", "trees"), ("like", "benches"), ("why", "far")]:
        for among in (_anybody, _answering("age", "young", _anybody), _answering("age", "old", _anybody)):
            yield _answering(key, value, among)
            yield partial(_otherwise, key, value, among)
            yield partial(_silent, key, among)


def released(*crowds: list[int]) -> list[tuple[dict[str, Any], list[int]]]:
    """The releases that come out when one crowd after the other answers; and how many of each kind had come."""
    structure, issued, out = structure_of(KNOTTED), list[Issued](), []
    come = [0] * len(KINDS)
    for crowd in crowds:
        come = [a + b for a, b in zip(come, crowd, strict=True)]
        people = [kind for kind, number in zip(KINDS, come, strict=True) for _ in range(number)]
        try:
            published, remembered = suppress(structure, tabulate(structure, people), K, issued)
        except TooFewNew:
            continue
        issued.append(remembered)
        out.append((dict(published.content), come))
    return out


@settings(max_examples=EXAMPLES, deadline=None)
@given(crowds.filter(lambda crowd: sum(crowd) >= K), st.one_of(st.none(), crowds))
def test_nobody_is_found_by_comparing_questions_groups_and_releases(first: list[int], second: list[int] | None) -> None:
    releases = released(first, second) if second is not None else released(first)
    waves: list[list[int]] = []
    equations = []
    for number, (content, come) in enumerate(releases):
        before = releases[number - 1][1] if number else [0] * len(KINDS)
        waves.append([a - b for a, b in zip(come, before, strict=True)])
        for says, value in statements(content):
            inside = [place for place, kind in enumerate(KINDS) if says(kind)]
            form = {wave * len(KINDS) + place: 1 for wave in range(number + 1) for place in inside}
            equations.append((form, value))
    reader = Attacker(len(waves) * len(KINDS), equations)
    for number, wave in enumerate(waves):
        for about in groups():
            here = [place for place, kind in enumerate(KINDS) if about(kind)]
            size = sum(wave[place] for place in here)
            found = reader.works_out(number * len(KINDS) + place for place in here)
            assert found is None or found == size
            # That nobody at all is in a group can be known where the questionnaire says so, or nobody new came.
            assert found is None or not 0 < found < K


def table_of(content: dict[str, Any], key: str) -> dict[str, int | None]:
    return {cell["value"]: cell["count"] for q in content["questions"] if q["key"] == key for cell in q["cells"]}


def going(**ways: int) -> list[Given]:
    return [{"way": way} for way, number in ways.items() for _ in range(number)]


def test_a_small_cell_and_one_beside_it_stay_listed_without_a_number() -> None:
    structure = structure_of(survey(asked("way", "single", options=options("walk", "bus", "car", "boat"))))
    published, _ = suppress(structure, tabulate(structure, going(walk=40, bus=20, car=30, boat=2)), K)
    question = published.content["questions"][0]
    assert question["answered"] == 92
    assert [(c["value"], c["count"], c["suppressed"]) for c in question["cells"]] == [
        ("walk", 40, False),
        ("bus", None, True),
        ("car", 30, False),
        ("boat", None, True),
    ]
    assert question["cells"][0]["share"] == round(40 / 92, 4)


def test_of_several_choices_one_that_nearly_everybody_made_is_left_out_too() -> None:
    structure = structure_of(survey(asked("wish", "multiple", options=options("trees", "benches", "fountain"))))
    people = [{"wish": ["trees", "benches"] if n % 2 else ["trees"]} for n in range(48)] + [{"wish": ["fountain"]}] * 2
    published, _ = suppress(structure, tabulate(structure, people), K)
    assert table_of(dict(published.content), "wish") == {"trees": None, "benches": 24, "fountain": None}


def test_how_many_did_not_answer_is_hidden_when_they_are_few() -> None:
    structure = structure_of(survey(asked("way", "single", options=options("walk", "bus"), required=False)))
    people = [*going(walk=30, bus=20), {}, {}]
    published, _ = suppress(structure, tabulate(structure, people), K)
    question = published.content["questions"][0]
    assert question["answered"] is None
    assert table_of(dict(published.content), "way") == {"walk": 30, "bus": None}


def test_a_later_release_waits_for_k_new_answers() -> None:
    structure = structure_of(survey(asked("way", "single", options=options("walk", "bus"))))
    people = going(walk=30, bus=20)
    _, issued = suppress(structure, tabulate(structure, people), K)
    with pytest.raises(TooFewNew):
        suppress(structure, tabulate(structure, people + going(bus=4)), K, [issued])


def test_a_cell_that_few_new_answers_changed_is_left_out_of_the_later_release() -> None:
    structure = structure_of(survey(asked("way", "single", options=options("walk", "bus", "car"))))
    people = going(walk=20, bus=20, car=20)
    first, issued = suppress(structure, tabulate(structure, people), K)
    assert table_of(dict(first.content), "way") == {"walk": 20, "bus": 20, "car": 20}
    more = people + going(walk=10, bus=2, car=7)
    later, _ = suppress(structure, tabulate(structure, more), K, [issued])
    assert table_of(dict(later.content), "way") == {"walk": 30, "bus": None, "car": None}


def test_a_group_that_is_of_one_mind_is_not_shown_by_itself() -> None:
    structure = structure_of(
        survey(
            asked("age", "single", options=options("young", "old"), breakdown=True),
            asked("way", "single", options=options("walk", "bus")),
        )
    )
    people = [{"age": "young", "way": "bus"}] * 30 + [{"age": "old", "way": "bus"}] * 20
    people += [{"age": "old", "way": "walk"}] * 20
    published, _ = suppress(structure, tabulate(structure, people), K)
    (question,) = published.content["breakdowns"]["age"]["questions"]
    young = next(group for group in question["groups"] if group["value"] == "young")
    assert [cell["count"] for cell in young["cells"]] == [None, None]


def test_a_breakdown_waits_until_there_are_k_answers_for_each_of_its_cells() -> None:
    structure = structure_of(
        survey(
            asked("age", "single", options=options("young", "old"), breakdown=True),
            asked("way", "single", options=options("walk", "bus")),
        )
    )

    def shown(times: int) -> set[int | None]:
        people = [{"age": age, "way": way} for age in ("young", "old") for way in ("walk", "bus") for _ in range(times)]
        published, _ = suppress(structure, tabulate(structure, people), K)
        (question,) = published.content["breakdowns"]["age"]["questions"]
        return {cell["count"] for group in question["groups"] for cell in group["cells"]}

    assert shown(4) == {None}
    assert shown(6) == {6}


def test_mean_and_median_are_told_only_where_every_cell_is() -> None:
    structure = structure_of(survey(asked("grade", "scale", min=1, max=3)))
    few = [{"grade": 1}] * 20 + [{"grade": 2}] * 3 + [{"grade": 3}] * 20
    question = suppress(structure, tabulate(structure, few), K)[0].content["questions"][0]
    assert (question["mean"], question["median"]) == (None, None)
    many = [{"grade": 1}] * 20 + [{"grade": 2}] * 30 + [{"grade": 3}] * 10
    question = suppress(structure, tabulate(structure, many), K)[0].content["questions"][0]
    assert (question["mean"], question["median"]) == (1.83, 2)


def test_only_suppression_makes_a_published_table() -> None:
    with pytest.raises(TypeError):
        Published({"answers": 3})  # type: ignore[call-arg]  # that mypy refuses it too is the point
    structure = structure_of(survey(asked("way", "single", options=options("walk", "bus"))))
    published, _ = suppress(structure, tabulate(structure, going(walk=9, bus=9)), K)
    with pytest.raises(ValueError, match="seal"):
        replace(published, content={"answers": 3})  # type: ignore[call-arg]  # that mypy refuses it too is the point
    with pytest.raises(TypeError):
        replace(published, content={"answers": 3}, seal=object())
