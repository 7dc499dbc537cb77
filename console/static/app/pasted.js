// Places that people have from elsewhere: pairs of degrees in any usual writing, or GeoJSON.

const DEGREES = /(\d+(?:[.,]\d+)?)\s*[°º]\s*(?:(\d+(?:[.,]\d+)?)\s*['′’]\s*)?(?:(\d+(?:[.,]\d+)?)\s*(?:["″”]|''|′′)\s*)?/g;
const SAID = /(?<!\p{L})(?:lat(?:itude)?|lon(?:gitude)?|lng|breddegrad|lengdegrad|breiddegrad|nord|aust|øst|east|north|[nøeo])(?!\p{L})\s*[:=]?/giu;

/** What was pasted: `{ geometry }`, or `{ point: [lon, lat] }`, or what is `wrong` as a text's key, with its `values`. */
export function pasted(text) {
  const trimmed = text.trim();
  if (!trimmed) return {};
  return /^[{[]/.test(trimmed) ? ofJson(trimmed) : ofLines(trimmed);
}

function ofJson(text) {
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    return { wrong: "zones.paste-no-json" };
  }
  if (Array.isArray(read)) return ofPairs(read.flat(Infinity));
  if (read.type === "FeatureCollection") {
    const features = read.features ?? [];
    return features.length === 1 ? ofGeometry(features[0]?.geometry) : { wrong: "zones.paste-many", values: { count: features.length } };
  }
  return ofGeometry(read.type === "Feature" ? read.geometry : read);
}

function ofGeometry(geometry) {
  const { type, coordinates } = geometry ?? {};
  if (type === "Circle") return { geometry };
  if (type === "Point") return ofPairs(coordinates ?? []);
  if (type !== "Polygon" && type !== "MultiPolygon") return { wrong: "zones.paste-type", values: { type: String(type ?? "–").slice(0, 40) } };
  const numbers = (coordinates ?? []).flat(Infinity);
  if (!numbers.length || !numbers.every(Number.isFinite)) return { wrong: "zones.paste-empty" };
  if (numbers.some((one) => Math.abs(one) > 400)) return { wrong: "zones.paste-metres" };
  return { geometry };
}

function ofLines(text) {
  const numbers = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const found = ofLine(line);
    if (!found || found.length % 2) return { wrong: "zones.paste-line", values: { number: i + 1, line: line.trim().slice(0, 60) } };
    numbers.push(...found);
  }
  return ofPairs(numbers);
}

/** The numbers of a line, or null where something else stands in it. */
function ofLine(line) {
  const plain = line
    .replace(DEGREES, (_all, d, m = "0", s = "0") => ` ${value(d) + value(m) / 60 + value(s) / 3600} `)
    .replace(SAID, " ").replace(/[()[\]]/g, " ").trim();
  if (!plain) return [];
  const parts = plain.includes(".") ? plain.split(/[\s;,/]+/) : commas(plain);
  const numbers = parts.filter(Boolean).map(value);
  return numbers.every(Number.isFinite) ? numbers : null;
}

/** Numbers without a point: a comma within one is its decimal sign. */
function commas(plain) {
  const parts = plain.split(/[\s;/]+|,\s+/);
  if (parts.length > 1 || !plain.includes(",")) return parts.map((part) => part.replace(/,$/, ""));
  const pieces = plain.split(",");
  return pieces.length === 4 ? [`${pieces[0]},${pieces[1]}`, `${pieces[2]},${pieces[3]}`] : pieces;
}

const value = (text) => (/^-?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : NaN);

const inNorway = (lat, lon) => lat >= 57 && lat <= 82 && lon >= 2 && lon <= 35;

/** Latitude before longitude, as people write them; where only the other order lies in Norway, the other. */
function ofPairs(numbers) {
  const pairs = [];
  for (let i = 0; i < numbers.length; i += 2) {
    const [a, b] = [numbers[i], numbers[i + 1]];
    if (!Number.isFinite(a) || !Number.isFinite(b)) return { wrong: "zones.paste-empty" };
    if (Math.abs(a) > 400 || Math.abs(b) > 400) return { wrong: "zones.paste-metres" };
    if (!inNorway(a, b) && !inNorway(b, a)) return { wrong: "zones.paste-away", values: { number: i / 2 + 1 } };
    pairs.push(inNorway(a, b) ? [b, a] : [a, b]);
  }
  if (pairs.length > 1 && String(pairs[0]) === String(pairs.at(-1))) pairs.pop();
  if (!pairs.length) return { wrong: "zones.paste-empty" };
  if (pairs.length === 1) return { point: pairs[0] };
  return pairs.length === 2 ? { wrong: "zones.paste-two" } : { geometry: { type: "Polygon", coordinates: [[...pairs, pairs[0]]] } };
}
