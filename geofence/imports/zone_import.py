"""Zones from a file: each feature makes a zone, brings the one that it is up to date, or is refused with a reason."""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import Forbidden
from base.findings import Finding, finding
from base.queries import load_queries
from base.rows import halving
from geofence.engine.geometry import GeometryRefused
from geofence.imports.features import AcceptedFeature, ImportTarget, ParsedFile, RefusedFeature
from geofence.sensitivity import one_at_a_time, settle
from geofence.zones import announce_zones_changed
from municipality.directory import town
from municipality.models import Municipality
from municipality.roles import OFFICERS

sql = load_queries(__file__)


WAITS: Final = "this is a sensitive place or overlaps one: it invites nobody until the privacy officer says yes"
Outcome = Literal["new", "changed", "same", "refused"]


@dataclass(frozen=True, slots=True)
class FeatureOutcome:
    """What became of one feature, counted from 1."""

    number: int
    outcome: Outcome
    name: Mapping[str, str] | None = None
    zone_id: UUID | None = None
    said: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of each feature: `features` in the order of the file, the rest by its place in the collection.

    `created` and `updated` are ids in the order of the file, `unchanged` how many of the updated were the same already;
    `zones` holds the ids of both.
    """

    features: tuple[FeatureOutcome, ...]

    created: tuple[UUID, ...]
    updated: tuple[UUID, ...]
    unchanged: int
    zones: tuple[UUID, ...]
    repaired: tuple[tuple[int, tuple[Finding, ...]], ...]
    refused: tuple[RefusedFeature, ...]


@dataclass(slots=True)
class _ExistingZone:
    """A zone that is there; `taken` once a feature of the file is it."""

    id: UUID
    kind: str
    name: Mapping[str, str]
    external_id: str | None
    sensitive: bool
    shape: str
    taken: bool = False


@dataclass(slots=True)
class _Changes:
    created: list[tuple[UUID, AcceptedFeature]] = field(default_factory=list)
    changed: list[tuple[_ExistingZone, AcceptedFeature, Mapping[str, str]]] = field(default_factory=list)
    unchanged: int = 0


def import_target(where: Municipality) -> ImportTarget:
    """Where a file is read, for a municipality."""
    return ImportTarget(where.srid, where.languages, where.boundary)


class _Undone(Exception):
    """What was tried is undone."""


async def try_import(work: Work, parsed: ParsedFile) -> ImportOutcome:
    """What would become of a file; nothing of it is kept."""
    try:
        async with work.apart():
            outcome = await import_zones(work, parsed)
            raise _Undone
    except _Undone:
        new = {one.zone_id for one in outcome.features if one.outcome == "new"}
        return replace(
            outcome,
            features=tuple(replace(one, zone_id=None) if one.outcome == "new" else one for one in outcome.features),
            zones=tuple(zone for zone in outcome.zones if zone not in new),
        )


async def import_zones(work: Work, parsed: ParsedFile) -> ImportOutcome:
    """Keep what was read of a file, in one transaction.

    A feature is the zone of its kind that has its id, else, where its id is not known, the one zone of its name; that
    zone gets its name, its border and its id, and keeps all else: parent, hours, triggers and those who follow it. A
    name that more than one zone has does not say which one is meant. The privacy officer changes sensitive zones.
    """
    where = await town(work)
    await one_at_a_time(work)
    borders = [one.geometry for one in parsed.accepted]
    shapes = [row["shape"] for row in await work.fetch(sql.digests_of_borders, borders=borders)]
    places = {one.index: place for place, one in enumerate(parsed.accepted)}
    zones = [_ExistingZone(**{**row, "name": json.loads(row["name"])}) for row in await work.fetch(sql.existing_zones)]
    matcher, changes = _Matcher(zones, parsed.accepted, where.languages[0]), _Changes()
    refused = list(parsed.refused)
    ids: dict[int, UUID] = {}
    for one, shape in zip(parsed.accepted, shapes, strict=True):
        try:
            ids[one.index] = _place(work, one, shape, matcher, changes)
        except GeometryRefused as why:
            refused.append(RefusedFeature(one.index, finding(why.pointer, why.sentence, **why.values)))
    for index in await _write(work, changes):
        del ids[index]
        refused.append(RefusedFeature(index, finding("", "this cannot be kept")))
    made = {number for number, _ in changes.created}
    changed = {zone.id for zone, _, _ in changes.changed}
    reshaped = [zone.id for zone, one, _ in changes.changed if zone.shape != shapes[places[one.index]]]
    waiting = await settle(work, [*made, *changed], reshaped)

    def outcome(one: AcceptedFeature) -> FeatureOutcome:
        zone = ids[one.index]
        said = (*one.notes, finding("", WAITS)) if zone in waiting else one.notes
        return FeatureOutcome(
            one.index + 1, "new" if zone in made else "changed" if zone in changed else "same", one.name, zone, said
        )

    taken = [outcome(one) for one in parsed.accepted if one.index in ids]
    refused.sort(key=lambda one: one.index)
    left = [FeatureOutcome(one.index + 1, "refused", said=(one.why,)) for one in refused]
    return ImportOutcome(
        features=tuple(sorted([*taken, *left], key=lambda one: one.number)),
        created=tuple(number for number in ids.values() if number in made),
        updated=tuple(number for number in ids.values() if number not in made),
        unchanged=changes.unchanged,
        zones=tuple(ids.values()),
        repaired=tuple((one.number - 1, one.said) for one in taken if one.said),
        refused=tuple(refused),
    )


def _place(work: Work, one: AcceptedFeature, shape: str, matcher: "_Matcher", changes: _Changes) -> UUID:
    """The zone that a feature is, new or there already."""
    there = matcher.which(one, shape)
    if there is None:
        number = uuid4()
        changes.created.append((number, one))
        return number
    if there.sensitive and not _may_change_sensitive(work):
        raise GeometryRefused("this is a sensitive zone: the privacy officer changes it")
    there.taken = True
    name = {**there.name, **one.name}
    same = there.shape == shape and dict(there.name) == name
    if same and one.external_id in (None, there.external_id):
        changes.unchanged += 1
    else:
        changes.changed.append((there, one, name))
    return there.id


def _may_change_sensitive(work: Work) -> bool:
    try:
        if work.tenant is not None:
            work.tenant.allow(OFFICERS)
    except Forbidden:
        return False
    return True


class _Matcher:
    """Which zone a feature is."""

    def __init__(self, zones: list[_ExistingZone], taken: list[AcceptedFeature], language: str) -> None:
        self.language = language
        self.by_id = {(zone.kind, zone.external_id): zone for zone in zones if zone.external_id is not None}
        self.by_name: dict[tuple[str, str], list[_ExistingZone]] = {}
        for zone in zones:
            self.by_name.setdefault((zone.kind, _key(zone.name.get(language, ""))), []).append(zone)
        self.in_file = Counter((one.kind, _key(one.name[language])) for one in taken)
        self.ids_in_file: dict[tuple[str, str], int] = {}

    def which(self, one: AcceptedFeature, shape: str) -> _ExistingZone | None:
        """The zone that is there, or None for a new one; GeometryRefused where it is not clear which one is meant."""
        if one.external_id is not None:
            before = self.ids_in_file.setdefault((one.kind, one.external_id), one.index)
            if before != one.index:
                raise GeometryRefused("feature {number} has the same id", "/id", number=before + 1)
            if (zone := self.by_id.get((one.kind, one.external_id))) is not None:
                return self._free(zone)
        key = one.kind, _key(one.name[self.language])
        named = [
            zone
            for zone in self.by_name.get(key, [])
            if not zone.taken and (one.external_id is None or zone.external_id is None)
        ]
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
    def _free(zone: _ExistingZone) -> _ExistingZone:
        if zone.taken:
            raise GeometryRefused("another feature of this file is that zone already", "/id")
        return zone


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


async def _write(work: Work, changes: _Changes) -> list[int]:
    """Keep what is new and what is changed; the features that the database would not take, each for itself."""
    moment = now()

    def columns(zone: UUID, name: Mapping[str, str], one: AcceptedFeature) -> dict[str, object]:
        text = json.dumps(dict(name))
        return {
            "id": zone,
            "name": text,
            "geometry": one.geometry,
            "external_id": one.external_id,
            "at": moment,
            "by": None if work.tenant is None else work.tenant.id,
        }

    async def create(rows: Sequence[tuple[UUID, AcceptedFeature]]) -> None:
        async with work.apart():
            await work.executemany(
                sql.create_zone, [{**columns(number, one.name, one), "kind": one.kind} for number, one in rows]
            )

    async def change(rows: Sequence[tuple[_ExistingZone, AcceptedFeature, Mapping[str, str]]]) -> None:
        async with work.apart():
            await work.executemany(sql.update_zone, [columns(zone.id, name, one) for zone, one, name in rows])

    unkept = [one.index for _, one in await halving("geofence.import", changes.created, create)]
    unkept += [one.index for _, one, _ in await halving("geofence.import", changes.changed, change)]
    if changes.created or changes.changed:
        await announce_zones_changed(work)
    return unkept
