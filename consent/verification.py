"""Whether the ledger is as it was written: which line was changed, removed, moved, slipped in or cut off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

from base.database import Work
from base.keys import KeyStore
from consent import chain, merkle
from consent.chain import COLUMNS, Event
from consent.roots import roots, witness
from residents.subject import subject

MANY = 40
"""Of so many odd lines at most it is told which of them stand at another's place."""

Kind = Literal["changed", "missing", "moved", "cut off", "head", "standing", "root", "witness", "key"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written: what, at which line, and in words."""

    kind: Kind
    number: int | None
    words: str


@dataclass(slots=True)
class _Reading:
    """What has been read: first in the order of the lines, then subject by subject."""

    key: bytes
    expected: int = 1
    head: bytes = chain.BEGINNING
    leaves: list[bytes] = field(default_factory=list)
    said: dict[tuple[bytes, str], Event] = field(default_factory=dict)
    missing: list[Finding] = field(default_factory=list)
    odd: list[tuple[Event, bytes, set[bytes]]] = field(default_factory=list)
    _subject: bytes = b""
    _sequence: int = 0
    _befores: set[bytes] = field(default_factory=set)

    def next_line(self, event: Event, mac: bytes) -> None:
        while self.expected < event.number:
            self.missing.append(Finding("missing", self.expected, f"line {self.expected} is missing"))
            self.expected += 1
        self.head = chain.head(self.key, self.head, event.number, mac)
        self.leaves.append(merkle.leaf(event.canonical()))
        self.said[(event.subject, event.purpose)] = event
        self.expected = event.number + 1

    def next_of_subject(self, event: Event, mac: bytes) -> None:
        if event.subject != self._subject:
            self._subject, self._sequence, self._befores = event.subject, 0, {chain.BEGINNING}
        right = {chain.link(self.key, before, event) for before in self._befores}
        follows = event.sequence == self._sequence + 1
        if follows and mac not in right:
            self.odd.append((event, mac, self._befores))
        if not follows and not self.missing:
            self.odd.append((event, mac, self._befores))  # Where a line is missing, that it was followed is no wonder.
        # The next one may hang on what this one bears, or on what it bore before somebody changed that.
        self._sequence, self._befores = event.sequence, {mac, *right} if follows else {mac}


async def verify(work: Work, keys: KeyStore, kept: Mapping[int, bytes] | None = None) -> list[Finding]:
    """Everything in the municipality's ledger that is not as it was written; nothing where all is well.

    `kept` are roots that somebody kept, by the number of lines they are over.
    """
    key = keys.get(chain.key_name(work.municipality))
    if key is None:
        some = await work.fetchval("select exists (select from consent_event)")
        return (
            [Finding("key", None, "the key store has no key of this ledger: nothing can be verified")] if some else []
        )
    reading = _Reading(key)
    for order, read in (("number, id", reading.next_line), ("subject, sequence, id", reading.next_of_subject)):
        async for row in work.connection.cursor(f"select {COLUMNS}, mac from consent_event order by {order}"):  # noqa: S608 - our own column names
            values = dict(row)
            mac = values.pop("mac")
            read(Event(**values), mac)
    return [
        *reading.missing,
        *_told_apart(reading),
        *await _end(work, reading),
        *await _standing(work, reading),
        *await _published(work, reading, keys, kept or {}),
    ]


def _told_apart(reading: _Reading) -> list[Finding]:
    """Of the lines that do not fit their MAC: which stand at another's place, and which say something else."""
    numbers = [event.number for event, _, _ in reading.odd[:MANY]]
    found = []
    for event, mac, befores in sorted(reading.odd, key=lambda one: one[0].number):
        home = next(
            (
                number
                for number in numbers
                for before in befores
                if chain.link(reading.key, before, replace(event, number=number)) == mac
            ),
            event.number,
        )
        if home != event.number:
            words = f"line {event.number} ({event.id}) was written as line {home}"
            found.append(Finding("moved", event.number, words))
        else:
            words = f"line {event.number} ({event.id}) is not as it was written: changed, or slipped in"
            found.append(Finding("changed", event.number, words))
    return found


async def _end(work: Work, reading: _Reading) -> list[Finding]:
    row = await work.fetchrow("select events, mac from ledger_head")
    there = reading.expected - 1
    if row is None:
        return [Finding("head", None, "the end of the ledger is not marked")] if there else []
    if row["events"] > there:
        first = there + 1
        lines = f"line {first} is" if row["events"] == first else f"lines {first} to {row['events']} are"
        return [Finding("cut off", first, f"{lines} cut off the end")]
    if row["events"] < there or (not reading.missing and not reading.odd and row["mac"] != reading.head):
        return [Finding("head", row["events"], f"the mark of the ledger's end (line {row['events']}) does not fit it")]
    return []


async def _standing(work: Work, reading: _Reading) -> list[Finding]:
    """What stands now must be the ledger's last word, for everybody who has not left."""
    found, stands = [], set[tuple[bytes, str]]()
    subjects = dict[UUID, bytes]()
    for row in await work.fetch("select id, consent_salt from resident"):
        subjects[row["id"]] = subject(row["consent_salt"], row["id"])
    for row in await work.fetch("select resident_id, purpose, granted, notice_version, event_id from standing_consent"):
        name = (subjects[row["resident_id"]], row["purpose"])
        stands.add(name)
        event = reading.said.get(name)
        if event is None or (event.id, event.granted, event.notice_version) != (
            row["event_id"],
            row["granted"],
            row["notice_version"],
        ):
            number = event.number if event else None
            words = f"what stands for {row['purpose']} ({row['event_id']}) is not the ledger's last word"
            found.append(Finding("standing", number, words))
    alive = set(subjects.values())
    for name, event in reading.said.items():
        if name[0] in alive and name not in stands:
            words = f"line {event.number} ({event.id}) stands nowhere, though its resident has not left"
            found.append(Finding("standing", event.number, words))
    return found


async def _published(work: Work, reading: _Reading, keys: KeyStore, kept: Mapping[int, bytes]) -> Sequence[Finding]:
    def fits(events: int, root: bytes) -> bool:
        return events <= len(reading.leaves) and merkle.root(reading.leaves[:events]) == root

    found = [
        Finding("root", root.events, f"the root published on {root.published_on} over {root.events} lines does not fit")
        for root in await roots(work)
        if not fits(root.events, root.root)
    ]
    found += [
        Finding("root", events, f"the root that was kept, over {events} lines, does not fit: the past was rewritten")
        for events, root in kept.items()
        if not fits(events, root)
    ]
    seen = witness(keys, work.municipality)
    if seen is not None and not fits(*seen):
        words = f"the key store has seen {seen[0]} lines that the ledger no longer has as they were"
        found.append(Finding("witness", seen[0], words))
    return found
