"""What a release is made from: answers counted as they are read, and the counts of earlier releases of a survey.

The event loop only hands rows on; they are decoded and counted beside it.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import msgspec

from base.database import Work
from base.queries import load_queries
from insights.counting.condition_views import UNANSWERED
from insights.counting.partitions import MISSING, Atom
from insights.counting.structure import NAMED, Structure
from insights.counting.tabulation import Tabulation, Tally, counts_of
from insights.disclosure_control.intruder_knowledge import Figure
from insights.disclosure_control.protection import CannotProtect
from insights.disclosure_control.suppression import Issued
from insights.models import ReleaseGround
from surveys.box.receipts import counted_answers

sql = load_queries(__file__)
_ANSWERS = msgspec.json.Decoder()
Stored = tuple[int, str, str]
"""How many answered, the counts and the figures, both as JSON."""


async def count(work: Work, structure: Structure, survey_id: UUID) -> Tally:
    """Count a survey's shaken answers; no more than a part of them is in memory at a time."""
    counting = Tabulation(structure)
    async for part in counted_answers(work, survey_id):
        await asyncio.to_thread(_add, counting, part)
    return await asyncio.to_thread(counting.tally)


def _add(counting: Tabulation, answers: Sequence[str]) -> None:
    counting.add(map(_ANSWERS.decode, answers))


async def stored(work: Work, survey_id: UUID) -> list[Stored]:
    """What earlier releases of an open survey were made from, the oldest first."""
    rows = await work.fetch(sql.grounds, survey=survey_id)
    return [(row["answers"], row["counts"], row["figures"]) for row in rows]


async def keep(work: Work, survey_id: UUID, number: int, kept: Stored) -> None:
    """Keep what a release was made from until the last one is out."""
    answers, counts, figures = kept
    await work.execute(
        sql.keep_ground, survey=survey_id, number=number, answers=answers, counts=counts, figures=figures
    )


async def forget(survey_id: UUID) -> None:
    """Delete what the releases of a survey were made from."""
    await ReleaseGround.filter(survey_id=survey_id).delete()


def to_row(issued: Issued) -> Stored:
    """What a release was made from, as it is stored."""
    counts = json.dumps([[*entry, count] for entry, count in issued.tally.entries.items()])
    return issued.tally.answers, counts, json.dumps(sorted(issued.figures))


def from_row(structure: Structure, row: Stored) -> Issued:
    """The same read back. Raises CannotProtect where it was counted too coarsely for this survey."""
    answers, counts, figures = row
    entries = {tuple(key): number for *key, number in json.loads(counts)}
    if any(key[0] not in NAMED for key in entries):
        entries = dict(_refined(structure, answers, entries))
    shown = frozenset[Figure](tuple(figure) for figure in json.loads(figures))
    return Issued(Tally(answers, entries, counts_of(structure, entries)), shown)


def _refined(structure: Structure, answers: int, counts: Mapping[Atom, int]) -> Iterator[tuple[tuple[str, ...], int]]:
    """The cells of the tables from the counts of an earlier version, where the questionnaire ties nothing together."""
    tied = any(component.cliques for component in structure.components)
    if tied or len(structure.breakdowns) > 1 or any(len(view.patterns) > 1 for view in structure.views.values()):
        raise CannotProtect
    breakdown = structure.breakdowns[0] if structure.breakdowns else None
    for group in structure.groups(breakdown) if breakdown is not None else (None,):
        where = () if group is None else (group,)
        crossed = () if breakdown is None or group is None else (breakdown, group)
        everybody = answers if breakdown is None or group is None else counts.get((breakdown, "", group), 0)
        yield ("&D", *where), everybody
        for key in (key for component in structure.components for key in component.members):
            view, parts = structure.views[key], structure.partitions.of(key)
            for pattern in view.patterns:
                gone = counts.get((key, "", MISSING, *crossed), 0)
                yield ("&M", key, *where, UNANSWERED), gone
                yield ("&M", key, *where, pattern.key), everybody - gone
                for option in pattern.open:
                    for cell, chosen in ((option, "1"), (f"~{option}", "0")):
                        yield ("&O", key, option, *where, pattern.key, chosen), counts.get((key, "", cell, *crossed), 0)
            for part in parts if not view.patterns else ():
                for seen, cell in view.pairs[part.row]:
                    yield ("&P", key, part.row, *where, seen, cell), counts.get((key, part.row, cell, *crossed), 0)
