"""The simplest question that finds nearly the same rows as the one that was asked: what is answered instead of it.

Pure. What is left out of an expression without changing for k rows whether it holds is left out: so two questions that
differ by few have one answer. It is counted in the night's table, never among residents, and all that is left out
together changes fewer than k.
"""

from collections.abc import Callable
from typing import Any, Final

from push.audiences.columns import Bits, Columns, count, members_of
from push.audiences.criteria import Criterion
from push.audiences.normal_form import canonical_text

MOST_VALUES: Final = 64
"""So many values of a list are looked at one by one, the rarest first."""


def simplified(asked: Criterion, night: Columns, k: int) -> Criterion:
    """The question without what changes fewer than k rows, outermost parts first, of equals the smallest first."""
    return _Simplifier(asked, night, k).simplest()


class _Simplifier:
    def __init__(self, asked: Criterion, night: Columns, k: int) -> None:
        self.asked, self.night, self.k = asked, night, k
        self.whole = night.truth(asked).yes

    def simplest(self) -> Criterion:
        """See `simplest`."""
        return self._less(self.asked, lambda changed: changed)

    def _less(self, part: Criterion, within: Callable[[Criterion], Criterion]) -> Criterion:
        """A part of the question with less in it; `within` gives the whole question with another in its place."""
        if part.not_ is not None:
            inner = self._less(part.not_, lambda changed: within(Criterion.model_construct(not_=changed)))
            return Criterion.model_construct(not_=inner)
        name, members = members_of(part)
        tried = sorted(members, key=lambda one: (self._size(name, one), _key(one)))
        if name not in ("all_", "any_"):
            tried = tried[:MOST_VALUES]
        for one in tried:
            fewer = [each for each in members if each is not one]
            if fewer and self._apart(within(_made(name, fewer))) < self.k:
                members = fewer
        if name not in ("all_", "any_"):
            return _made(name, members)
        if len(members) == 1:
            return self._less(members[0], within)
        for place in range(len(members)):
            around = list(members)

            def with_it(changed: Criterion, place: int = place, around: list[Any] = around) -> Criterion:
                return within(_made(name, [*around[:place], changed, *around[place + 1 :]]))

            members[place] = self._less(members[place], with_it)
        return _made(name, members)

    def _apart(self, other: Criterion) -> int:
        """How many rows one of the two questions finds and the other does not."""
        return count(self.whole ^ self.night.truth(other).yes)

    def _size(self, name: str, member: Any) -> int:
        held: Bits = self.night.truth(member).yes if name in ("all_", "any_") else self.night.has(name, member)
        return count(held)


def _made(name: str, members: list[Any]) -> Criterion:
    said: dict[str, Any] = {name: members}
    return Criterion.model_construct(**said)


def _key(member: Any) -> str:
    return canonical_text(member) if isinstance(member, Criterion) else str(member)
