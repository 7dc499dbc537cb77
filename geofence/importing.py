"""Many zones at once, from a GeoJSON FeatureCollection: each is taken, mended with a note, or refused with a reason."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from base.clock import now
from base.database import Work
from base.errors import invalid
from base.localized import pick
from base.rows import failed, halving
from geofence.drawing import Drawn, declared_crs, read
from geofence.engine.geometry import GeometryRefused, Kind
from geofence.zones import told
from municipality.directory import Town, town

MOST_FEATURES: Final = 20_000
_NAMES: Final = ("name", "navn", "kommunenavn")


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each feature, by its place in the collection: the ids of those taken, notes, reasons."""

    created: tuple[UUID, ...]
    repaired: tuple[tuple[int, str], ...]
    refused: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Read:
    index: int
    name: Mapping[str, str]
    kind: Kind
    drawn: Drawn

    def columns(self) -> tuple[str, str, str]:
        """Name, kind and shape, as they are kept."""
        return json.dumps(dict(self.name)), self.kind, json.dumps(self.drawn.geojson)


async def import_zones(work: Work, collection: Mapping[str, Any], kind: Kind = "district") -> Report:
    """Take in a FeatureCollection (RFC 7946; a declared `crs` of GeoJSON 2008 is reprojected) in one transaction.

    A feature is named by its property `name` (a text, or one for each language), and of the kind its property `kind`
    says. Sensitive zones are drawn one by one. Raises Invalid where the collection itself cannot be read.
    """
    features = collection.get("features")
    if collection.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise invalid("", "this is not a GeoJSON FeatureCollection")
    if len(features) > MOST_FEATURES:
        raise invalid("/features", f"more than {MOST_FEATURES:,} features")
    where = await town(work)
    found, refused = await asyncio.to_thread(_read_all, features, kind, declared_crs(collection), where)
    moment = now()
    rows = [(uuid4(), one) for one in found]

    async def keep(some: Sequence[tuple[UUID, _Read]]) -> None:
        async with work.apart():
            await work.executemany(
                "insert into zone (id, municipality_id, name, kind, geometry, sensitive, changed_at) "
                "values ($1, $2, $3, $4, $5, false, $6)",
                [(zone, work.municipality, *one.columns(), moment) for zone, one in some],
            )

    unkept = {zone for zone, _ in await halving("geofence.import", rows, keep)}
    refused.extend((one.index, "this cannot be kept") for zone, one in rows if zone in unkept)
    kept = [(zone, one) for zone, one in rows if zone not in unkept]
    await told(work)
    return Report(
        tuple(zone for zone, _ in kept),
        tuple((one.index, note) for _, one in kept for note in one.drawn.notes),
        tuple(sorted(refused)),
    )


def _read_all(
    features: Sequence[object], kind: Kind, declared: int, where: Town
) -> tuple[list[_Read], list[tuple[int, str]]]:
    found: list[_Read] = []
    refused: list[tuple[int, str]] = []
    for index, feature in enumerate(features):
        try:
            found.append(_read_one(index, feature, kind, declared, where))
        except GeometryRefused as why:
            refused.append((index, f"{why.pointer}: {why.reason}" if why.pointer else why.reason))
        except Exception as error:  # What nobody foresaw in one feature is that feature's alone.
            failed("geofence.import", error)
            refused.append((index, "this cannot be read"))
    return found, refused


def _read_one(index: int, feature: object, kind: Kind, declared: int, where: Town) -> _Read:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise GeometryRefused("this is not a GeoJSON Feature")
    properties = feature.get("properties")
    said: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
    own = said.get("kind", kind)
    if own not in ("district", "trigger"):
        raise GeometryRefused("a zone is a district or a trigger", "/properties/kind")
    geometry = feature.get("geometry")
    if geometry is None:
        raise GeometryRefused("the geometry is empty", "/geometry")
    return _Read(index, _name(said, where), own, read(geometry, own, where.srid, repair=True, declared=declared))


def _name(properties: Mapping[str, Any], where: Town) -> Mapping[str, str]:
    """The feature's name in the municipality's first language, and in the others it is given in."""
    given = next((properties[key] for key in _NAMES if properties.get(key)), None)
    if isinstance(given, str) and given.strip() and given.isprintable():
        return {where.languages[0]: given.strip()[:200]}
    if isinstance(given, Mapping) and given:
        texts = {str(k)[:16]: v.strip()[:200] for k, v in given.items() if isinstance(v, str) and v.strip()}
        if texts:
            return {where.languages[0]: pick(texts, where.languages)[0], **texts}
    raise GeometryRefused("a zone needs a name", "/properties/name")
