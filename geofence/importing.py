"""Zones from a file: each feature makes a zone, brings the one that it is up to date, or is refused with a reason."""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import Forbidden
from base.findings import Finding, finding
from base.rows import halving
from base.sql import load
from geofence.collection import Drawing, Ground, Refused, Taken
from geofence.engine.geometry import GeometryRefused
from geofence.zones import told
from municipality.directory import Town, town

_EXISTING = load(__file__, "existing_zones.sql")
_SHAPES = load(__file__, "shapes.sql")


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each feature, by its place in the collection.

    `created` and `updated` are ids in the order of the file, `unchanged` how many of the updated were the same already;
    `zones` holds the ids of both.
    """

    created: tuple[UUID, ...]
    updated: tuple[UUID, ...]
    unchanged: int
    zones: tuple[UUID, ...]
    repaired: tuple[tuple[int, tuple[Finding, ...]], ...]
    refused: tuple[Refused, ...]


@dataclass(slots=True)
class _There:
    """A zone that is there; `taken` once a feature of the file is it."""

    id: UUID
    kind: str
    name: Mapping[str, str]
    external_id: str | None
    sensitive: bool
    shape: str
    taken: bool = False


@dataclass(slots=True)
class _Written:
    created: list[tuple[UUID, Taken]] = field(default_factory=list)
    changed: list[tuple[_There, Taken, Mapping[str, str]]] = field(default_factory=list)
    unchanged: int = 0


def ground(where: Town) -> Ground:
    """Where a file is read, for a municipality."""
    return Ground(where.srid, where.languages, where.boundary)


async def import_zones(work: Work, drawing: Drawing) -> Report:
    """Keep what was read of a file, in one transaction.

    A feature is the zone of its kind that has its id, else, where its id is not known, the one zone of its name; that
    zone gets its name, its border and its id, and keeps all else: parent, hours, triggers and those who follow it. A
    name that more than one zone has does not say which one is meant. The privacy officer changes sensitive zones.
    """
    where = await town(work)
    await work.execute("select pg_advisory_xact_lock(hashtextextended('zones' || $1::text, 0))", str(work.municipality))
    shapes = [row["shape"] for row in await work.fetch(_SHAPES, [one.geometry for one in drawing.taken])]
    zones = [
        _There(row["id"], row["kind"], json.loads(row["name"]), row["external_id"], row["sensitive"], row["shape"])
        for row in await work.fetch(_EXISTING, work.municipality)
    ]
    found, written = _Found(zones, drawing.taken, where.languages[0]), _Written()
    refused = list(drawing.refused)
    ids: dict[int, UUID] = {}
    for one, shape in zip(drawing.taken, shapes, strict=True):
        try:
            ids[one.index] = _place(work, one, shape, found, written)
        except GeometryRefused as why:
            refused.append(Refused(one.index, finding(why.pointer, why.sentence, **why.values)))
    for index in await _write(work, written):
        del ids[index]
        refused.append(Refused(index, finding("", "this cannot be kept")))
    made = {number for number, _ in written.created}
    return Report(
        created=tuple(number for number in ids.values() if number in made),
        updated=tuple(number for number in ids.values() if number not in made),
        unchanged=written.unchanged,
        zones=tuple(ids.values()),
        repaired=tuple((one.index, one.notes) for one in drawing.taken if one.notes and one.index in ids),
        refused=tuple(sorted(refused, key=lambda one: one.index)),
    )


def _place(work: Work, one: Taken, shape: str, found: "_Found", written: _Written) -> UUID:
    """The zone that a feature is, new or there already."""
    there = found.which(one, shape)
    if there is None:
        number = uuid4()
        written.created.append((number, one))
        return number
    if there.sensitive and not _may_change_sensitive(work):
        raise GeometryRefused("this is a sensitive zone: the privacy officer changes it")
    there.taken = True
    name = {**there.name, **one.name}
    same = there.shape == shape and dict(there.name) == name
    if same and one.external_id in (None, there.external_id):
        written.unchanged += 1
    else:
        written.changed.append((there, one, name))
    return there.id


def _may_change_sensitive(work: Work) -> bool:
    try:
        if work.tenant is not None:
            work.tenant.allow("privacy_officer")
    except Forbidden:
        return False
    return True


class _Found:
    """Which zone a feature is."""

    def __init__(self, zones: list[_There], taken: list[Taken], language: str) -> None:
        self.language = language
        self.by_id = {(zone.kind, zone.external_id): zone for zone in zones if zone.external_id is not None}
        self.by_name: dict[tuple[str, str], list[_There]] = {}
        for zone in zones:
            self.by_name.setdefault((zone.kind, _key(zone.name.get(language, ""))), []).append(zone)
        self.in_file = Counter((one.kind, _key(one.name[language])) for one in taken)
        self.ids_in_file: dict[tuple[str, str], int] = {}

    def which(self, one: Taken, shape: str) -> _There | None:
        """The zone that is there, or None for a new one; GeometryRefused where it is not clear which one is meant."""
        if one.external_id is not None:
            before = self.ids_in_file.setdefault((one.kind, one.external_id), one.index)
            if before != one.index:
                raise GeometryRefused("feature {index} has the same id", "/id", index=before)
            if (zone := self.by_id.get((one.kind, one.external_id))) is not None:
                return self._free(zone)
        key = one.kind, _key(one.name[self.language])
        named = [
            zone for zone in self.by_name.get(key, [])
            if not zone.taken and (one.external_id is None or zone.external_id is None)
        ]  # fmt: skip
        same = next((zone for zone in named if zone.shape == shape), None)
        if same is not None or not named:
            return same
        if len(named) > 1 or self.in_file[key] > 1:
            raise GeometryRefused(
                "more than one zone is called this, there or in the file: give each an id (id=…) to say which is meant",
                "/properties/name",
            )
        return named[0]

    @staticmethod
    def _free(zone: _There) -> _There:
        if zone.taken:
            raise GeometryRefused("another feature of this file is that zone already", "/id")
        return zone


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


async def _write(work: Work, written: _Written) -> list[int]:
    """Keep what is new and what is changed; the features that the database would not take, each for itself."""
    moment = now()

    async def create(rows: Sequence[tuple[UUID, Taken]]) -> None:
        async with work.apart():
            await work.executemany(
                "insert into zone (id, municipality_id, name, kind, geometry, sensitive, external_id, changed_at) "
                "values ($1, $2, $3, $4, $5, false, $6, $7)",
                [
                    (number, work.municipality, _text(one.name), one.kind, one.geometry, one.external_id, moment)
                    for number, one in rows
                ],
            )

    async def change(rows: Sequence[tuple[_There, Taken, Mapping[str, str]]]) -> None:
        async with work.apart():
            await work.executemany(
                "update zone set name = $3, geometry = $4, external_id = coalesce($5, external_id), changed_at = $6 "
                "where id = $1 and municipality_id = $2",
                [
                    (zone.id, work.municipality, _text(name), one.geometry, one.external_id, moment)
                    for zone, one, name in rows
                ],
            )

    unkept = [one.index for _, one in await halving("geofence.import", written.created, create)]
    unkept += [one.index for _, one, _ in await halving("geofence.import", written.changed, change)]
    if written.created or written.changed:
        await told(work)
    return unkept


def _text(name: Mapping[str, Any]) -> str:
    return json.dumps(dict(name))
