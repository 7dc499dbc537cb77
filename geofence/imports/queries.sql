-- What an import asks: which zones are there, and the new and changed ones of a file.

-- name: existing_zones
-- The zones that are there, with a digest of each border instead of the border.
select id, kind, name, external_id, sensitive, md5(geometry::text) as shape
from zone
where municipality_id = :municipality
order by id

-- name: digests_of_borders
-- The digests of borders that are given as GeoJSON text, in their order, made as those of stored ones are.
select md5((drawn.geometry::jsonb)::text) as shape
from unnest(:borders::text[]) with ordinality as drawn (geometry, place)
order by drawn.place

-- name: create_zone
-- A zone as a file has it.
insert into zone (id, municipality_id, name, kind, geometry, sensitive, external_id, changed_at, changed_by)
values (:id, :municipality, :name, :kind, :geometry, false, :external_id, :at, :by)

-- name: update_zone
-- A zone brought up to date by a file; an id that it has stays where the file gives none.
update zone
set name = :name, geometry = :geometry, external_id = coalesce(:external_id, external_id), changed_at = :at,
    changed_by = :by
where municipality_id = :municipality and id = :id
