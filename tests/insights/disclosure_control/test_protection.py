"""No small group is found in a table, however its margins are added, subtracted and compared."""

from itertools import chain, combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insights.disclosure_control.equations import Offer, System
from insights.disclosure_control.protection import protect
from tests.insights.disclosure_control.attacker import Attacker

K = 5


def with_all_margins(shape: tuple[int, ...], sizes: list[int]) -> System:
    """A table of which every cell and every margin could be published, and the total is known."""
    places = list(product(*map(range, shape)))
    offers = []
    for chosen in product(*((None, *range(length)) for length in shape)):
        inside = [
            number
            for number, place in enumerate(places)
            if all(want is None or want == have for want, have in zip(chosen, place, strict=True))
        ]
        offers.append(Offer(dict.fromkeys(inside, 1)))
    total = dict.fromkeys(range(len(places)), 1)
    return System(sizes, frozenset(n for n, size in enumerate(sizes) if size < K), [total], offers)


def reader_of(system: System, published: frozenset[int]) -> Attacker:
    forms = [*system.known, *(system.offers[number].sum for number in published)]
    return Attacker(len(system.values), [(form, system.value(form)) for form in forms])


def groups(atoms: int) -> chain[tuple[int, ...]]:
    return chain.from_iterable(combinations(range(atoms), size) for size in range(1, atoms + 1))


def tables(shape: tuple[int, ...]) -> st.SearchStrategy[tuple[tuple[int, ...], list[int]]]:
    length = 1
    for side in shape:
        length *= side
    sizes = st.lists(st.one_of(st.integers(0, 7), st.integers(0, 60)), min_size=length, max_size=length)
    return sizes.filter(lambda found: sum(found) >= K).map(lambda found: (shape, found))


@settings(max_examples=150, deadline=None)
@given(st.one_of(tables((3,)), tables((6,)), tables((2, 3)), tables((3, 3)), tables((2, 2, 2))))
def test_no_group_smaller_than_k_is_worked_out_from_a_table(table: tuple[tuple[int, ...], list[int]]) -> None:
    system = with_all_margins(*table)
    reader = reader_of(system, protect(system, K))
    for group in groups(len(system.values)):
        found = reader.works_out(group)
        assert found is None or found >= K


@settings(max_examples=100, deadline=None)
@given(st.one_of(tables((5,)), tables((3, 4)), tables((2, 3, 2))))
def test_a_hidden_cell_could_always_be_k_or_more_and_lies_in_a_wide_range(
    table: tuple[tuple[int, ...], list[int]],
) -> None:
    system = with_all_margins(*table)
    bounds = reader_of(system, protect(system, K)).bounds()
    for atom in system.watched:
        low, high = bounds[atom]
        assert high is None or (high >= K and high - low >= K)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=4, max_size=4).filter(lambda sizes: K <= sum(sizes) <= 14))
def test_trying_every_table_there_could_be_tells_no_more(sizes: list[int]) -> None:
    system = with_all_margins((2, 2), sizes)
    possible = list(reader_of(system, protect(system, K)).tables(sum(sizes)))
    for group in groups(4):
        found = {sum(table[atom] for atom in group) for table in possible}
        assert len(found) > 1 or found.pop() >= K


def test_one_small_cell_takes_the_smallest_other_with_it() -> None:
    system = with_all_margins((4,), [3, 20, 40, 30])
    shown = {tuple(system.offers[number].sum) for number in protect(system, K)}
    assert shown == {(0, 1, 2, 3), (2,), (3,)}


def test_a_table_without_small_cells_is_published_whole() -> None:
    system = with_all_margins((3, 3), [10, 20, 30, 11, 21, 31, 12, 22, 32])
    assert len(protect(system, K)) == len(system.offers)


def test_two_small_cells_that_make_less_than_k_together_are_not_left_as_a_pair() -> None:
    system = with_all_margins((4,), [1, 2, 30, 40])
    shown = {tuple(system.offers[number].sum) for number in protect(system, K)}
    assert shown == {(0, 1, 2, 3), (3,)}


def test_an_empty_cell_is_a_small_one() -> None:
    system = with_all_margins((3,), [0, 25, 30])
    assert {tuple(system.offers[number].sum) for number in protect(system, K)} == {(0, 1, 2), (2,)}


def test_where_looking_takes_too_long_later_stages_are_given_up_and_all_is_safe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = with_all_margins((3, 3), [1, 2, 30, 4, 21, 31, 12, 3, 32])
    late = [Offer(offer.sum, int(len(offer.sum) == 1), offer.key) for offer in system.offers]
    system = System(system.values, system.watched, system.known, late)
    assert any(late[number].stage for number in protect(system, K))
    monkeypatch.setattr("insights.disclosure_control.protection.MOST_EFFORT", 0)
    published = protect(system, K)
    assert not any(late[number].stage for number in published)
    assert published
    reader = reader_of(system, published)
    assert all(
        low == 0 and (high is None or high >= K) for low, high in map(reader.bounds().__getitem__, system.watched)
    )


@pytest.mark.parametrize("k", [3, 5, 10])
def test_a_table_of_twenty_by_six_by_five_is_protected_in_seconds(k: int) -> None:
    sizes = [(7 * n * n + 3 * n) % 61 if n % 3 else n % 7 for n in range(600)]
    system = with_all_margins((20, 6, 5), sizes)
    system = System(sizes, frozenset(n for n, size in enumerate(sizes) if size < k), system.known, system.offers)
    published = protect(system, k)
    assert len(published) > 150
    assert all(system.value(system.offers[number].sum) >= k for number in published)
