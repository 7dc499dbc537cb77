"""Which coordinate reference system a GeoJSON file declares, in every spelling that programs write."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import pyproj
from pyproj.exceptions import CRSError

from geofence.engine.geometry import GeometryRefused

GEOGRAPHIC: Final = (4326, 4258)
"""Degrees of WGS84 and of ETRS89: the same to well under a metre."""
_DEGREES_WITH_HEIGHT: Final = {4979: 4326, 4937: 4258}
_SPELLINGS: Final = (
    re.compile(r"EPSG(?:/[\d.]+/|:[\w.]*:|[:/\s#]|\.XML#)(\d{4,6})(?!\d)", re.IGNORECASE),
    re.compile(r"\bEPSG(?:\.io/)?(\d{4,6})(?:\D|$)", re.IGNORECASE),
    re.compile(r"^\[?(\d{4,6})\]?$"),
)
_CRS84: Final = re.compile(r"(?:^|[:/#])CRS:?84h?\]?$", re.IGNORECASE)
_UTM: Final = re.compile(
    r"(ETRS[\s_]?(?:19)?89|EUREF[\s_]?89|WGS[\s_]?(?:19)?84)\D*UTM[\s_-]*(?:zone|sone)?[\s_-]*(3[1-6])", re.IGNORECASE
)


def epsg_of(crs: object) -> int:
    """The EPSG code of a `crs` member (GeoJSON 2008 §3), or of a spelling of its own; 4326 for None.

    Of a compound system it is the one on the ground. Raises GeometryRefused where it is not known.
    """
    if crs is None:
        return 4326
    name = _name(crs)
    code = 4326 if _CRS84.search(name) else _code(name)
    ground = None if code is None else _on_the_ground(code)
    if ground is None:
        raise GeometryRefused(
            "the reference system {name} is not known; say EPSG:25832, 25833, 25835 or leave it out",
            "/crs",
            name="".join(c for c in name[:80] if c.isprintable()) or "-",
        )
    return ground


def _name(crs: object) -> str:
    if isinstance(crs, bool):
        return ""
    if isinstance(crs, int | str):
        return str(crs)[:300].strip()
    if not isinstance(crs, Mapping):
        return ""
    about: Any = crs.get("properties")
    known = [about, crs] if isinstance(about, Mapping) else [crs]
    for part in known:
        for key in ("name", "href", "code", "srid"):
            value = part.get(key)
            if isinstance(value, int | str) and not isinstance(value, bool) and str(value)[:300].strip():
                return str(value)[:300].strip()
    return ""


def _code(name: str) -> int | None:
    if name.upper() in ("WGS84", "WGS 84", "EPSG:WGS84"):
        return 4326
    if "900913" in name:  # What Web Mercator was called before it had a code.
        return 3857
    for spelling in _SPELLINGS:
        if found := spelling.search(name):
            return int(found.group(1))
    if found := _UTM.search(name):
        return (25800 if found.group(1)[0] in "Ee" else 32600) + int(found.group(2))
    return None


@lru_cache(maxsize=256)
def _on_the_ground(code: int) -> int | None:
    """The horizontal part of a system that is projected, or in degrees of WGS84 or ETRS89; None for any other."""
    if code in GEOGRAPHIC:
        return code
    if code in _DEGREES_WITH_HEIGHT:
        return _DEGREES_WITH_HEIGHT[code]
    try:
        known = pyproj.CRS.from_epsg(code)
    except CRSError:
        return None
    if known.is_compound:
        below: int | None = known.sub_crs_list[0].to_epsg()
        return None if below is None else _on_the_ground(below)
    return code if known.is_projected else None
