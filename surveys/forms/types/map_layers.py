"""The municipality's own layers on the map of a question, to look at: GeoJSON, kept without what nobody sees."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationInfo

from base.localized import Localized
from base.text import STORED, readable
from base.validation import wrong
from geofence.drawing.norway import NORWAY
from surveys.forms.types.question import FormPart

MOST_LAYERS: Final = 5
MOST_BYTES: Final = 1 << 20
_MOST_FEATURES: Final = 5_000
_DEPTHS: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""How many lists a kind of geometry has around its positions."""


def _judged(given: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    if info.context is STORED:
        return given
    if given.get("type") != "FeatureCollection" or not isinstance(given.get("features"), list):
        raise wrong("a layer is a FeatureCollection (GeoJSON)")
    if not 1 <= len(given["features"]) <= _MOST_FEATURES:
        raise wrong("a layer has from 1 to {most} features", most=_MOST_FEATURES)
    return {"type": "FeatureCollection", "features": [_feature(one, i) for i, one in enumerate(given["features"])]}


def _feature(given: Any, place: int) -> dict[str, Any]:
    """A feature with what is drawn of it, and what it says in plain values."""
    geometry = given.get("geometry") if isinstance(given, Mapping) else None
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if geometry is None or kind not in _DEPTHS or given.get("type") != "Feature":
        raise wrong("feature {number} of the layer is no point, line or area", number=place + 1)
    positions = list(_positions(geometry.get("coordinates"), _DEPTHS[kind]))
    if not positions or any(math.isnan(lon) for lon, _ in positions):
        raise wrong("feature {number} of the layer has no coordinates that can be read", number=place + 1)
    west, south, east, north = NORWAY
    if not all(west <= lon <= east and south <= lat <= north for lon, lat in positions):
        raise wrong(
            "feature {number} of the layer does not lie in Norway (longitude before latitude)", number=place + 1
        )
    said = given.get("properties")
    plain = {
        readable(str(name))[:100]: readable(value)[:500] if isinstance(value, str) else value
        for name, value in (said.items() if isinstance(said, Mapping) else ())
        if value is None or isinstance(value, str | bool | int | float)
    }
    shape = {"type": kind, "coordinates": geometry["coordinates"]}
    return {"type": "Feature", "geometry": shape, "properties": plain}


_NONE: Final = (math.nan, math.nan)


def _positions(part: Any, depth: int) -> Iterator[tuple[float, float]]:
    if not isinstance(part, list):
        yield _NONE
    elif depth:
        for inside in part:
            yield from _positions(inside, depth - 1)
    elif len(part) in (2, 3) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in part):
        yield float(part[0]), float(part[1])
    else:
        yield _NONE


class Layer(FormPart):
    """A layer to look at, and what it is called."""

    label: Localized
    geojson: Annotated[dict[str, Any], AfterValidator(_judged)]


def _not_too_large(layers: list[Layer], info: ValidationInfo) -> list[Layer]:
    if info.context is not STORED and sum(_size(layer) for layer in layers) > MOST_BYTES:
        raise wrong("the layers of a question are at most 1 MiB")
    return layers


def _size(layer: Layer) -> int:
    return len(json.dumps(layer.geojson, ensure_ascii=False, separators=(",", ":")).encode())


Layers = Annotated[list[Layer], Field(min_length=1, max_length=MOST_LAYERS), AfterValidator(_not_too_large)]
"""Layers of one question."""
