"""Maps of a town drawn by hand, for a municipality without another map: a file for each, named by its number.

A sketch is a GeoJSON FeatureCollection (lon, lat; WGS84). Each feature says in `layer` and `kind` what it is, in the
words of Protomaps' basemap schema, and in `name` what it is called.
"""

import gzip
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import structlog

log = structlog.get_logger(__name__)

LAYERS: Final = ("earth", "water", "landuse", "boundaries", "roads", "places", "pois")
_LARGEST_BYTES: Final = 2 << 20


class NoSketch(ValueError):
    """This file is no sketch of a town."""


class SketchedPlace(NamedTuple):
    """A name in a sketch: of what kind, and where: (lon, lat) in degrees (WGS84)."""

    name: str
    kind: str
    point: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A town as it was drawn: the file, the same compressed, its ETag, and the names in it."""

    geojson: bytes = field(repr=False)
    compressed: bytes = field(repr=False)
    etag: str
    places: Sequence[SketchedPlace]


def read_sketch(data: bytes) -> Sketch:
    """A sketch from its file. Raises NoSketch."""
    try:
        document = json.loads(data)
        if document["type"] != "FeatureCollection":
            raise NoSketch
        places = [place for feature in document["features"] if (place := _judged(feature)) is not None]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise NoSketch from None
    return Sketch(data, gzip.compress(data, mtime=0), f'"{sha256(data).hexdigest()[:32]}"', places)


def read_sketches(folder: Path) -> Mapping[str, Sketch]:
    """The sketches of a folder by the number of their municipality; what cannot be read is noted and left out."""
    found: dict[str, Sketch] = {}
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9].geojson")):
        try:
            if path.stat().st_size > _LARGEST_BYTES:
                raise NoSketch
            found[path.stem] = read_sketch(path.read_bytes())
        except (NoSketch, OSError) as wrong:
            log.warning("a sketch cannot be read", error=type(wrong).__name__)
    return found


def _judged(feature: Mapping[str, Any]) -> SketchedPlace | None:
    """The named point of a feature, None of one without. Raises NoSketch and its kin where it is none that is drawn."""
    about, geometry = feature["properties"], feature["geometry"]
    if about["layer"] not in LAYERS or not isinstance(about["kind"], str):
        raise NoSketch
    coordinates = geometry["coordinates"]
    for lon, lat in _positions(coordinates):
        if not (-180 <= lon <= 180 and -90 <= lat <= 90 and math.isfinite(lon) and math.isfinite(lat)):
            raise NoSketch
    name = about.get("name")
    if geometry["type"] != "Point" or name is None:
        return None
    if not isinstance(name, str) or not name.strip():
        raise NoSketch
    return SketchedPlace(name, about["kind"], (float(coordinates[0]), float(coordinates[1])))


def _positions(coordinates: Any) -> list[tuple[float, float]]:
    if isinstance(coordinates[0], (int, float)):
        return [(float(coordinates[0]), float(coordinates[1]))]
    return [position for part in coordinates for position in _positions(part)]
