-- $1: borders as GeoJSON text. Their digests in the same order, as those of stored ones are made.
select md5((drawn.geometry::jsonb)::text) as shape
from unnest($1::text[]) with ordinality as drawn (geometry, place)
order by drawn.place
