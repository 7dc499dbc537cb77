"""Points around real borders, half of them within 50 m of one, that PostGIS has judged once and for all.

`python -m tests.geofence.drawing.judged` judges them anew and writes `judged.bin`: one bit a point,
whether ST_Covers holds.
"""

import asyncio
import json
from pathlib import Path
from uuid import UUID, uuid5

import asyncpg
import numpy as np
import shapely
from numpy.typing import NDArray

from geofence.drawing.zone_geometry import read_geometry
from geofence.engine.geometry import Area, in_metres
from tests.geofence.ground import TOWN

EPSG, POINTS = 25833, 100_000
BORDERS = Path(__file__).parents[2] / "data" / "municipalities.geojson"
STORED = Path(__file__).parent / "judged.bin"


def areas() -> list[Area]:
    """Real municipalities, laid out in metres as presence does."""
    features = json.loads(BORDERS.read_text())["features"]
    return [in_metres(read_geometry(f["geometry"], "district", EPSG, repair=True).geojson, EPSG) for f in features]


def points(found: list[Area]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which area each point is asked about, and where it is, shape (n, 2) in metres, rounded to the millimetre."""
    draw = np.random.Generator(np.random.PCG64(3907))
    per_area = POINTS // len(found)
    placed = []
    for area in found:
        half = per_area // 2
        along = shapely.line_interpolate_point(area.boundary, draw.uniform(0, area.boundary.length, half))
        near = shapely.get_coordinates(along) + draw.uniform(-35, 35, (half, 2))
        west, south, east, north = area.bounds
        anywhere = draw.uniform((west, south), (east, north), (per_area - half, 2))
        placed.append(np.vstack([near, anywhere]))
    return np.repeat(np.arange(len(found)), per_area), np.vstack(placed).round(3)


def stored(count: int) -> NDArray[np.bool_]:
    """What PostGIS said."""
    return np.unpackbits(np.frombuffer(STORED.read_bytes(), dtype=np.uint8), count=count).astype(bool)


async def _ask(url: str, which: NDArray[np.int64], where: NDArray[np.float64]) -> list[bool]:
    connection = await asyncpg.connect(url)
    names = [str(uuid5(TOWN, str(number))) for number in which.tolist()]
    rows = await connection.fetch(
        "select st_covers(zone.area, st_setsrid(st_makepoint(asked.x, asked.y), $4)) as held "
        "from unnest($1::uuid[], $2::float8[], $3::float8[]) with ordinality as asked (id, x, y, place) "
        "join zone using (id) order by place",
        [UUID(name) for name in names],
        where[:, 0].tolist(),
        where[:, 1].tolist(),
        EPSG,
    )
    await connection.close()
    return [row["held"] for row in rows]


def main() -> None:
    """Judge anew."""
    from benchmarks.postgis import judge

    found = areas()
    which, where = points(found)
    with judge() as postgis:
        if postgis is None:
            raise SystemExit("there is no PostGIS, and none could be installed")
        asyncio.run(
            postgis.lay_out([(uuid5(TOWN, str(n)), shapely.to_wkb(area)) for n, area in enumerate(found)], EPSG)
        )
        said = asyncio.run(_ask(postgis.url, which, where))
    STORED.write_bytes(np.packbits(np.array(said)).tobytes())


if __name__ == "__main__":
    main()
