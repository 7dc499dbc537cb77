-- Functions that several rooms' queries share. PostgreSQL puts the body of each in its place, so that they cost nothing.
-- A function that was released is replaced by a new file, never changed here.

create function consents(town uuid, for_purpose text, moment timestamptz) returns setof standing_consent
language sql stable parallel safe as $$
    select * from standing_consent s
    where s.municipality_id = town and s.purpose = for_purpose and s.granted
        and (s.lapses_at is null or s.lapses_at > moment)
$$;
comment on function consents is
    'The consents to a purpose that stand at a moment: granted, not withdrawn, not lapsed. The one place that says so.';

create function districts_around(town uuid, districts uuid[])
returns table (root uuid, id uuid, kind text, step int) language sql stable parallel safe as $$
    with recursive around (root, id, kind, parent_id, step) as (
        select z.id, z.id, z.kind, z.parent_id, 0 from zone z
        where z.municipality_id = town and z.id = any(districts)
        union all
        select a.root, z.id, z.kind, z.parent_id, a.step + 1 from around a
        join zone z on z.municipality_id = town and z.id = a.parent_id
        where a.step < 20
    )
    select root, id, kind, step from around
$$;
comment on function districts_around is
    'Each of these zones (root) with itself and every district around it, so many steps up.';

create function districts_within(town uuid, districts uuid[])
returns table (root uuid, id uuid) language sql stable parallel safe as $$
    with recursive within (root, id) as (
        select d, d from unnest(districts) d
        union
        select w.root, z.id from within w join zone z on z.municipality_id = town and z.parent_id = w.id
    )
    select root, id from within
$$;
comment on function districts_within is 'Each of these districts (root) with itself and every district within it.';

create function followed_districts(town uuid, resident uuid) returns setof uuid
language sql stable parallel safe as $$
    select distinct a.id from districts_around(
        town, array(select zone_id from resident_area r where r.municipality_id = town and r.resident_id = resident)
    ) a
$$;
comment on function followed_districts is 'The districts that a resident follows, with those around them.';
