-- What is asked about zones, beacons and triggers beyond reading, creating, changing and deleting one.

-- name: zones_named
-- Ids of at most so many zones after one of them, in their order: those whose name has these letters in any language.
select id from zone
where municipality_id = :municipality and id > :after and (:kind::text is null or kind = :kind)
    and exists (
        select from jsonb_each_text(name) as called where strpos(lower(called.value), lower(:named::text)) > 0
    )
order by id
limit :limit

-- name: zones_by_name
-- Ids of at most so many zones after one of them, by their names in a language (else in the town's first): æ, ø and å
-- come last, as they do in Norwegian.
select id, shown from (
    select id, translate(lower(coalesce(name ->> :language::text, name ->> :first::text)), 'æøå', '{|}') as shown
    from zone
    where municipality_id = :municipality and (:kind::text is null or kind = :kind)
        and (:named::text is null or exists (
            select from jsonb_each_text(name) as called where strpos(lower(called.value), lower(:named::text)) > 0
        ))
) as called
where :after::text is null or (shown, id) > (:after, :after_id::uuid)
order by shown, id
limit :limit

-- name: zones_by_change
-- Ids of at most so many zones after one of them, those first that were changed last.
select id from zone
where municipality_id = :municipality and (:kind::text is null or kind = :kind)
    and (:named::text is null or exists (
        select from jsonb_each_text(name) as called where strpos(lower(called.value), lower(:named::text)) > 0
    ))
    and (:after::timestamptz is null or (changed_at, id) < (:after, :after_id::uuid))
order by changed_at desc, id desc
limit :limit

-- name: zones_called
-- At most ten other zones of a kind that are called so in one of these languages.
select id, name from zone
where municipality_id = :municipality and kind = :kind and id is distinct from :but::uuid
    and exists (
        select from jsonb_each_text(name) as called
        join jsonb_each_text(:name::jsonb) as wanted using (key)
        where lower(called.value) = lower(wanted.value)
    )
order by id
limit 10

-- name: zones_as_wide
-- At most fifty other zones of a kind whose box agrees with another to a tenth of its sides.
select id, name, geometry from zone
where municipality_id = :municipality and kind = :kind and id is distinct from :but::uuid
    and greatest(abs(west - :west::float8), abs(east - :east::float8)) <= (:east - :west) / 10
    and greatest(abs(south - :south::float8), abs(north - :north::float8)) <= (:north - :south) / 10
order by id
limit 50

-- name: lock_zones
-- One writer of zones at a time in a municipality: the next one waits until this transaction ends.
select pg_advisory_xact_lock(hashtextextended('zones' || :municipality::uuid::text, 0))

-- name: near_sensitive
-- Places whose box meets that of another zone that is marked sensitive: where one of the two was just written, or the
-- place has been treated so.
select place.id, sensitive.id as marked
from zone place
join zone sensitive on sensitive.municipality_id = :municipality and sensitive.sensitive and sensitive.id <> place.id
    and place.west <= sensitive.east and place.east >= sensitive.west
    and place.south <= sensitive.north and place.north >= sensitive.south
where place.municipality_id = :municipality and place.kind = 'trigger' and not place.sensitive
    and (place.id = any(:written::uuid[]) or sensitive.id = any(:written::uuid[]) or place.approval is not null)

-- name: approvals_of
-- Where the approval of zones stands: of those that are named, and of all that are treated as sensitive unmarked.
select id, sensitive, approval from zone
where municipality_id = :municipality
    and (id = any(:zones::uuid[]) or (approval is not null and not sensitive))

-- name: ask_for_approval
-- Let places wait for the privacy officer.
update zone set approval = 'waiting', asked_at = :at, asked_by = :by
where municipality_id = :municipality and id = any(:zones::uuid[])

-- name: need_no_approval
-- Let places be as others are.
update zone
set approval = null, asked_at = null, asked_by = null, decided_at = null, decided_by = null, reason = null
where municipality_id = :municipality and id = any(:zones::uuid[])

-- name: zones_above
-- A zone and those it lies under, from below.
with recursive above (id, kind, parent_id, step) as (
    select id, kind, parent_id, 0 from zone where municipality_id = :municipality and id = :zone
    union all
    select zone.id, zone.kind, zone.parent_id, step + 1
    from zone join above on zone.id = above.parent_id and zone.municipality_id = :municipality
    where step < 20
)
select id, kind from above order by step

-- name: hand_over_followers
-- Whoever follows a district follows another, too.
insert into resident_area (id, municipality_id, resident_id, zone_id)
select gen_random_uuid(), municipality_id, resident_id, :other
from resident_area
where municipality_id = :municipality and zone_id = :district
on conflict do nothing

-- name: is_followed
-- Whether anybody follows a district.
select exists (select from resident_area where municipality_id = :municipality and zone_id = :district)

-- name: add_telemetry
-- What a beacon said of itself: the first of a day counts.
insert into beacon_health (id, municipality_id, beacon_id, day, battery_mv, temperature_c)
values (gen_random_uuid(), :municipality, :beacon, :day, :battery_mv, :temperature_c)
on conflict (municipality_id, beacon_id, day) do nothing

-- name: set_clock
-- What was learnt of a beacon's clock on a day: the last counts.
insert into beacon_health (id, municipality_id, beacon_id, day, offset_s, sure_at)
values (gen_random_uuid(), :municipality, :beacon, :day, :offset_s, :sure_at)
on conflict (municipality_id, beacon_id, day) do update set offset_s = excluded.offset_s, sure_at = excluded.sure_at

-- name: last_heard
-- The last day on which each of some beacons was heard, and what it said last of its battery.
select beacon_id, max(day) as heard,
    (array_agg(battery_mv order by day desc) filter (where battery_mv is not null))[1] as battery_mv
from beacon_health where municipality_id = :municipality and beacon_id = any(:beacons::uuid[])
group by beacon_id

-- name: beacons_dying
-- How many beacons said last that their battery is under :low_mv, or were heard before and not since :since; which
-- where it is one.
select count(*)::int as count, case when count(*) = 1 then min(b.id::text)::uuid end as subject
from beacon b
cross join lateral (
    select max(day) as day,
        (array_agg(battery_mv order by day desc) filter (where battery_mv is not null))[1] as battery_mv
    from beacon_health
    where municipality_id = :municipality and beacon_id = b.id
) heard
where b.municipality_id = :municipality and (heard.battery_mv < :low_mv or heard.day < :since)

-- name: daily_cap
-- How many triggers may fire for one resident in a day; null where the municipality has said nothing.
select (settings -> 'presence' ->> 'per_day')::int from municipality where id = :municipality

-- name: set_daily_cap
-- Let at most so many triggers fire for one resident in a day.
update municipality
set settings = settings || jsonb_build_object(
    'presence', coalesce(settings -> 'presence', '{}'::jsonb) || jsonb_build_object('per_day', :most::int)
)
where id = :municipality

-- name: zones_to_compile
-- Every zone but for its border, and but for places that the privacy officer has not said yes to.
select id, kind, open_hours, active_from, active_to, changed_at from zone
where municipality_id = :municipality and (approval is null or approval = 'approved')
order by id

-- name: silent_borders
-- The borders of places that the privacy officer has not said yes to.
select id, geometry from zone where municipality_id = :municipality and approval in ('waiting', 'refused')

-- name: borders_to_compile
-- The borders of some zones.
select id, geometry from zone where municipality_id = :municipality and id = any(:zones::uuid[])

-- name: beacons_to_compile
-- Every beacon, with what was learnt last of its clock.
select id, lon, lat, zone_id, protocol, identity, changed_at, learnt.offset_s, learnt.sure_at
from beacon
left join lateral (
    select offset_s, sure_at from beacon_health
    where beacon_health.municipality_id = :municipality and beacon_id = beacon.id and offset_s is not null
    order by day desc
    limit 1
) as learnt on true
where beacon.municipality_id = :municipality

-- name: triggers_to_compile
-- Every trigger that has not run out, but for those of zones and beacons that are silent.
select id, zone_id, beacon_id, paused, rule, active_to, subject_kind, subject_id
from trigger
where municipality_id = :municipality and active_to > now()
    and (zone_id is null or zone_id <> all(:silent_zones::uuid[]))
    and (beacon_id is null or beacon_id <> all(:silent_beacons::uuid[]))
order by id

-- name: triggers_page
-- Ids of at most so many triggers after one of them, in their order: those that are wanted.
select trigger.id from trigger
left join zone on zone.municipality_id = :municipality and zone.id = trigger.zone_id
left join beacon on beacon.municipality_id = :municipality and beacon.id = trigger.beacon_id
where trigger.municipality_id = :municipality and trigger.id > :after
    and (:subject::uuid is null or trigger.subject_id = :subject)
    and (:place::uuid is null or trigger.zone_id = :place or trigger.beacon_id = :place)
    and (:state::text is null or :state = case
        when trigger.active_to <= :at then 'over' when trigger.paused then 'off' else 'on'
    end)
    and (:words::text is null or trigger.subject_id = any(:titled::uuid[]) or strpos(lower(beacon.name), lower(:words)) > 0
        or exists (
            select from jsonb_each_text(zone.name) as called where strpos(lower(called.value), lower(:words)) > 0
        ))
order by trigger.id
limit :limit
