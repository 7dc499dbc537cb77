"""The normal form of an audience: whatever says the same by the laws of logic is asked as one and the same question.

Pure. The laws are those of three values (Kleene): nested lists of one kind are one, `not` stands before single lists,
what is said twice is said once, what another part says already is left out, and the order is that of the alphabet.
"""

import json
from typing import Any

from push.audiences.criteria import LISTS, Criterion


def normal_form(criterion: Criterion | None) -> Criterion | None:
    """The same question in its normal form; None, which is everybody, is None."""
    return None if criterion is None else _normal_form(criterion, holds=True)


def _normal_form(criterion: Criterion, *, holds: bool) -> Criterion:
    """The normal form of it, or where it `holds` not, of its opposite."""
    if criterion.not_ is not None:
        return _normal_form(criterion.not_, holds=not holds)
    inside = [part for _, part in criterion.parts()]
    if not inside:
        same = _sorted(criterion)
        return same if holds else Criterion.model_construct(not_=same)
    together = (criterion.all_ is not None) == holds
    return _joined([_normal_form(part, holds=holds) for part in inside], together=together)


def _joined(parts: list[Criterion], *, together: bool) -> Criterion:
    """All of the parts (`together`), or any of them, each in its normal form."""
    name = "all_" if together else "any_"
    flat = [each for part in parts for each in (getattr(part, name) or [part])]
    kept = _absorbed(_merged(flat, together=together), together=together)
    if len(kept) == 1:
        return kept[0]
    return _made(name, sorted(kept, key=canonical_text))


def _merged(parts: list[Criterion], *, together: bool) -> list[Criterion]:
    """Lists of one kind as one where that says the same: one of these or one of those; none of these and of those."""
    lists: dict[str, set[object]] = {}
    rest: dict[str, Criterion] = {}
    for part in parts:
        inner = part.not_ if together else part
        name = None if inner is None else _list_of(inner)
        if inner is None or name is None:
            rest[canonical_text(part)] = part
        else:
            lists.setdefault(name, set()).update(getattr(inner, name))
    for name, values in lists.items():
        merged = _made(name, sorted(values, key=str))
        whole = Criterion.model_construct(not_=merged) if together else merged
        rest[canonical_text(whole)] = whole
    return list(rest.values())


def _absorbed(parts: list[Criterion], *, together: bool) -> list[Criterion]:
    """Without those that another one makes needless: a and (a or b) is a; a or (a and b) is a."""
    said = {canonical_text(part): frozenset(_terms(part, together=together)) for part in parts}
    return [part for part in parts if not any(other < said[canonical_text(part)] for other in said.values())]


def _terms(part: Criterion, *, together: bool) -> list[str]:
    """What a part says, one by one: the values of a list that is read as any of them, the parts of the other joint."""
    inside = part.any_ if together else part.all_
    found: list[str] = []
    for each in inside or [part]:
        inner = each if together else each.not_
        name = None if inner is None else _list_of(inner)
        if inner is None or name is None:
            found.append(canonical_text(each))
        else:
            found.extend(f"{name}={value}" for value in getattr(inner, name))
    return found


def _list_of(criterion: Criterion) -> str | None:
    return next((name for name in LISTS if getattr(criterion, name) is not None), None)


def _sorted(criterion: Criterion) -> Criterion:
    name = _list_of(criterion)
    assert name is not None
    return _made(name, sorted(set(getattr(criterion, name)), key=str))


def _made(name: str, values: list[Any]) -> Criterion:
    said: dict[str, Any] = {name: values}
    return Criterion.model_construct(**said)


def canonical_text(criterion: Criterion) -> str:
    """What tells one from another."""
    return json.dumps(criterion.stored(), sort_keys=True)
