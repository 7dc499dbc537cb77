// Plain geometry for drawing zones: coordinates are [lon, lat] in degrees (WGS84), lengths in metres.

const RADIUS_M = 6371008.8;
const rad = (degrees) => (degrees * Math.PI) / 180;
const deg = (radians) => (radians * 180) / Math.PI;

/** A circle on the ground as a closed ring of `corners` points (spherical direct problem). */
export function circleRing([lon, lat], radius, corners = 64) {
  const angle = radius / RADIUS_M;
  const ring = Array.from({ length: corners }, (_, i) => {
    const bearing = (2 * Math.PI * i) / corners;
    const y = Math.asin(Math.sin(rad(lat)) * Math.cos(angle) + Math.cos(rad(lat)) * Math.sin(angle) * Math.cos(bearing));
    const x = rad(lon) + Math.atan2(Math.sin(bearing) * Math.sin(angle) * Math.cos(rad(lat)), Math.cos(angle) - Math.sin(rad(lat)) * Math.sin(y));
    return [deg(x), deg(y)];
  });
  return [...ring, ring[0]];
}

/** Any zone's geometry as GeoJSON that a map can draw; our Circle becomes a polygon. */
export const drawable = (geometry) =>
  geometry?.type === "Circle" ? { type: "Polygon", coordinates: [circleRing(geometry.center, geometry.radius_m)] } : geometry;

const rings = (geometry) =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];

/** The border of a shape that is one ring; null for any other. */
export const outline = (geometry) => (geometry?.type === "Polygon" && geometry.coordinates.length === 1 ? geometry.coordinates[0] : null);

/** [[west, south], [east, north]] of some geometries, or null. */
export function bounds(geometries) {
  const box = [[180, 90], [-180, -90]];
  for (const geometry of geometries.map(drawable)) {
    for (const [outer] of rings(geometry)) {
      for (const [lon, lat] of outer) {
        box[0] = [Math.min(box[0][0], lon), Math.min(box[0][1], lat)];
        box[1] = [Math.max(box[1][0], lon), Math.max(box[1][1], lat)];
      }
    }
  }
  return box[0][0] > box[1][0] ? null : box;
}

/** A point well inside a shape, where its name can stand: the middle of the widest stretch of its largest part; or null. */
export function middle(geometry) {
  const parts = rings(drawable(geometry));
  if (!parts.length) return null;
  const part = parts.reduce((one, other) => (ringArea(other[0]) > ringArea(one[0]) ? other : one));
  const lats = part[0].map(([, lat]) => lat);
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  let widest = null;
  for (const share of [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]) {
    const at = south + (north - south) * share + 1e-9;
    const across = part.flatMap((ring) => ring.slice(1).flatMap(([lon, lat], i) => {
      const [before, from] = ring[i];
      return (from > at) === (lat > at) ? [] : [before + ((lon - before) * (at - from)) / (lat - from)];
    })).sort((a, b) => a - b);
    for (let i = 0; i + 1 < across.length; i += 2) {
      const width = (across[i + 1] - across[i]) * (1 - Math.abs(share - 0.5)); // Rather near the middle than at an end.
      if (!widest || width > widest.width) widest = { width, point: [(across[i] + across[i + 1]) / 2, at] };
    }
  }
  return widest?.point ?? null;
}

/** Area in square metres on a sphere; good to half a percent, enough to tell a person how large a zone is. */
export function area(geometry) {
  return rings(drawable(geometry)).reduce((sum, [outer, ...holes]) =>
    sum + ringArea(outer) - holes.reduce((all, hole) => all + ringArea(hole), 0), 0);
}

function ringArea(ring) {
  let sum = 0;
  for (let i = 0; i < ring.length - 1; i++) {
    sum += rad(ring[i + 1][0] - ring[i][0]) * (2 + Math.sin(rad(ring[i][1])) + Math.sin(rad(ring[i + 1][1])));
  }
  return Math.abs((sum * RADIUS_M * RADIUS_M) / 2);
}

/** Whether a closed ring crosses itself. */
export function crosses(ring) {
  const edges = ring.slice(0, -1).map((point, i) => [point, ring[i + 1]]);
  const side = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
  return edges.some(([a, b], i) => edges.some(([c, d], j) => {
    if (j < i + 2 || (i === 0 && j === edges.length - 1)) return false;
    return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
  }));
}

/** A number as people type it, with comma or point; NaN when it is none. */
export const typed = (text) => (String(text).trim() === "" ? NaN : Number(String(text).trim().replace(",", ".")));
