-- The box around each zone, kept by the database whoever writes the zone.

create function zone_box() returns trigger language plpgsql as $$
declare
    lon double precision; lat double precision; radius double precision;
begin
    if new.geometry ->> 'type' = 'Circle' then
        lon := (new.geometry #>> '{center,0}')::double precision;
        lat := (new.geometry #>> '{center,1}')::double precision;
        radius := (new.geometry ->> 'radius_m')::double precision / 111000;
        new.south := lat - radius;
        new.north := lat + radius;
        new.west := lon - radius / cos(radians(lat));
        new.east := lon + radius / cos(radians(lat));
    else
        select min(x), min(y), max(x), max(y) into new.west, new.south, new.east, new.north
        from (
            select (corner ->> 0)::double precision as x, (corner ->> 1)::double precision as y
            from jsonb_path_query(
                new.geometry,
                case new.geometry ->> 'type' when 'Polygon' then '$.coordinates[*][*]'::jsonpath
                    else '$.coordinates[*][*][*]'::jsonpath end
            ) as corner
        ) as corners;
    end if;
    return new;
end
$$;
comment on function zone_box is 'Keeps the box around a zone, in degrees, beside its geometry.';

create trigger box before insert or update of geometry on zone for each row execute function zone_box();
update zone set geometry = geometry;
