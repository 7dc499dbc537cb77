"""Many zones at once: what a file is, and what is read of each of its features. Pure; slow where a file is large."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from base.findings import Finding, finding
from base.translation import Figure
from geofence.drawing.reference_systems import epsg_of
from geofence.drawing.zone_geometry import read_geometry
from geofence.engine.geometry import Area, GeometryRefused, Kind, in_metres
from geofence.imports.feature_names import name_of, property_named

MOST_FEATURES: Final = 20_000
LONGEST_ID: Final = 200
UNFORESEEN: Final = "this feature could not be read"
_KINDS: Final = ("district", "trigger")
_BEGINNINGS: Final = (
    (b"PK\x03\x04", "a ZIP archive (such as a zipped shapefile or KMZ): unpack it and save it as GeoJSON"),
    (b"\x00\x00\x27\x0a", "a shapefile: save it as GeoJSON"),
    (b"SQLite format 3", "a GeoPackage: save it as GeoJSON"),
    (b"fgb", "a FlatGeobuf: save it as GeoJSON"),
    (b"PAR1", "a Parquet file: save it as GeoJSON"),
    (b"\x1f\x8b", "a gzip archive: unpack it and save it as GeoJSON"),
    (b"%PDF", "a PDF: zones are imported from GeoJSON"),
)
_MARKUP: Final = (
    (b"<kml", "KML: save it as GeoJSON"),
    (b"opengis.net/gml", "GML: save it as GeoJSON"),
    (b"<gml", "GML: save it as GeoJSON"),
    (b"<gpx", "GPX: zones are imported from GeoJSON"),
    (b"<", "XML or HTML: zones are imported from GeoJSON"),
)
NOT_GEOJSON: Final = tuple("this is " + said for _, said in (*_BEGINNINGS, *_MARKUP))
"""Every sentence about a file of another format."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is to be read: the kind of features that do not say theirs, the properties that hold the name and an
    id that stays the same from file to file, the system of its coordinates, and which of its collections."""

    kind: Kind = "district"
    name: str | None = None
    id: str | None = None
    crs: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """Where a file is read: the municipality's projected system, its border (GeoJSON) and its languages."""

    epsg: int
    languages: tuple[str, ...]
    boundary: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class AcceptedFeature:
    """A feature that was read: its place in the collection, and the zone that it is. `geometry` is GeoJSON as text,
    `external_id` the id that the file knows it by."""

    index: int
    name: Mapping[str, str]
    kind: Kind
    geometry: str
    external_id: str | None = None
    notes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedFeature:
    """A feature that was not taken, and why; an index of -1 is the whole file."""

    index: int
    why: Finding


@dataclass(slots=True)
class ParsedFile:
    """What was read of a file, in its order."""

    accepted: list[AcceptedFeature] = field(default_factory=list)
    refused: list[RefusedFeature] = field(default_factory=list)


def read_features(
    raw: bytes, options: ImportOptions, target: ImportTarget
) -> Iterator[AcceptedFeature | RefusedFeature]:
    """Every feature of a GeoJSON FeatureCollection (RFC 7946; a declared `crs` of GeoJSON 2008 is reprojected).

    Raises GeometryRefused where the file cannot be read at all.
    """
    collection = _collection(_parsed(raw), options.part)
    features = collection.get("features")
    if not isinstance(features, list):
        raise GeometryRefused("this is not a GeoJSON FeatureCollection", "/features")
    if len(features) > MOST_FEATURES:
        raise GeometryRefused("more than {most} features", "/features", most=Figure(f"{MOST_FEATURES:,}"))
    declared = epsg_of(options.crs or collection.get("crs"))
    border = None if target.boundary is None else in_metres(target.boundary, target.epsg)
    for index, feature in enumerate(features):
        features[index] = None  # What was read need not be kept beside what is yet to be.
        try:
            yield _read_one(index, feature, options, declared, target=target, border=border)
        except GeometryRefused as why:
            yield RefusedFeature(index, finding(why.pointer, why.sentence, **why.values))
        except MemoryError:
            raise
        except Exception:  # Whatever nobody foresaw costs this feature, and none of the others.
            yield RefusedFeature(index, finding("", UNFORESEEN))


def _parsed(raw: bytes) -> Mapping[str, Any]:
    for beginning, said in _BEGINNINGS:
        if raw.startswith(beginning):
            raise GeometryRefused("this is " + said)
    start = raw[:2_000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(b"<"):
        raise GeometryRefused("this is " + next(said for sign, said in _MARKUP if sign in start))
    try:
        text = raw.decode(json.detect_encoding(raw))
    except UnicodeDecodeError:
        raise GeometryRefused("this is not written in UTF-8") from None
    text = text.removeprefix("\ufeff").lstrip("\x1e \t\r\n")
    try:
        parsed = json.loads(text, parse_int=_whole)
    except RecursionError:
        raise GeometryRefused("this is nested too deeply to be read") from None
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and text[error.pos :].lstrip("\x1e \t\r\n").startswith("{"):
            raise GeometryRefused(
                "these are several JSON objects one after the other: put the features into one FeatureCollection"
            ) from None
        raise GeometryRefused(
            "this is not JSON: line {line}, character {column}", line=error.lineno, column=error.colno
        ) from None
    except ValueError:
        raise GeometryRefused("this is not JSON") from None
    if not isinstance(parsed, Mapping):
        raise GeometryRefused("this is not a GeoJSON FeatureCollection")
    return parsed


def _whole(digits: str) -> int | float:
    """A whole number; one of hundreds of digits is no number that a place has."""
    return int(digits) if len(digits) <= 30 else float(digits)


def _collection(parsed: Mapping[str, Any], part: str | None) -> Mapping[str, Any]:
    parts = {
        str(key): value
        for key, value in parsed.items()
        if isinstance(value, Mapping) and value.get("type") == "FeatureCollection"
    }
    if part is not None:
        if part in parts:
            return parts[part]
        raise GeometryRefused(
            "there is no collection {part} in this file; there are: {parts}",
            "/part",
            part=_shown(part),
            parts=_listed(parts),
        )
    said = parsed.get("type")
    if said == "FeatureCollection":
        return parsed
    if said == "Topology":
        raise GeometryRefused("this is TopoJSON: save it as GeoJSON", "/type")
    if "geometryType" in parsed or "spatialReference" in parsed:
        raise GeometryRefused("this is Esri JSON: save it as GeoJSON")
    if len(parts) == 1 and said is None:
        return next(iter(parts.values()))
    if parts:
        raise GeometryRefused(
            "this file has several collections: send one of them, or name it (part=…): {parts}", parts=_listed(parts)
        )
    if isinstance(said, str) and said in ("Feature", "GeometryCollection", "Polygon", "MultiPolygon", "Point"):
        raise GeometryRefused(
            "this is a single {type}: put it into a FeatureCollection, as a Feature", "/type", type=said
        )
    raise GeometryRefused("this is not a GeoJSON FeatureCollection", "/type")


def _read_one(
    index: int, feature: object, options: ImportOptions, declared: int, *, target: ImportTarget, border: Area | None
) -> AcceptedFeature:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise GeometryRefused("this is not a GeoJSON Feature")
    properties = feature.get("properties")
    said: Mapping[str, Any] = properties if isinstance(properties, Mapping) else {}
    notes: list[Finding] = []
    kind = _kind(said, options.kind, notes)
    geometry = feature.get("geometry")
    if geometry is None:
        raise GeometryRefused("the geometry is empty", "/geometry")
    name = name_of(said, target.languages, options.name, notes)
    external_id = _id(feature, said, options.id)
    own = epsg_of(feature["crs"]) if feature.get("crs") is not None else declared
    try:
        drawn = read_geometry(geometry, kind, target.epsg, repair=True, declared=own, border=border)
    except GeometryRefused as why:
        raise GeometryRefused(why.sentence, "/geometry" + why.pointer, **why.values) from None
    text = json.dumps(drawn.geojson)
    return AcceptedFeature(
        index=index,
        name=name,
        kind=kind,
        geometry=text,
        external_id=external_id,
        notes=_each_once((*notes, *drawn.notes)),
    )


def _each_once(notes: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(note for place, note in enumerate(notes) if note not in notes[:place])


def _kind(properties: Mapping[str, Any], default: Kind, notes: list[Finding]) -> Kind:
    key = property_named(properties, "kind")
    if key is None:
        return default
    given = properties[key]
    own: Kind | None = None
    if isinstance(given, str):
        own = next((kind for kind in _KINDS if kind == given.strip().casefold()), None)
    if own is None:
        notes.append(finding("", "its kind is not one of ours (district or trigger): taken as a {kind}", kind=default))
    return own or default


def _id(feature: Mapping[str, Any], properties: Mapping[str, Any], chosen: str | None) -> str | None:
    """The id that the file knows the feature by: a property that was named, else the `id` of the Feature."""
    if chosen is None:
        given, where = feature.get("id"), "/id"
    else:
        key = property_named(properties, chosen)
        given, where = (
            (feature.get("id") if key is None and chosen == "id" else properties.get(key or "")),
            "/properties",
        )
        if given is None or given == "":
            raise GeometryRefused("there is no id in {property}", where, property=_shown(chosen))
    if given is None or given == "":
        return None
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise GeometryRefused("an id is text or a number", where)
    text = str(int(given) if isinstance(given, float) and given.is_integer() else given).strip()
    if not text or len(text) > LONGEST_ID or not text.isprintable():
        raise GeometryRefused("an id is one line of at most {most} letters", where, most=LONGEST_ID)
    return text


def _listed(parts: Mapping[str, Any]) -> str:
    return ", ".join(_shown(key) for key in list(parts)[:20]) or "-"


def _shown(key: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in key[:40])
