"""The year, step by step in the order in which it happened; each step once, whatever cut the filling off."""

from collections.abc import Callable

from base.keys import KeyStore
from rehearsal.year import hearing, people, places, polling, telling
from rehearsal.year.house import House, Step
from rehearsal.year.journal import Journal


def steps() -> list[Step]:
    """Everything that happened."""
    found = [*places.steps(), *people.steps(), *polling.steps(), *hearing.steps(), *telling.steps()]
    return sorted(found, key=lambda step: step.day)  # Those of a moment stay in the order in which they were written.


async def fill(journal: Journal, keys: KeyStore, told: Callable[[int, int], None] = lambda done, of: None) -> None:
    """Do what is not done yet; `told` hears how many steps are, of how many."""
    house, everything = House(keys, journal), steps()
    for step in everything:
        if step.name not in journal.done:
            await step.run(house)
            journal.done.append(step.name)
            journal.save()
        told(len(journal.done), len(everything))
    journal.filled = True
    journal.save()
