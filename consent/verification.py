"""Whether the ledger is as it was written: which line was changed, removed, moved, slipped in or cut off."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from base.database import Work
from base.keys import KeyStore
from base.queries import load_queries
from consent import chain, merkle
from consent.models import ConsentEvent, LedgerHead, StandingConsent
from consent.roots import roots, witness
from residents.models import Resident
from residents.subject import subject

sql = load_queries(__file__)

MANY = 40
"""Of so many odd lines at most it is told which of them stand at another's place."""

Kind = Literal["changed", "missing", "moved", "cut off", "head", "standing", "root", "witness", "key"]


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """One thing that is not as it was written: what, at which line, and in words."""

    kind: Kind
    number: int | None
    words: str


@dataclass(slots=True)
class _LedgerReading:
    """What has been read: first in the order of the lines, then subject by subject."""

    key: bytes
    expected: int = 1
    head: bytes = chain.BEGINNING
    leaves: list[bytes] = field(default_factory=list)
    last_words: dict[tuple[bytes, str], ConsentEvent] = field(default_factory=dict)
    missing: list[LedgerFinding] = field(default_factory=list)
    odd: list[tuple[ConsentEvent, set[bytes]]] = field(default_factory=list)
    _subject: bytes = b""
    _sequence: int = 0
    _befores: set[bytes] = field(default_factory=set)

    def next_line(self, event: ConsentEvent) -> None:
        while self.expected < event.number:
            self.missing.append(LedgerFinding("missing", self.expected, f"line {self.expected} is missing"))
            self.expected += 1
        self.head = chain.head(self.key, self.head, event.number, event.mac)
        self.leaves.append(merkle.leaf(event.canonical()))
        self.last_words[(event.subject, event.purpose)] = event
        self.expected = event.number + 1

    def next_of_subject(self, event: ConsentEvent) -> None:
        if event.subject != self._subject:
            self._subject, self._sequence, self._befores = event.subject, 0, {chain.BEGINNING}
        right = {chain.link(self.key, before, event) for before in self._befores}
        follows = event.sequence == self._sequence + 1
        if follows and event.mac not in right:
            self.odd.append((event, self._befores))
        if not follows and not self.missing:
            self.odd.append((event, self._befores))  # Where a line is missing, that it was followed is no wonder.
        # The next one may hang on what this one bears, or on what it bore before somebody changed that.
        self._sequence, self._befores = event.sequence, {event.mac, *right} if follows else {event.mac}


async def verify(work: Work, keys: KeyStore, kept: Mapping[int, bytes] | None = None) -> list[LedgerFinding]:
    """Everything in the municipality's ledger that is not as it was written; nothing where all is well.

    `kept` are roots that somebody kept, by the number of lines they are over.
    """
    key = keys.get(chain.key_name(work.municipality))
    if key is None:
        some = await ConsentEvent.exists()
        return (
            [LedgerFinding("key", None, "the key store has no key of this ledger: nothing can be verified")]
            if some
            else []
        )
    reading = _LedgerReading(key)
    async for row in work.stream(sql.lines, upto=None):
        reading.next_line(ConsentEvent(**dict(row)))
    async for row in work.stream(sql.lines_by_subject):
        reading.next_of_subject(ConsentEvent(**dict(row)))
    return [
        *reading.missing,
        *_moved_or_changed(reading),
        *await _end(work, reading),
        *await _standing(work, reading),
        *await _published(work, reading, keys, kept or {}),
    ]


def _moved_or_changed(reading: _LedgerReading) -> list[LedgerFinding]:
    """Of the lines that do not fit their MAC: which stand at another's place, and which say something else."""
    numbers = [event.number for event, _ in reading.odd[:MANY]]
    found = []
    for event, befores in sorted(reading.odd, key=lambda one: one[0].number):
        home = next(
            (
                number
                for number in numbers
                for before in befores
                if chain.link(reading.key, before, _as_line(event, number)) == event.mac
            ),
            event.number,
        )
        if home != event.number:
            words = f"line {event.number} ({event.id}) was written as line {home}"
            found.append(LedgerFinding("moved", event.number, words))
        else:
            words = f"line {event.number} ({event.id}) is not as it was written: changed, or slipped in"
            found.append(LedgerFinding("changed", event.number, words))
    return found


def _as_line(event: ConsentEvent, number: int) -> ConsentEvent:
    moved = copy(event)
    moved.number = number
    return moved


async def _end(work: Work, reading: _LedgerReading) -> list[LedgerFinding]:
    row = await LedgerHead.get_or_none()
    there = reading.expected - 1
    if row is None:
        return [LedgerFinding("head", None, "the end of the ledger is not marked")] if there else []
    if row.events > there:
        first = there + 1
        lines = f"line {first} is" if row.events == first else f"lines {first} to {row.events} are"
        return [LedgerFinding("cut off", first, f"{lines} cut off the end")]
    if row.events < there or (not reading.missing and not reading.odd and row.mac != reading.head):
        return [LedgerFinding("head", row.events, f"the mark of the ledger's end (line {row.events}) does not fit it")]
    return []


async def _standing(work: Work, reading: _LedgerReading) -> list[LedgerFinding]:
    """What stands now must be the ledger's last word, for everybody who has not left."""
    found, stands = [], set[tuple[bytes, str]]()
    subjects = dict[UUID, bytes]()
    for resident in await Resident.all().only("id", "consent_salt"):
        subjects[resident.id] = subject(resident.consent_salt, resident.id)
    for row in await StandingConsent.all():
        name = (subjects[row.resident_id], row.purpose)
        stands.add(name)
        event = reading.last_words.get(name)
        if event is None or (event.id, event.granted, event.notice_version) != (
            row.event_id,
            row.granted,
            row.notice_version,
        ):
            number = event.number if event else None
            words = f"what stands for {row.purpose} ({row.event_id}) is not the ledger's last word"
            found.append(LedgerFinding("standing", number, words))
    alive = set(subjects.values())
    for name, event in reading.last_words.items():
        if name[0] in alive and name not in stands:
            words = f"line {event.number} ({event.id}) stands nowhere, though its resident has not left"
            found.append(LedgerFinding("standing", event.number, words))
    return found


async def _published(
    work: Work, reading: _LedgerReading, keys: KeyStore, kept: Mapping[int, bytes]
) -> Sequence[LedgerFinding]:
    def fits(events: int, root: bytes) -> bool:
        return events <= len(reading.leaves) and merkle.root(reading.leaves[:events]) == root

    found = [
        LedgerFinding(
            "root", root.events, f"the root published on {root.published_on} over {root.events} lines does not fit"
        )
        for root in await roots()
        if not fits(root.events, root.root)
    ]
    found += [
        LedgerFinding(
            "root", events, f"the root that was kept, over {events} lines, does not fit: the past was rewritten"
        )
        for events, root in kept.items()
        if not fits(events, root)
    ]
    seen = witness(keys, work.municipality)
    if seen is not None and not fits(*seen):
        words = f"the key store has seen {seen[0]} lines that the ledger no longer has as they were"
        found.append(LedgerFinding("witness", seen[0], words))
    return found
