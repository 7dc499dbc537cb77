-- $1: the municipality. Its zones, with a digest of each border instead of the border.
select id, kind, name, external_id, sensitive, md5(geometry::text) as shape
from zone
where municipality_id = $1
order by id
