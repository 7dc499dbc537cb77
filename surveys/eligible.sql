-- Residents who follow one of the districts, or one that lies in it. $1 districts.
with recursive district as (
    select unnest($1::uuid[]) as id
    union
    select z.id from zone z join district d on z.parent_id = d.id
)
select distinct resident_id from resident_area where zone_id in (select id from district)
