"""Deciding which numbers of a table may be published, so that none of the others follows from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insights.disclosure_control.equations import LinkedSums, Offer, Sum, System, components, settle
from insights.disclosure_control.linear_span import LinearSpan
from insights.disclosure_control.witness_tables import CLOSE, WitnessTables


class CannotProtect(Exception):
    """What is known already gives a small group away, whatever else is withheld."""


def protect(system: System, k: int) -> frozenset[int]:
    """Choose the offers that can be published; returns their indices.

    First greedily: in each stage larger numbers first, each published unless a watched atom would follow from it and
    all those before by adding and subtracting. Then audited: every watched atom must have witness tables that
    make it at least k and its range at least k wide; where one lacks them, the least informative neighbour is
    withdrawn and the audit starts again.

    k: the smallest group that may be shown. Raises CannotProtect when withdrawing everything does not help.
    """
    published = _greedy(system, k)
    safe: set[int] = set()
    effort = _Effort()
    while remedies := _remedies(system, published, k, safe, effort):
        published -= remedies
    return frozenset(published)


MOST_EFFORT = 10**10
"""How many numbers of simplex tables are looked at, at most, before the later stages are given up: about a minute."""


@dataclass(slots=True)
class _Effort:
    spent: int = 0


def _greedy(system: System, k: int) -> set[int]:
    published: set[int] = set()
    for stage in sorted({offer.stage for offer in system.offers}):
        offered = [
            number
            for number, offer in enumerate(system.offers)
            if offer.stage == stage and system.value(offer.sum) >= k
        ]
        given, fixed = settle(_forms(system, published), system.values)
        wanted = {number: _without(system.offers[number].sum, fixed) for number in offered}
        for part in components([*given, *wanted.values()]):
            published |= _greedy_part(system, part, given, wanted, k)
        published |= {number for number, form in wanted.items() if not form}
    return published


def _greedy_part(system: System, part: LinkedSums, given: Sequence[Sum], wanted: dict[int, Sum], k: int) -> set[int]:
    atoms = set(part.atoms)
    span = LinearSpan(part.atoms, system.watched, system.values, k)
    for form in given:
        if not atoms.isdisjoint(form):
            span.admit(form, anyway=True)
    mine = [number for number, form in wanted.items() if not atoms.isdisjoint(form)]
    mine.sort(key=lambda number: (-system.value(system.offers[number].sum), number))
    return {number for number in mine if span.admit(wanted[number])}


def _remedies(system: System, published: set[int], k: int, safe: set[int], effort: _Effort) -> set[int]:
    """Published numbers to withdraw, so that watched atoms that a reader could narrow down too far get room; empty
    where all have it.

    `safe` collects those that have their witnesses: publishing less never takes a witness away. Where looking for them
    has taken too much `effort`, all of the later stages.
    """
    later = {number for number in published if system.offers[number].stage}
    whole = _forms(system, published)
    forms, fixed = settle(whole, system.values)
    remedies = {_neighbour(system, published, atom) for atom in sorted(fixed & system.watched - safe)[:1]}
    for part in components(forms):
        doubtful = [atom for atom in part.atoms if atom in system.watched and atom not in safe]
        if not doubtful:
            continue
        witnesses = WitnessTables(part.atoms, part.forms, system.values)
        held: list[tuple[int, dict[int, float]]] = []
        for atom in doubtful:
            arrived = witnesses.widen(atom, k)
            effort.spent += witnesses.spent
            if later and effort.spent > MOST_EFFORT:
                return later
            if arrived:
                safe.add(atom)
            else:
                held.append((atom, witnesses.holders(atom)))
        for atom, holders in held:
            certificate = [(whole[part.places[place]], weight) for place, weight in holders.items()]
            loose = _loosening(system, published, certificate, fixed)
            remedies.add(_neighbour(system, published, atom) if loose is None else loose)
    return remedies


def _loosening(
    system: System, published: set[int], certificate: Sequence[tuple[Sum, float]], fixed: set[int]
) -> int | None:
    """The smallest published number that the bound on an atom rests on; None where it rests on none.

    The certificate's sums, weighted and added, bound the atom. A published cell in them gives them more room when it
    is withdrawn; where there is none, one of the sums themselves must go.
    """
    bound: dict[int, float] = {}
    for form, weight in certificate:
        for atom, coefficient in form.items():
            bound[atom] = bound.get(atom, 0.0) + weight * coefficient
    binding = {atom for atom, weight in bound.items() if abs(weight) > CLOSE}
    sums = {frozenset(form) for form, _ in certificate}
    found = [
        number
        for number in published
        if (form := system.offers[number].sum)
        and (frozenset(form) in sums or (fixed.issuperset(form) and not binding.isdisjoint(form)))
    ]
    return min(found, key=lambda number: _worth(system, number), default=None)


def _worth(system: System, number: int) -> tuple[int, int, int]:
    """What withdrawing a number costs: what was judged first stays longest, and then what is large."""
    offer = system.offers[number]
    return -offer.stage, system.value(offer.sum), number


def _neighbour(system: System, published: Iterable[int], exposed: int) -> int:
    """The published number to withdraw: the smallest among those nearest to the exposed atom."""
    near = {exposed}
    forms = _forms(system, ())
    candidates = {number: set(system.offers[number].sum) for number in published}
    everything = [set(form) for form in forms] + list(candidates.values())
    while True:
        wider = set(near).union(*(form for form in everything if not near.isdisjoint(form)))
        reachable = [number for number, atoms in candidates.items() if atoms <= wider]
        if reachable:
            return min(reachable, key=lambda number: _worth(system, number))
        if wider == near:
            raise CannotProtect
        near = wider


def _forms(system: System, published: Iterable[int]) -> list[Sum]:
    return [*system.known, *(system.offers[number].sum for number in sorted(published))]


def _without(form: Sum, fixed: set[int]) -> Sum:
    return {atom: coefficient for atom, coefficient in form.items() if atom not in fixed}


__all__ = ["CannotProtect", "Offer", "protect"]
