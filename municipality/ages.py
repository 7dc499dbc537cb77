"""From which age somebody says yes for themselves: a number of years that changes on a date, as laws do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from base.database import Work
from base.errors import invalid
from base.queries import load_queries
from municipality.models import Municipality

sql = load_queries(__file__)


@dataclass(frozen=True, slots=True)
class Age:
    """An age in years, and the day from which it is in force where the municipality lies."""

    since: date
    years: int


def in_force(settings: Mapping[str, Any], on: date, otherwise: int) -> int:
    """The age in force on a day: the newest that has begun; `otherwise` where none has."""
    begun = [age for age in _read(settings) if age.since <= on]
    return max(begun, key=lambda age: age.since).years if begun else otherwise


def consent_age(here: Municipality) -> int:
    """From which age, in years, residents of a municipality say yes for themselves today."""
    return in_force(here.settings, here.today(), here.age_of_consent)


async def ages(work: Work) -> list[Age]:
    """Every age that has been set, by its day."""
    return _read((await Municipality.get(id=work.municipality)).settings)


async def write(work: Work, wanted: Sequence[Age]) -> None:
    """Set the ages anew, those to come too. Invalid where one day has two."""
    days = [age.since for age in wanted]
    if len(set(days)) < len(days):
        raise invalid("/items", "one age for each day")
    kept = [{"from": age.since.isoformat(), "years": age.years} for age in sorted(wanted, key=lambda each: each.since)]
    await work.execute(sql.set_ages, ages=json.dumps(kept))


def _read(settings: Mapping[str, Any]) -> list[Age]:
    return [Age(date.fromisoformat(age["from"]), age["years"]) for age in settings.get("ages", [])]
