"""From which age somebody says yes for themselves: a number of years that changes on a date, as laws do."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from base.database import Work
from base.errors import invalid


@dataclass(frozen=True, slots=True)
class Age:
    """An age in years, and the day from which it is in force where the municipality lies."""

    since: date
    years: int


def in_force(settings: Mapping[str, Any], on: date, otherwise: int) -> int:
    """The age in force on a day: the newest that has begun; `otherwise` where none has."""
    begun = [age for age in _read(settings) if age.since <= on]
    return max(begun, key=lambda age: age.since).years if begun else otherwise


async def ages(work: Work) -> list[Age]:
    """Every age that has been set, by its day."""
    settings = await work.fetchval("select settings from municipality where id = $1", work.municipality)
    return _read(json.loads(settings or "{}"))


async def write(work: Work, wanted: Sequence[Age]) -> None:
    """Set the ages anew, those to come too. Invalid where one day has two."""
    days = [age.since for age in wanted]
    if len(set(days)) < len(days):
        raise invalid("/items", "one age for each day")
    kept = [{"from": age.since.isoformat(), "years": age.years} for age in sorted(wanted, key=lambda each: each.since)]
    await work.execute(
        "update municipality set settings = settings || jsonb_build_object('ages', $2::jsonb) where id = $1",
        work.municipality,
        json.dumps(kept),
    )


def _read(settings: Mapping[str, Any]) -> list[Age]:
    return [Age(date.fromisoformat(age["from"]), age["years"]) for age in settings.get("ages", [])]
